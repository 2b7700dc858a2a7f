import { maxLanes, storeTail, sumLanes } from './operands';
import { expOfNegative, log } from './vectorMath';

/** Ones in the first `count` lanes. */
@inline
export function laneMask(count: i32): v128 {
  return i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3));
}

/** Store v, or its first `count` lanes. */
@inline
export function put(address: usize, v: v128, count: i32): void {
  if (count >= 4) v128.store(address, v);
  else storeTail(address, v, count);
}

/**
 * The largest of a row, passing over NaN: a cheaper maximum, and enough to shift by, since a NaN makes every sum of
 * the row's exponentials NaN.
 */
@inline
export function rowMaximum(x: usize, n: i32): f32 {
  let best = f32x4.splat(-Infinity);
  for (; n >= 4; n -= 4, x += 16) best = f32x4.pmax(best, v128.load(x));
  if (n > 0) best = f32x4.pmax(best, v128.bitselect(v128.load(x), f32x4.splat(-Infinity), laneMask(n)));
  return maxLanes(best);
}

/** Σ e^(x − shift) over a row, shift being its maximum; the terms go to y unless it is 0. */
@inline
export function rowExponentials(x: usize, n: i32, shift: f32, y: usize): f32 {
  const offset = f32x4.splat(shift);
  let sum = f32x4.splat(0);
  for (; n > 0; n -= 4, x += 16) {
    let e = expOfNegative(f32x4.sub(v128.load(x), offset));
    if (n < 4) e = v128.and(e, laneMask(n));
    sum = f32x4.add(sum, e);
    if (y != 0) {
      put(y, e, n);
      y += 16;
    }
  }
  return sumLanes(sum);
}

/** ln of one value. */
@inline
export function logScalar(x: f32): f32 {
  return f32x4.extract_lane(log(f32x4.splat(x)), 0);
}
