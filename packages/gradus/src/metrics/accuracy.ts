import { confusionMatrix } from './confusionMatrix.ts';
import { checkPairs, type Label } from './labels.ts';

/**
 * Compute the share of rows whose class is predicted right.
 *
 * @param truth - true labels
 * @param predicted - predicted labels, one for each
 * @returns correct / rows, from 0 to 1
 * @throws ArgumentError for no rows, NaN or different lengths
 *
 * @example
 * import { accuracy } from 'gradus/metrics';
 * accuracy(['a', 'b', 'a', 'a'], ['a', 'b', 'b', 'a']); // 0.75
 */
export function accuracy(truth: ArrayLike<Label>, predicted: ArrayLike<Label>): number {
  checkPairs(truth, predicted);
  let correct = 0;
  for (let row = 0; row < truth.length; row++) if (truth[row] === predicted[row]) correct++;
  return correct / truth.length;
}

/**
 * Compute the mean over the true classes of the share of their rows predicted right: guessing at random or
 * always the same class scores 1 / classes, however unequal the classes.
 *
 * @param truth - true labels
 * @param predicted - predicted labels, one for each
 * @returns mean recall of the classes in `truth`
 * @throws ArgumentError for no rows, NaN or different lengths
 *
 * @example
 * import { balancedAccuracy } from 'gradus/metrics';
 * balancedAccuracy([0, 0, 0, 1], [0, 0, 0, 0]); // 0.5
 */
export function balancedAccuracy(truth: ArrayLike<Label>, predicted: ArrayLike<Label>): number {
  const { matrix } = confusionMatrix(truth, predicted);
  const recalls = matrix
    .map((row, index) => ({ right: row[index], rows: row.reduce((a, b) => a + b, 0) }))
    .filter(({ rows }) => rows > 0)
    .map(({ right, rows }) => right / rows);
  return recalls.reduce((a, b) => a + b, 0) / recalls.length;
}
