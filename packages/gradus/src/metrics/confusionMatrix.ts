import { checkPairs, encodeLabels, type Label, sortedLabels } from './labels.ts';

/** How often each class was taken for each. */
export interface ConfusionMatrix {
  /** Label of each row and column. */
  readonly labels: readonly Label[];
  /** matrix[true class][predicted class], counts. */
  readonly matrix: readonly (readonly number[])[];
}

/**
 * Count how often each class was predicted as each.
 *
 * @param truth - true labels
 * @param predicted - predicted labels, one for each
 * @param options - `labels`: the classes and their order; default all that occur, sorted
 * @returns the labels and the counts, true classes down, predicted classes across
 * @throws ArgumentError for no rows, NaN, different lengths, or a label that is not in `labels`
 *
 * @example
 * import { confusionMatrix } from 'gradus/metrics';
 * confusionMatrix([0, 0, 1, 1], [0, 1, 1, 1]).matrix; // [[1, 1], [0, 2]]
 */
export function confusionMatrix(
  truth: ArrayLike<Label>,
  predicted: ArrayLike<Label>,
  options: { readonly labels?: readonly Label[] } = {},
): ConfusionMatrix {
  checkPairs(truth, predicted);
  const labels = options.labels ?? sortedLabels(truth, predicted);
  const rows = encodeLabels(truth, labels);
  const columns = encodeLabels(predicted, labels);
  const matrix = labels.map(() => new Array<number>(labels.length).fill(0));
  rows.forEach((row, index) => {
    matrix[row][columns[index]]++;
  });
  return { labels, matrix };
}
