import { madd } from './operands';

/** Index of the quadrant and the remainder of one pair of lanes, reduced in float64. */
@inline
function quadrant(x: v128): v128 {
  return f64x2.nearest(f64x2.mul(x, f64x2.splat(0.6366197723675814)));
}

@inline
function remainder(x: v128, n: v128): v128 {
  // π/2 in three parts of 33, 33 and 53 bits: n times the first two is exact for |n| < 2^20.
  let r = f64x2.sub(x, f64x2.mul(n, f64x2.splat(1.5707963267341256)));
  r = f64x2.sub(r, f64x2.mul(n, f64x2.splat(6.077100506303966e-11)));
  return f64x2.sub(r, f64x2.mul(n, f64x2.splat(2.0222662487959506e-21)));
}

/** sin(r + n·π/2) for |r| ≤ π/4 and integers n. Absolute error ≤ 1e-7. */
@inline
function sineReduced(r: v128, n: v128): v128 {
  const square = f32x4.mul(r, r);
  let s = madd(f32x4.splat(-0.0001951665326487273), square, f32x4.splat(0.008332173340022564));
  s = madd(s, square, f32x4.splat(-0.16666655242443085));
  s = madd(f32x4.mul(r, square), s, r);
  let c = madd(f32x4.splat(2.4437727915938012e-05), square, f32x4.splat(-0.001388736185617745));
  c = madd(c, square, f32x4.splat(0.04166664555668831));
  c = madd(f32x4.mul(square, square), c, madd(square, f32x4.splat(-0.5), f32x4.splat(1)));
  const odd = i32x4.ne(v128.and(n, i32x4.splat(1)), i32x4.splat(0));
  const value = v128.bitselect(c, s, odd);
  return v128.xor(value, i32x4.shl(v128.and(n, i32x4.splat(2)), 30));
}

/** sin(x + turns·π/2). */
@inline
function sine(x: v128, turns: i32): v128 {
  const low = f64x2.promote_low_f32x4(x);
  const high = f64x2.promote_low_f32x4(i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15));
  const nLow = quadrant(low), nHigh = quadrant(high);
  const r = i8x16.shuffle(
    f32x4.demote_f64x2_zero(remainder(low, nLow)), f32x4.demote_f64x2_zero(remainder(high, nHigh)),
    0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  const n = i32x4.add(i32x4.splat(turns), i8x16.shuffle(
    i32x4.trunc_sat_f64x2_s_zero(nLow), i32x4.trunc_sat_f64x2_s_zero(nHigh),
    0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23));
  return sineReduced(r, n);
}

/** sin x. Absolute error ≤ 1e-7 for |x| ≤ 10^6, relative error ≤ 3e-7 near 0; NaN at ±Inf. */
@inline
export function sin(x: v128): v128 {
  return v128.bitselect(x, sine(x, 0), f32x4.eq(x, f32x4.splat(0)));
}

/** cos x. Absolute error ≤ 1e-7 for |x| ≤ 10^6; NaN at ±Inf. */
@inline
export function cos(x: v128): v128 {
  return sine(x, 1);
}

/** sin and cos of 2π·u for u in [0, 1]: the quadrant is split off without rounding. Absolute error ≤ 2e-7. */
@inline
function sineOfTurns(u: v128, turns: i32): v128 {
  const quarters = f32x4.mul(u, f32x4.splat(4));
  const n = f32x4.nearest(quarters);
  const r = f32x4.mul(f32x4.sub(quarters, n), f32x4.splat(1.5707963267948966));
  return sineReduced(r, i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(turns)));
}

/** sin 2πu for u in [0, 1]. */
@inline
export function sineOfTurn(u: v128): v128 {
  return sineOfTurns(u, 0);
}

/** cos 2πu for u in [0, 1]. */
@inline
export function cosineOfTurn(u: v128): v128 {
  return sineOfTurns(u, 1);
}
