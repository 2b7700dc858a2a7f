import { Context, Update } from '../src/runtime/wasm/machine/opcodes';
import { context, float, madd, nmadd, operand, pointer, step, storeTail, storeUpTo } from './operands';

/** Read c[k] of this step from the float64 table. */
@inline
function scalar(column: i32, k: i32): v128 {
  const row = load<usize>(context + Context.Scalars) + <usize>(step * load<i32>(context + Context.ScalarCount)) * 8;
  return f32x4.splat(<f32>load<f64>(row + (<usize>(column + k) << 3)));
}

/**
 * 2^-80 and 2^-102. A sum taken from such a base, and the base taken away again, rounds to steps of 2^-104 and 2^-125:
 * what a vanished gradient leaves behind decays to 0, not to denormal numbers, which cost many times as much and whose
 * products do so for ever. Moments are far above: what is below 2^-63 has no square in float32, and the root of
 * 2^-125 is nothing beside ε.
 */
const FIRST_BASE: f32 = 8.271806125530277e-25;
const SECOND_BASE: f32 = 1.9721522630525295e-31;

/** Update weights [from, to) by a rule. */
@inline
function updateLoop(kind: i32, pc: usize, from: i32, to: i32): void {
  const offset = <usize>from << 2;
  let w = pointer(pc, 2) + offset, g = pointer(pc, 3) + offset, s0 = pointer(pc, 4) + offset, s1 = pointer(pc, 5) + offset;
  const hasSecond = kind == Update.Adam || kind == Update.AdamW || kind == Update.AdamUncorrectedEpsilon;
  const column = operand(pc, 7);
  const decay = f32x4.splat(float(pc, 8));
  const p1 = f32x4.splat(float(pc, 9)), p2 = f32x4.splat(float(pc, 10)), p3 = f32x4.splat(float(pc, 11));
  const p4 = f32x4.splat(float(pc, 12)), p5 = f32x4.splat(float(pc, 13));
  const c0 = scalar(column, 0);
  const base = f32x4.splat(FIRST_BASE), secondBase = f32x4.splat(SECOND_BASE);
  let c1 = c0, c2 = c0, first = c0, second = c0;
  if (kind == Update.Momentum || kind == Update.Nesterov) c1 = scalar(column, 1);
  if (kind == Update.Adam || kind == Update.AdamW) c1 = f32x4.div(f32x4.splat(1), scalar(column, 1));
  if (kind == Update.AdamW) c2 = scalar(column, 2);
  for (let count = to - from; count > 0; count -= 4) {
    let weight = v128.load(w), gradient = v128.load(g);
    if (kind == Update.AdamW) weight = f32x4.mul(weight, c2);
    else gradient = madd(decay, weight, gradient);
    if (kind == Update.Sgd) weight = nmadd(c0, gradient, weight);
    if (kind == Update.Momentum || kind == Update.Nesterov) {
      const velocity = f32x4.sub(madd(c1, gradient, madd(p1, v128.load(s0), base)), base);
      first = velocity;
      if (kind == Update.Momentum) weight = nmadd(c0, velocity, weight);
      else weight = nmadd(c0, madd(p1, velocity, gradient), weight);
    }
    if (hasSecond) {
      const m = f32x4.sub(madd(p4, gradient, madd(p1, v128.load(s0), base)), base);
      const v = f32x4.sub(madd(f32x4.mul(p5, gradient), gradient, madd(p2, v128.load(s1), secondBase)), secondBase);
      first = m;
      second = v;
      let root = f32x4.sqrt(v);
      if (kind != Update.AdamUncorrectedEpsilon) root = f32x4.mul(root, c1);
      weight = f32x4.sub(weight, f32x4.div(f32x4.mul(c0, m), f32x4.add(root, p3)));
    }
    if (kind == Update.VelocityMomentum || kind == Update.VelocityNesterov) {
      const push = f32x4.mul(c0, gradient);
      const velocity = f32x4.sub(f32x4.sub(madd(p1, v128.load(s0), base), push), base);
      first = velocity;
      if (kind == Update.VelocityMomentum) weight = f32x4.add(weight, velocity);
      else weight = f32x4.add(weight, f32x4.sub(f32x4.mul(p1, velocity), push));
    }
    // The loop holds no call: what is left of a vector is written on the way out.
    if (count < 4) {
      storeTail(w, weight, count);
      if (kind != Update.Sgd) storeTail(s0, first, count);
      if (hasSecond) storeTail(s1, second, count);
      return;
    }
    v128.store(w, weight);
    if (kind != Update.Sgd) v128.store(s0, first);
    if (hasSecond) v128.store(s1, second);
    w += 16;
    g += 16;
    s0 += 16;
    s1 += 16;
  }
}

/**
 * Run weights [from, to) by a rule that divides by a root. One loop for all of them, which asks for the kind at every
 * vector: beside a root and a division that costs little, and a loop of its own for each would be many bytes.
 */
