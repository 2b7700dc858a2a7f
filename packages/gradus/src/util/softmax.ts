import { exp, log } from './math.ts';

/** Give the index, counted from `start`, of the largest of `length` values; the first of equals. */
export function argMax(values: ArrayLike<number>, start: number, length: number): number {
  let best = 0;
  for (let i = 1; i < length; i++) if (values[start + i] > values[start + best]) best = i;
  return best;
}

function largestOf(values: ArrayLike<number>, start: number, length: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = start; i < start + length; i++) largest = Math.max(largest, values[i]);
  return largest;
}

/** Compute log Σ eˣ of `length` values, shifted by the largest so that nothing overflows; −Infinity for none. */
export function logSumExp(values: ArrayLike<number>, start: number, length: number): number {
  const largest = largestOf(values, start, length);
  if (largest === Number.NEGATIVE_INFINITY) return largest;
  let sum = 0;
  for (let i = start; i < start + length; i++) sum += exp(values[i] - largest);
  return largest + log(sum);
}

/**
 * Replace `length` values x by eˣ / Σ eˣ, shifted by the largest so that nothing overflows.
 *
 * @returns log Σ eˣ
 */
export function softmaxInPlace(values: Float64Array, start = 0, length = values.length): number {
  const largest = largestOf(values, start, length);
  let sum = 0;
  for (let i = start; i < start + length; i++) {
    values[i] = exp(values[i] - largest);
    sum += values[i];
  }
  for (let i = start; i < start + length; i++) values[i] /= sum;
  return largest + log(sum);
}
