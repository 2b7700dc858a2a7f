import { scaleByPowerOfTwo } from './bits.ts';
import { exp, reducedExpm1 } from './exp.ts';

/**
 * Compute eˣ − 1 without cancellation near 0.
 *
 * @param x any number
 * @returns eˣ − 1 within 4e-16 of the value (relative)
 * @example
 * import { expm1 } from './expm1.ts';
 * expm1(1e-20); // 1e-20
 */
export function expm1(x: number): number {
  if (Number.isNaN(x) || x === 0) return x;
  if (x > 40) return exp(x);
  if (x < -40) return -1;
  const n = Math.round(x * Math.LOG2E);
  const small = reducedExpm1(x, 0, n);
  return n === 0 ? small : scaleByPowerOfTwo(1 - scaleByPowerOfTwo(1, -n) + small, n);
}

/**
 * Compute the hyperbolic tangent, tanh x = (e²ˣ − 1) / (e²ˣ + 1).
 *
 * @param x any number
 * @returns tanh x within 6e-16 of the value (relative)
 * @example
 * import { tanh } from './expm1.ts';
 * tanh(0.5); // 0.4621171572600098
 */
export function tanh(x: number): number {
  if (Number.isNaN(x) || x === 0) return x;
  const magnitude = Math.abs(x);
  const twice = magnitude > 20 ? Number.POSITIVE_INFINITY : expm1(2 * magnitude);
  const value = twice < 1 ? twice / (twice + 2) : 1 - 2 / (twice + 2);
  return x < 0 ? -value : value;
}
