import { Opcode, Update } from '../src/runtime/wasm/opcodes';
import { furtherTile } from './onDemand';
import { float, madd, nmadd, operand, pointer, storeUpTo } from './operands';
import { FIRST_BASE, SECOND_BASE, scalar } from './updateParts';

/** Update weights [from, to) by a rule. */
@inline
export function updateLoop(kind: i32, pc: usize, from: i32, to: i32): void {
  const offset = <usize>from << 2;
  let w = pointer(pc, 2) + offset, g = pointer(pc, 3) + offset, s0 = pointer(pc, 4) + offset, s1 = pointer(pc, 5) + offset;
  const column = operand(pc, 7);
  const decay = f32x4.splat(float(pc, 8));
  const p1 = f32x4.splat(float(pc, 9)), p2 = f32x4.splat(float(pc, 10)), p3 = f32x4.splat(float(pc, 11));
  const p4 = f32x4.splat(float(pc, 12)), p5 = f32x4.splat(float(pc, 13));
  const c0 = scalar(column, 0);
  const base = f32x4.splat(FIRST_BASE), secondBase = f32x4.splat(SECOND_BASE);
  let c1 = c0, c2 = c0;
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
      storeUpTo(s0, velocity, count);
      if (kind == Update.Momentum) weight = nmadd(c0, velocity, weight);
      else weight = nmadd(c0, madd(p1, velocity, gradient), weight);
    }
    if (kind == Update.Adam || kind == Update.AdamW || kind == Update.AdamUncorrectedEpsilon) {
      const m = f32x4.sub(madd(p4, gradient, madd(p1, v128.load(s0), base)), base);
      const v = f32x4.sub(madd(f32x4.mul(p5, gradient), gradient, madd(p2, v128.load(s1), secondBase)), secondBase);
      storeUpTo(s0, m, count);
      storeUpTo(s1, v, count);
      let root = f32x4.sqrt(v);
      if (kind != Update.AdamUncorrectedEpsilon) root = f32x4.mul(root, c1);
      weight = f32x4.sub(weight, f32x4.div(f32x4.mul(c0, m), f32x4.add(root, p3)));
      s1 += 16;
    }
    if (kind == Update.VelocityMomentum || kind == Update.VelocityNesterov) {
      const push = f32x4.mul(c0, gradient);
      const velocity = f32x4.sub(f32x4.sub(madd(p1, v128.load(s0), base), push), base);
      storeUpTo(s0, velocity, count);
      if (kind == Update.VelocityMomentum) weight = f32x4.add(weight, velocity);
      else weight = f32x4.add(weight, f32x4.sub(f32x4.mul(p1, velocity), push));
    }
    storeUpTo(w, weight, count);
    w += 16;
    g += 16;
    s0 += 16;
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

/** Run weights [from, to) of an Update instruction. */
export function updateTile(pc: usize, from: i32, to: i32): void {
  switch (operand(pc, 0)) {
    case Update.Sgd: sgd(pc, from, to); break;
    case Update.Adam: adam(pc, from, to); break;
    default: furtherTile(Opcode.Update, pc, from, to, 0, 1);
  }
}
