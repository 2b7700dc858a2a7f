import { madd } from './operands';

/** From here on the reduction works with the digits of 2/π. */
const LARGE: f32 = 67108864;

/** Index of the quadrant and the remainder of one pair of lanes, reduced in float64. */
@inline
function quadrant(x: v128): v128 {
  return f64x2.nearest(f64x2.mul(x, f64x2.splat(0.6366197723675814)));
}

@inline
function remainder(x: v128, n: v128): v128 {
  // π/2 in three parts of 33, 33 and 53 bits: for |n| < 2^20 n times the first two is exact, for |n| < 2^26 it is off
  // by 2^-27 at most.
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

/** Word i of the binary digits of 2/π behind the point. */
function digits(i: i32): u64 {
  switch (i) {
    case 0: return 0xa2f9836e;
    case 1: return 0x4e441529;
    case 2: return 0xfc2757d1;
    case 3: return 0xf534ddc0;
    case 4: return 0xdb629599;
    case 5: return 0x3c439041;
    default: return 0xfe5163ab;
  }
}

/** 32 digits of 2/π from digit `start` on. */
function digitsFrom(start: i32): u64 {
  const i = start >> 5, shift = <u64>(start & 31);
  return (((digits(i) << 32) | digits(i + 1)) >> (32 - shift)) & 0xffffffff;
}

/**
 * sin(x + turns·π/2) for |x| ≥ 2^25, after Payne and Hanek: of x·2/π = m·2^e·0.d₁d₂… only the digits from
 * e − 1 on change the angle, and 96 of them give it to 2^-70.
 */
function sineOfLarge(x: f32, turns: i32): f32 {
  const bits = reinterpret<u32>(x);
  const exponent = <i32>((bits >> 23) & 255);
  if (exponent == 255) return NaN;
  const start = exponent - 152;
  const m = <u64>((bits & 0x7fffff) | 0x800000);
  const product = (m * digitsFrom(start) << 32) + m * digitsFrom(start + 32) + (m * digitsFrom(start + 64) >> 32);
  // The upper two bits count quarters, the rest is the fraction of one, taken as the nearer of both sides.
  const fraction = <i64>(product << 2);
  let quarter = <i32>(product >> 62) + (fraction < 0 ? 1 : 0);
  let r = <f32>(<f64>fraction * (1.5707963267948966 / 18446744073709551616.0));
  if (bits >> 31) {
    quarter = -quarter;
    r = -r;
  }
  return f32x4.extract_lane(sineReduced(f32x4.splat(r), i32x4.splat(quarter + turns)), 0);
}

/** Put the sines of large lanes in their places. */
function replaceLarge(x: v128, value: v128, turns: i32): v128 {
  const a = f32x4.extract_lane(x, 0), b = f32x4.extract_lane(x, 1);
  const c = f32x4.extract_lane(x, 2), d = f32x4.extract_lane(x, 3);
  if (abs(a) >= LARGE) value = f32x4.replace_lane(value, 0, sineOfLarge(a, turns));
  if (abs(b) >= LARGE) value = f32x4.replace_lane(value, 1, sineOfLarge(b, turns));
  if (abs(c) >= LARGE) value = f32x4.replace_lane(value, 2, sineOfLarge(c, turns));
  if (abs(d) >= LARGE) value = f32x4.replace_lane(value, 3, sineOfLarge(d, turns));
  return value;
}

/** sin(x + turns·π/2). */
@inline
function sine(x: v128, turns: i32): v128 {
  const low = f64x2.promote_low_f32x4(x);
  const upper = i8x16.shuffle(x, x, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
  const high = f64x2.promote_low_f32x4(upper);
  const nLow = quadrant(low), nHigh = quadrant(high);
  const r = i8x16.shuffle(
    f32x4.demote_f64x2_zero(remainder(low, nLow)), f32x4.demote_f64x2_zero(remainder(high, nHigh)),
    0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
  const n = i32x4.add(i32x4.splat(turns), i8x16.shuffle(
    i32x4.trunc_sat_f64x2_s_zero(nLow), i32x4.trunc_sat_f64x2_s_zero(nHigh),
    0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23));
  const value = sineReduced(r, n);
  return v128.any_true(f32x4.ge(f32x4.abs(x), f32x4.splat(LARGE))) ? replaceLarge(x, value, turns) : value;
}

/** sin x. Absolute error ≤ 1e-7, relative error ≤ 3e-7 for |x| ≤ π/2; NaN at ±Inf. */
@inline
export function sin(x: v128): v128 {
  return v128.bitselect(x, sine(x, 0), f32x4.eq(x, f32x4.splat(0)));
}

/** cos x. Absolute error ≤ 1e-7; NaN at ±Inf. */
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
