import { Update } from '../../src/runtime/wasm/opcodes';
import { float, madd, nmadd, operand, pointer, storeUpTo } from '../operands';
import { FIRST_BASE, SECOND_BASE, scalar } from '../updateParts';

/**
 * Run weights [from, to) by a rule that divides by a root. One loop for all of them, which asks for the kind at every
 * vector: beside a root and a division that costs little, and a loop of its own for each would be many bytes.
 */
export function adaptiveLoop(pc: usize, from: i32, to: i32): void {
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
