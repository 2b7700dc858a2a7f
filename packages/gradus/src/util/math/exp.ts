import { polynomial, scaleByPowerOfTwo } from './bits.ts';
import { addExact } from './doubleDouble.ts';

// ln 2 = high + low; high has 40 bits, so that n · high is exact for every exponent n.
export const ln2High = 0.6931471805592082;
export const ln2Low = 7.371002565167799e-13;

// (eʳ − 1 − r) / r² = Σ rⁱ / (i + 2)!; for |r| ≤ ½ ln 2 the first term left out is below 2e-18.
const tail = [
  1 / 2,
  1 / 6,
  1 / 24,
  1 / 120,
  1 / 720,
  1 / 5040,
  1 / 40320,
  1 / 362880,
  1 / 3628800,
  1 / 39916800,
  1 / 479001600,
  1 / 6227020800,
  1 / 87178291200,
];

/** Compute e^(x + low − n ln 2) − 1, where n is the integer nearest to x / ln 2. */
export const reducedExpm1 = (x: number, low: number, n: number): number => {
  const r = addExact(x - n * ln2High, low - n * ln2Low);
  return r.high + (r.low + (r.high * r.high * polynomial(r.high, tail) + r.high * r.low));
};

/** Compute e^(high + low), where |low| is at most half the last place of high. */
export function expOfPair(high: number, low: number): number {
  if (high > 709.8) return Number.POSITIVE_INFINITY;
  if (high < -745.2) return 0;
  const n = Math.round(high * Math.LOG2E);
  return scaleByPowerOfTwo(1 + reducedExpm1(high, low, n), n);
}

/**
 * Compute eˣ with the same bits on every engine.
 *
 * Argument reduction: x = n ln 2 + r, |r| ≤ ½ ln 2, and eˣ = 2ⁿ eʳ with a Taylor series for eʳ.
 *
 * @param x any number
 * @returns eˣ within 2.5e-16 of the value (relative; 5e-324 where the result is denormal)
 * @example
 * import { exp } from './exp.ts';
 * exp(1); // 2.718281828459045
 */
export function exp(x: number): number {
  return Number.isNaN(x) ? x : expOfPair(x, 0);
}

/**
 * Compute the logistic function, 1 / (1 + e⁻ˣ), without overflow on either side.
 *
 * @param x any number
 * @returns a number in [0, 1], within 5e-16 of the value (relative)
 * @example
 * import { sigmoid } from './exp.ts';
 * sigmoid(0); // 0.5
 */
export function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + exp(-x));
  const e = exp(x);
  return e / (1 + e);
}
