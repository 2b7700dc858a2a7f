import { madd, nmadd } from './operands';

// Every function takes and returns four float32 lanes. NaN passes through all of them. Relative error bounds hold
// for normal results; a denormal result is off by at most one unit of 2^-149. Polynomials are minimax fits made by
// fixtures/vectorMath.py. Argument clamps use pmin and pmax, which keep a NaN in their first operand.

@inline
function constant(value: f32): v128 {
  return f32x4.splat(value);
}

/** e^r − 1 on |r| ≤ ln 2 / 2: r + r²·P(r). */
@inline
function expm1Reduced(r: v128): v128 {
  let p = constant(0.001394759863615036);
  p = madd(p, r, constant(0.008367246948182583));
  p = madd(p, r, constant(0.041666265577077866));
  p = madd(p, r, constant(0.16666537523269653));
  p = madd(p, r, constant(0.5));
  return madd(f32x4.mul(r, r), p, r);
}

/** 2^n for |n| ≤ 126, an integer a lane. */
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/** x/ln 2 rounded to an integer, as a float. */
@inline
function roundedLog2e(x: v128): v128 {
  return f32x4.nearest(f32x4.mul(x, constant(1.4426950408889634)));
}

/** x − n·ln 2, ln 2 in two parts: the first has 15 bits, so that n times it is exact. */
@inline
function reduceLn2(x: v128, n: v128): v128 {
  return nmadd(n, constant(1.428606765330187045e-6), nmadd(n, constant(0.693145751953125), x));
}

