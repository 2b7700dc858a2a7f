import { exponentOf, polynomial, scaleByPowerOfTwo } from './bits.ts';
import { addExact, addOrdered, type DoubleDouble, multiplyExact, multiplyPairs } from './doubleDouble.ts';
import { expOfPair, ln2High, ln2Low } from './exp.ts';

const twoThirds: DoubleDouble = { high: 0.6666666666666666, low: 3.700743415417188e-17 };

// 2 artanh s = 2s + ⅔ s³ + s⁵ Σ 2/(2i + 5) s²ⁱ; |s| ≤ 0.1716 leaves less than 1e-19 of 2s out.
const tail = [2 / 5, 2 / 7, 2 / 9, 2 / 11, 2 / 13, 2 / 15, 2 / 17, 2 / 19, 2 / 21, 2 / 23, 2 / 25];

const smallestNormal = 2.2250738585072014e-308;
const twoTo54 = 0x40000000000000;
const twoTo70 = twoTo54 * 0x10000;

/**
 * Compute ln(high + low) as a pair, for a positive finite high and |low| at most half its last place.
 *
 * x = 2ᵏ m with m in [√½, √2]; ln m = 2 artanh s with s = (m − 1) / (m + 1). The first two terms of the
 * series are kept as pairs, so the error is about 2^-65 of the result.
 */
export function logOfPair(high: number, low: number): DoubleDouble {
  let k = exponentOf(high);
  let mantissa = scaleByPowerOfTwo(high, -k);
  if (mantissa > Math.SQRT2) {
    k++;
    mantissa *= 0.5;
  }
  const rest = scaleByPowerOfTwo(low, -k);
  const numerator = addExact(mantissa - 1, rest);
  const denominator = addOrdered(mantissa + 1, 0);
  const denominatorLow = mantissa - (denominator.high - 1) + rest;

  const quotient = numerator.high / denominator.high;
  const product = multiplyExact(quotient, denominator.high);
  const remainder = numerator.high - product.high - product.low + numerator.low - quotient * denominatorLow;
  const s = addOrdered(quotient, remainder / denominator.high);

  const square = multiplyPairs(s, s);
  const cube = multiplyPairs(multiplyPairs(square, s), twoThirds);
  const fifth = square.high * square.high * s.high * polynomial(square.high, tail);
  const series = addOrdered(2 * s.high, cube.high);
  const seriesLow = series.low + (2 * s.low + cube.low + fifth);
  if (k === 0) return addOrdered(series.high, seriesLow);
  const sum = addExact(k * ln2High, series.high);
  return addExact(sum.high, sum.low + (k * ln2Low + seriesLow));
}

/** ln x as a pair, for a positive finite x. */
const logOfPositive = (x: number): DoubleDouble => {
  if (x >= smallestNormal) return logOfPair(x, 0);
  const result = logOfPair(x * twoTo54, 0);
  const sum = addExact(result.high, -54 * ln2High);
  return addOrdered(sum.high, sum.low + (result.low - 54 * ln2Low));
};

/**
 * Compute the natural logarithm with the same bits on every engine.
 *
 * @param x a number; below 0 the result is NaN, at 0 it is −Infinity
 * @returns ln x within 2e-16 of the value (relative)
 * @example
 * import { log } from './log.ts';
 * log(10); // 2.302585092994046
 */
export function log(x: number): number {
  if (Number.isNaN(x) || x < 0) return Number.NaN;
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY) return x;
  let k = 0;
  let mantissa = x;
  if (x < smallestNormal) {
    mantissa *= twoTo54;
    k = -54;
  }
  const exponent = exponentOf(mantissa);
  k += exponent;
  mantissa = scaleByPowerOfTwo(mantissa, -exponent);
  if (mantissa > Math.SQRT2) {
    k++;
    mantissa *= 0.5;
  }
  // With f = m − 1 (exact) and s = f / (2 + f): 2s = f − s f, so that ln m = f − s (f − t).
  const f = mantissa - 1;
  const s = f / (2 + f);
  const square = s * s;
  const t = square * (2 / 3 + square * polynomial(square, tail));
  return k * ln2High + (f - (s * (f - t) - k * ln2Low));
}

/**
 * Compute ln(1 + x) without losing the digits of a small x.
 *
 * @param x a number; below −1 the result is NaN, at −1 it is −Infinity
 * @returns ln(1 + x) within 1.2e-16 of the value (relative)
 * @example
 * import { log1p } from './log.ts';
 * log1p(1e-20); // 1e-20
 */
export function log1p(x: number): number {
  if (Number.isNaN(x) || x < -1) return Number.NaN;
  if (x === -1) return Number.NEGATIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY || Math.abs(x) < 1e-20) return x;
  const sum = addExact(1, x);
  return logOfPair(sum.high, sum.low).high;
}

const isInteger = (y: number): boolean => Math.floor(y) === y;

/** Powers of |x|, x neither 0 nor 1 nor infinite, y neither 0 nor infinite. */
const powerOfMagnitude = (x: number, y: number): number => {
  // |ln x| lies between 2^-54 and 2^10, so that beyond these y the result is past either end, or 1.
  if (Math.abs(y) > twoTo70) return x > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  if (Math.abs(y) < 1 / twoTo70) return 1;
  const logarithm = logOfPositive(x);
  const product = multiplyExact(y, logarithm.high);
  const exponent = addOrdered(product.high, product.low + y * logarithm.low);
  return expOfPair(exponent.high, exponent.low);
};

/**
 * Raise x to the power y with the same bits on every engine, as `x ** y` defines the special cases.
 *
 * e^(y ln x), with ln x and the product held to more than 64 bits; an exact result is returned exactly.
 *
 * @param x the base; below 0 only with an integer y
 * @param y the exponent
 * @returns xʸ within 2.5e-16 of the value (relative; 5e-324 where the result is denormal)
 * @example
 * import { pow } from './log.ts';
 * pow(3, 5); // 243
 */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (y === 1) return x;
  if (y === 2) return x * x;
  if (y === -1) return 1 / x;
  const magnitude = Math.abs(x);
  if (Math.abs(y) === Number.POSITIVE_INFINITY) {
    if (magnitude === 1) return Number.NaN;
    return magnitude > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0;
  }
  const odd = isInteger(y) && !isInteger(y / 2);
  if (magnitude === 0 || magnitude === Number.POSITIVE_INFINITY) {
    const value = (magnitude === 0) === y > 0 ? 0 : Number.POSITIVE_INFINITY;
    return odd && (x < 0 || 1 / x < 0) ? -value : value;
  }
  if (x < 0 && !isInteger(y)) return Number.NaN;
  if (y === 0.5) return Math.sqrt(x);
  const value = magnitude === 1 ? 1 : powerOfMagnitude(magnitude, y);
  return x < 0 && odd ? -value : value;
}
