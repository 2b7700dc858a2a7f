import { pointer, storeUpTo } from './operands';

/** Run elements [from, to) of a Where instruction. A NaN counts as a condition that holds. */
export function whereTile(pc: usize, from: i32, to: i32): void {
  const offset = <usize>from << 2;
  let condition = pointer(pc, 1) + offset, a = pointer(pc, 2) + offset, b = pointer(pc, 3) + offset;
  let out = pointer(pc, 4) + offset;
  for (let count = to - from; count > 0; count -= 4, condition += 16, a += 16, b += 16, out += 16) {
    const mask = f32x4.ne(v128.load(condition), f32x4.splat(0));
    storeUpTo(out, v128.bitselect(v128.load(a), v128.load(b), mask), count);
  }
}