/** e^x. Relative error ≤ 2e-7; +Inf above 88.73, 0 below −103.98. */
@inline
export function exp(x: v128): v128 {
  x = f32x4.pmax(f32x4.pmin(x, constant(90)), constant(-105));
  const n = roundedLog2e(x);
  const p = f32x4.add(expm1Reduced(reduceLn2(x, n)), constant(1));
  // 2^n in two factors, since n reaches 130 and −151.
  const whole = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(whole, 1);
  return f32x4.mul(f32x4.mul(p, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
}

/** e^x for x ≤ 0. Relative error ≤ 2e-7; 0 below −87.3, where the result would not be normal. */
@inline
export function expOfNegative(x: v128): v128 {
  const clamped = f32x4.pmax(x, constant(-88));
  const n = roundedLog2e(clamped);
  const p = f32x4.add(expm1Reduced(reduceLn2(clamped, n)), constant(1));
  // At n = −127 the exponent bits are zero and the factor is 0.
  return f32x4.mul(p, powerOfTwo(i32x4.trunc_sat_f32x4_s(n)));
}

/** e^x − 1 for x ≤ 0. Relative error ≤ 3e-7. */
@inline
export function expm1OfNegative(x: v128): v128 {
  const clamped = f32x4.pmax(x, constant(-30));
  const n = roundedLog2e(clamped);
  const scale = powerOfTwo(i32x4.trunc_sat_f32x4_s(n));
  return madd(scale, expm1Reduced(reduceLn2(clamped, n)), f32x4.sub(scale, constant(1)));
}

/** ln x for positive normal x, else garbage. */
@inline
function logNormal(x: v128, exponentOffset: v128): v128 {
  // x = 2^e·m with m in [√½, √2).
  const shifted = i32x4.sub(x, i32x4.splat(0x3f3504f3));
  const e = f32x4.add(f32x4.convert_i32x4_s(i32x4.shr_s(shifted, 23)), exponentOffset);
  const m = i32x4.add(v128.and(shifted, i32x4.splat(0x007fffff)), i32x4.splat(0x3f3504f3));
  const f = f32x4.sub(m, constant(1));
  let p = constant(0.06927648931741714);
  p = madd(p, f, constant(-0.11808401346206665));
  p = madd(p, f, constant(0.11877350509166718));
  p = madd(p, f, constant(-0.12381671369075775));
  p = madd(p, f, constant(0.14217783510684967));
  p = madd(p, f, constant(-0.16669367253780365));
  p = madd(p, f, constant(0.20002269744873047));
  p = madd(p, f, constant(-0.24999985098838806));
  p = madd(p, f, constant(0.3333331048488617));
  const square = f32x4.mul(f, f);
  let tail = f32x4.mul(f32x4.mul(f, square), p);
  tail = madd(e, constant(1.428606765330187045e-6), tail);
  tail = nmadd(square, constant(0.5), tail);
  return madd(e, constant(0.693145751953125), f32x4.add(f, tail));
}

/** ln x. Relative error ≤ 3e-7, near 1 too; −Inf at ±0, NaN below 0. */
@inline
export function log(x: v128): v128 {
  const small = f32x4.lt(x, constant(1.1754943508222875e-38));
  const scaled = v128.bitselect(f32x4.mul(x, constant(8388608)), x, small);
  let y = logNormal(scaled, v128.and(small, constant(-23)));
  y = v128.bitselect(constant(-Infinity), y, f32x4.eq(x, constant(0)));
  // +Inf and NaN stay what they are; what is below 0 is NaN.
  y = v128.bitselect(x, y, f32x4.eq(x, constant(Infinity)));
  y = v128.bitselect(constant(NaN), y, f32x4.lt(x, constant(0)));
  return v128.bitselect(x, y, f32x4.ne(x, x));
}

/** ln(1 + x). Relative error ≤ 3e-7; −Inf at −1, NaN below. */
@inline
export function log1p(x: v128): v128 {
  const u = f32x4.add(x, constant(1));
  // ln(1 + x) = ln u + (x − (u − 1))/u up to the square of the rounding error of u.
  const correction = f32x4.div(f32x4.sub(x, f32x4.sub(u, constant(1))), u);
  const edge = v128.or(f32x4.eq(u, constant(0)), f32x4.eq(x, constant(Infinity)));
  return f32x4.add(log(u), v128.andnot(correction, edge));
}

/** ln(1 + x) = 2·artanh(w/2) with w = x/(1 + x/2), for x in [0, 1], NaN passing. Relative error ≤ 3e-7. */
@inline
export function log1pOfUnit(x: v128): v128 {
  const w = f32x4.div(x, madd(x, constant(0.5), constant(1)));
  const square = f32x4.mul(w, w);
  let p = constant(0.0005473532946780324);
  p = madd(p, square, constant(0.002187432488426566));
  p = madd(p, square, constant(0.01250678114593029));
  p = madd(p, square, constant(0.08333301544189453));
  return madd(f32x4.mul(w, square), p, w);
}

/** 1/(1 + e^−x). Relative error ≤ 3e-7. */
@inline
export function sigmoid(x: v128): v128 {
  const e = expOfNegative(f32x4.neg(f32x4.abs(x)));
  const numerator = v128.bitselect(e, constant(1), f32x4.lt(x, constant(0)));
  return f32x4.div(numerator, f32x4.add(e, constant(1)));
}

/** tanh x. Relative error ≤ 3e-7. */
@inline
export function tanh(x: v128): v128 {
  const magnitude = f32x4.abs(x);
  const square = f32x4.mul(x, x);
  let p = constant(-0.005717036779969931);
  p = madd(p, square, constant(0.020650580525398254));
  p = madd(p, square, constant(-0.05374349653720856));
  p = madd(p, square, constant(0.13331490755081177));
  p = madd(p, square, constant(-0.3333328366279602));
  const near = madd(f32x4.mul(x, square), p, x);
  // tanh |x| = 1 − 2q/(1 + q) with q = e^(−2|x|).
  const q = expOfNegative(f32x4.mul(magnitude, constant(-2)));
  const far = f32x4.sub(constant(1), f32x4.div(f32x4.add(q, q), f32x4.add(q, constant(1))));
  return v128.or(v128.bitselect(near, far, f32x4.lt(magnitude, constant(0.625))), v128.and(x, constant(-0.0)));
}

/** erf x. Relative error ≤ 3e-7. */
@inline
export function erf(x: v128): v128 {
  const magnitude = f32x4.pmin(f32x4.abs(x), constant(4));
  const square = f32x4.mul(x, x);
  let p = constant(7.853870920371264e-5);
  p = madd(p, square, constant(-0.0008010197198018432));
  p = madd(p, square, constant(0.005188328213989735));
  p = madd(p, square, constant(-0.026853812858462334));
  p = madd(p, square, constant(0.1128358542919159));
  p = madd(p, square, constant(-0.3761262595653534));
  p = madd(p, square, constant(0.12837916612625122));
  const near = madd(p, x, x);
  // erf |x| = 1 − e^Q with Q = ln erfc |x|.
  let q = constant(0.00018637938774190843);
  q = madd(q, magnitude, constant(-0.0029476601630449295));
  q = madd(q, magnitude, constant(0.021838072687387466));
  q = madd(q, magnitude, constant(-0.1031067743897438));
  q = madd(q, magnitude, constant(-0.6381447911262512));
  q = madd(q, magnitude, constant(-1.127089262008667));
  q = madd(q, magnitude, constant(-0.0003415197425056249));
  const far = f32x4.sub(constant(1), expOfNegative(q));
  const signed = v128.or(far, v128.and(x, constant(-0.0)));
  return v128.bitselect(near, signed, f32x4.lt(magnitude, constant(1)));
}
