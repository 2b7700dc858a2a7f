import { ArgumentError } from '../util/errors.ts';
import { checkPairs } from './labels.ts';

/**
 * Compute the share of the variance explained, R² = 1 − Σ(y − ŷ)² / Σ(y − ȳ)²: 1 at best, 0 for always the
 * mean, below 0 for worse. Where all true values are equal it is 1 if all predictions hit them, else 0.
 *
 * @param truth - true values, at least two
 * @param predicted - predicted values, one for each
 * @returns R²
 * @throws ArgumentError for fewer than two rows, NaN or different lengths
 *
 * @example
 * import { r2 } from 'gradus/metrics';
 * r2([1, 2, 3], [1, 2, 4]); // 0.5
 */
export function r2(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  checkPairs(truth, predicted);
  const { length: rows } = truth;
  if (rows < 2)
    throw new ArgumentError({ received: 'one row', expected: 'at least two, as R² is about variance' });
  let mean = 0;
  for (let row = 0; row < rows; row++) mean += truth[row] / rows;
  let residual = 0;
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const error = truth[row] - predicted[row];
    const deviation = truth[row] - mean;
    residual += error * error;
    total += deviation * deviation;
  }
  if (total === 0) return residual === 0 ? 1 : 0;
  return 1 - residual / total;
}

/**
 * Compute the mean of the squared differences, (1/rows) Σ(y − ŷ)².
 *
 * @param truth - true values
 * @param predicted - predicted values, one for each
 * @returns the error, in the square of the target's unit
 * @throws ArgumentError for no rows, NaN or different lengths
 *
 * @example
 * import { meanSquaredError } from 'gradus/metrics';
 * meanSquaredError([1, 2], [1, 4]); // 2
 */
export function meanSquaredError(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  checkPairs(truth, predicted);
  let sum = 0;
  for (let row = 0; row < truth.length; row++) {
    const difference = truth[row] - predicted[row];
    sum += difference * difference;
  }
  return sum / truth.length;
}

/**
 * Compute the root of the mean squared difference, √((1/rows) Σ(y − ŷ)²).
 *
 * @param truth - true values
 * @param predicted - predicted values, one for each
 * @returns the error, in the target's unit
 * @throws ArgumentError for no rows, NaN or different lengths
 *
 * @example
 * import { rootMeanSquaredError } from 'gradus/metrics';
 * rootMeanSquaredError([0, 0], [5, 5]); // 5
 */
export function rootMeanSquaredError(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  return Math.sqrt(meanSquaredError(truth, predicted));
}

/**
 * Compute the mean of the absolute differences, (1/rows) Σ|y − ŷ|.
 *
 * @param truth - true values
 * @param predicted - predicted values, one for each
 * @returns the error, in the target's unit
 * @throws ArgumentError for no rows, NaN or different lengths
 *
 * @example
 * import { meanAbsoluteError } from 'gradus/metrics';
 * meanAbsoluteError([1, 2], [1, 4]); // 1
 */
export function meanAbsoluteError(truth: ArrayLike<number>, predicted: ArrayLike<number>): number {
  checkPairs(truth, predicted);
  let sum = 0;
  for (let row = 0; row < truth.length; row++) sum += Math.abs(truth[row] - predicted[row]);
  return sum / truth.length;
}
