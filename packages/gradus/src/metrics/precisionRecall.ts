import { ArgumentError } from '../util/errors.ts';
import { confusionMatrix } from './confusionMatrix.ts';
import { type Label, sortedLabels } from './labels.ts';

/**
 * How the figures of several classes become one: `binary` is that of the positive class alone; `macro` the
 * mean over classes; `weighted` the mean weighted by the true rows of each; `micro` counts over all classes.
 */
export type Average = 'binary' | 'macro' | 'micro' | 'weighted';

/** How to average, and which classes. */
export interface AverageOptions {
  /** Default `binary` for two classes or fewer, else an error asks for a choice. */
  readonly average?: Average;
  /** The class that `binary` looks at; default the last one in sorted order (1 of 0 and 1, true, `yes`). */
  readonly positiveLabel?: Label;
  /** The classes to average over; default all that occur. */
  readonly labels?: readonly Label[];
}

interface Counts {
  readonly hits: number;
  readonly truths: number;
  readonly guesses: number;
}

/**
 * Compute the share of the rows predicted as a class that are of it: TP / (TP + FP), 0 where none is predicted.
 *
 * @param truth - true labels
 * @param predicted - predicted labels, one for each
 * @param options - averaging over classes
 * @returns the precision, from 0 to 1
 * @throws ArgumentError for no rows, NaN, different lengths, or `binary` over more than two classes
 *
 * @example
 * import { precision } from 'gradus/metrics';
 * precision([0, 1, 1, 0], [1, 1, 1, 0]); // 0.6666666666666666
 */
export function precision(
  truth: ArrayLike<Label>,
  predicted: ArrayLike<Label>,
  options: AverageOptions = {},
): number {
  return averaged(truth, predicted, options, ({ hits, guesses }) => ratio(hits, guesses));
}

/**
 * Compute the share of a class's rows that are predicted as it: TP / (TP + FN), 0 where the class has no rows.
 *
 * @param truth - true labels
 * @param predicted - predicted labels, one for each
 * @param options - averaging over classes
 * @returns the recall, from 0 to 1
 * @throws ArgumentError for no rows, NaN, different lengths, or `binary` over more than two classes
 *
 * @example
 * import { recall } from 'gradus/metrics';
 * recall([0, 1, 1, 0], [1, 1, 0, 0]); // 0.5
 */
export function recall(
  truth: ArrayLike<Label>,
  predicted: ArrayLike<Label>,
  options: AverageOptions = {},
): number {
  return averaged(truth, predicted, options, ({ hits, truths }) => ratio(hits, truths));
}

/**
 * Compute the harmonic mean of precision and recall: 2 TP / (2 TP + FP + FN), 0 where all three are 0.
 *
 * @param truth - true labels
 * @param predicted - predicted labels, one for each
 * @param options - averaging over classes
 * @returns the F1 score, from 0 to 1
 * @throws ArgumentError for no rows, NaN, different lengths, or `binary` over more than two classes
 *
 * @example
 * import { f1 } from 'gradus/metrics';
 * f1([0, 1, 1, 0], [1, 1, 0, 0]); // 0.5
 */
export function f1(
  truth: ArrayLike<Label>,
  predicted: ArrayLike<Label>,
  options: AverageOptions = {},
): number {
  return averaged(truth, predicted, options, ({ hits, truths, guesses }) =>
    ratio(2 * hits, truths + guesses),
  );
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

function averaged(
  truth: ArrayLike<Label>,
  predicted: ArrayLike<Label>,
  options: AverageOptions,
  figure: (counts: Counts) => number,
): number {
  const { average = 'binary' } = options;
  const all = sortedLabels(truth, predicted, options.labels ?? []);
  const { matrix } = confusionMatrix(truth, predicted, { labels: all });
  const countsOf = (index: number): Counts => ({
    hits: matrix[index][index],
    truths: matrix[index].reduce((a, b) => a + b, 0),
    guesses: matrix.reduce((sum, row) => sum + row[index], 0),
  });
  if (average === 'binary') {
    if (all.length > 2) {
      throw new ArgumentError({
        received: `${all.length} classes and the average 'binary'`,
        expected: 'two classes',
        remedy: "Choose the average 'macro', 'micro' or 'weighted'.",
      });
    }
    const position = all.indexOf(options.positiveLabel ?? all[all.length - 1]);
    return position === -1 ? 0 : figure(countsOf(position));
  }
  const chosen = options.labels ?? all;
  const counts = chosen.map((label) => countsOf(all.indexOf(label)));
  const total = (key: keyof Counts): number => counts.reduce((sum, one) => sum + one[key], 0);
  if (average === 'micro') {
    return figure({ hits: total('hits'), truths: total('truths'), guesses: total('guesses') });
  }
  if (average === 'macro') return counts.reduce((sum, one) => sum + figure(one), 0) / counts.length;
  return ratio(
    counts.reduce((sum, one) => sum + one.truths * figure(one), 0),
    total('truths'),
  );
}