function adaptiveLoop(pc: usize, from: i32, to: i32): void {
  const kind = operand(pc, 0);
  const offset = <usize>from << 2;
  let w = pointer(pc, 2) + offset, g = pointer(pc, 3) + offset;
  let s0 = pointer(pc, 4) + offset, s1 = pointer(pc, 5) + offset, s2 = pointer(pc, 6) + offset;
  const column = operand(pc, 7);
  const decay = f32x4.splat(float(pc, 8));
  const p1 = f32x4.splat(float(pc, 9)), keep = f32x4.splat(float(pc, 10)), epsilon = f32x4.splat(float(pc, 11));
  const p4 = f32x4.splat(float(pc, 12)), take = f32x4.splat(float(pc, 13));
  const base = f32x4.splat(FIRST_BASE), secondBase = f32x4.splat(SECOND_BASE), zero = f32x4.splat(0);
  const isNadam = kind == Update.Nadam;
  const isCentered = kind == Update.RmsPropCentered || kind == Update.RmsPropCenteredMomentum;
  const hasMomentum = kind == Update.RmsPropMomentum || kind == Update.RmsPropCenteredMomentum;
  const c0 = scalar(column, 0);
  const c1 = hasMomentum || isNadam ? scalar(column, 1) : c0;
  const c2 = isNadam ? f32x4.div(f32x4.splat(1), scalar(column, 2)) : c0;
  // Nadam keeps its first moment in slot 0 and the mean square in slot 1; all others begin with the mean square.
  let square = isNadam ? s1 : s0, mean = isNadam ? s0 : s1, velocity = isCentered ? s2 : s1;
  const meanKeep = isNadam ? p1 : keep, meanTake = isNadam ? p4 : take;
  for (let count = to - from; count > 0; count -= 4) {
    let weight = v128.load(w);
    const gradient = madd(decay, weight, v128.load(g));
    const v = f32x4.sub(madd(f32x4.mul(take, gradient), gradient, madd(keep, v128.load(square), secondBase)), secondBase);
    storeUpTo(square, v, count);
    let spread = v, m = gradient;
    if (isCentered || isNadam) {
      m = f32x4.sub(madd(meanTake, gradient, madd(meanKeep, v128.load(mean), base)), base);
      storeUpTo(mean, m, count);
      if (isCentered) spread = f32x4.max(nmadd(m, m, v), zero);
    }
    if (isNadam) {
      const root = madd(f32x4.sqrt(v), c2, epsilon);
      weight = f32x4.sub(weight, f32x4.div(madd(c0, gradient, f32x4.mul(c1, m)), root));
    } else {
      const root = f32x4.add(f32x4.sqrt(f32x4.add(spread, p4)), epsilon);
      let change = gradient;
      if (kind == Update.Adadelta) {
        const u = v128.load(s1);
        change = f32x4.div(f32x4.mul(gradient, f32x4.add(f32x4.sqrt(f32x4.add(u, p4)), epsilon)), root);
        const next = madd(f32x4.mul(take, change), change, madd(keep, u, secondBase));
        storeUpTo(s1, f32x4.sub(next, secondBase), count);
      } else {
        change = f32x4.div(hasMomentum ? f32x4.mul(c1, gradient) : gradient, root);
        if (hasMomentum) {
          change = f32x4.sub(madd(p1, v128.load(velocity), f32x4.add(change, base)), base);
          storeUpTo(velocity, change, count);
        }
      }
      weight = nmadd(c0, change, weight);
    }
    w += 16;
    g += 16;
    s1 += 16;
    square += 16;
    mean += 16;
    velocity += 16;
    storeUpTo(w - 16, weight, count);
  }
}

// One function a kind: behind a switch the compiler would fold the loops, alike but for a constant, into one that
// asks for the kind at every vector.
function sgd(pc: usize, from: i32, to: i32): void {
  updateLoop(Update.Sgd, pc, from, to);
}
function adam(pc: usize, from: i32, to: i32): void {
  updateLoop(Update.Adam, pc, from, to);
}
function momentum(pc: usize, from: i32, to: i32): void {
  updateLoop(Update.Momentum, pc, from, to);
}
function nesterov(pc: usize, from: i32, to: i32): void {
  updateLoop(Update.Nesterov, pc, from, to);
}
function adamW(pc: usize, from: i32, to: i32): void {
  updateLoop(Update.AdamW, pc, from, to);
}
function adamUncorrectedEpsilon(pc: usize, from: i32, to: i32): void {
  updateLoop(Update.AdamUncorrectedEpsilon, pc, from, to);
}
function velocityMomentum(pc: usize, from: i32, to: i32): void {
  updateLoop(Update.VelocityMomentum, pc, from, to);
}
function velocityNesterov(pc: usize, from: i32, to: i32): void {
  updateLoop(Update.VelocityNesterov, pc, from, to);
}

/** Run weights [from, to) of an Update instruction. */
export function updateTile(pc: usize, from: i32, to: i32): void {
  switch (operand(pc, 0)) {
    case Update.Sgd: sgd(pc, from, to); break;
    case Update.Adam: adam(pc, from, to); break;
    case Update.Momentum: momentum(pc, from, to); break;
    case Update.Nesterov: nesterov(pc, from, to); break;
    case Update.AdamW: adamW(pc, from, to); break;
    case Update.AdamUncorrectedEpsilon: adamUncorrectedEpsilon(pc, from, to); break;
    case Update.VelocityMomentum: velocityMomentum(pc, from, to); break;
    case Update.VelocityNesterov: velocityNesterov(pc, from, to); break;
    default: adaptiveLoop(pc, from, to);
  }
}
