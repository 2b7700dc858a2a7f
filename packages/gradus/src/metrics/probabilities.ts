import { ArgumentError } from '../util/errors.ts';
import { log } from '../util/math.ts';
import { checkRows, encodeLabels, type Label, sortedLabels } from './labels.ts';

/** Which classes the columns of probabilities stand for. */
export interface ProbabilityOptions {
  /** Label of each column; default the labels in `truth`, sorted. */
  readonly labels?: readonly Label[];
}

/** True class positions, and the probabilities as rows × classes, checked. */
interface Scored {
  readonly classes: Int32Array;
  readonly classCount: number;
  /** Probability of a class in a row. */
  at(row: number, index: number): number;
}

/** Bring both forms to one: rows × classes, or for two classes the probability of the second alone. */
function readProbabilities(
  truth: ArrayLike<Label>,
  probabilities: ArrayLike<number>,
  options: ProbabilityOptions,
): Scored {
  checkRows(truth.length);
  const labels = options.labels ?? sortedLabels(truth);
  const classes = encodeLabels(truth, labels);
  const { length: rows } = truth;
  const single = labels.length === 2 && probabilities.length === rows;
  if (labels.length < 2 || (!single && probabilities.length !== rows * labels.length)) {
    throw new ArgumentError({
      received: `${probabilities.length} probabilities for ${rows} rows of ${labels.length} classes`,
      expected: 'rows × classes of them (or one a row for two classes), and two classes or more',
      remedy: 'Name all classes in `labels` where some do not occur among these rows.',
    });
  }
  for (let index = 0; index < probabilities.length; index++) {
    const value = probabilities[index];
    if (!(value >= 0 && value <= 1 + 1e-5)) {
      throw new ArgumentError({
        received: `probability ${value} at index ${index}`,
        expected: 'from 0 to 1',
      });
    }
  }
  const width = labels.length;
  const at = single
    ? (row: number, index: number): number => (index === 1 ? probabilities[row] : 1 - probabilities[row])
    : (row: number, index: number): number => probabilities[row * width + index];
  return { classes, classCount: width, at };
}

/**
 * Compute the mean negative logarithm of the probability given to the true class,
 * −(1/rows) Σ ln p(true class); each probability counts as at least 2⁻⁵² and each row is divided by its sum.
 *
 * @param truth - true labels
 * @param probabilities - rows × classes, row after row; for two classes also rows, of the second class
 * @param options - `labels`: the class of each column
 * @returns the loss in nats, 0 at best
 * @throws ArgumentError for no rows, one class, a probability outside 0 to 1, or lengths that do not fit
 *
 * @example
 * import { logLoss } from 'gradus/metrics';
 * logLoss([0, 1], [0.5, 0.5]); // 0.6931471805599453
 */
export function logLoss(
  truth: ArrayLike<Label>,
  probabilities: ArrayLike<number>,
  options: ProbabilityOptions = {},
): number {
  const { classes, classCount, at } = readProbabilities(truth, probabilities, options);
  let sum = 0;
  for (let row = 0; row < classes.length; row++) {
    let total = 0;
    for (let index = 0; index < classCount; index++) total += clip(at(row, index));
    sum -= log(clip(at(row, classes[row])) / total);
  }
  return sum / classes.length;
}

const epsilon = 2 ** -52;
const clip = (probability: number): number => Math.min(1 - epsilon, Math.max(epsilon, probability));

/**
 * Compute the mean squared difference between probabilities and what happened (Brier 1950):
 * (1/rows) Σ (p − y)² of the second class for two classes, Σ over all classes for more.
 *
 * @param truth - true labels
 * @param probabilities - rows × classes, row after row; for two classes also rows, of the second class
 * @param options - `labels`: the class of each column
 * @returns the loss, 0 at best, 1 at worst for two classes, 2 for more
 * @throws ArgumentError for no rows, one class, a probability outside 0 to 1, or lengths that do not fit
 *
 * @example
 * import { brierLoss } from 'gradus/metrics';
 * brierLoss([0, 1], [0.5, 1]); // 0.125
 */
export function brierLoss(
  truth: ArrayLike<Label>,
  probabilities: ArrayLike<number>,
  options: ProbabilityOptions = {},
): number {
  const { classes, classCount, at } = readProbabilities(truth, probabilities, options);
  let sum = 0;
  for (let row = 0; row < classes.length; row++) {
    for (let index = classCount === 2 ? 1 : 0; index < classCount; index++) {
      const difference = at(row, index) - (classes[row] === index ? 1 : 0);
      sum += difference * difference;
    }
  }
  return sum / classes.length;
}

/**
 * Compute the area under the receiver operating characteristic: how often a row of the class is scored above
 * one that is not, ties counting half (Mann & Whitney 1947). With more than two classes, the mean over the
 * classes, each against the rest.
 *
 * @param truth - true labels
 * @param scores - for two classes one score a row, higher for the second class (any scale), or rows × 2; for
 *   more classes rows × classes, row after row
 * @param options - `labels`: the class of each column; a class without rows is left out of the mean
 * @returns the area, 0.5 by chance, 1 at best
 * @throws ArgumentError for no rows, NaN, a single class among the rows, or lengths that do not fit
 *
 * @example
 * import { rocAuc } from 'gradus/metrics';
 * rocAuc([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]); // 0.75
 */
export function rocAuc(
  truth: ArrayLike<Label>,
  scores: ArrayLike<number>,
  options: ProbabilityOptions = {},
): number {
  checkRows(truth.length);
  const labels = options.labels ?? sortedLabels(truth);
  const classes = encodeLabels(truth, labels);
  const { length: rows } = truth;
  const width = scores.length / rows;
  if (!(width === labels.length || (width === 1 && labels.length === 2))) {
    throw new ArgumentError({
      received: `${scores.length} scores for ${rows} rows of ${labels.length} classes`,
      expected: 'rows × classes of them, or one a row for two classes',
    });
  }
  const areas: number[] = [];
  const chosen = labels.length === 2 ? [1] : labels.map((_, index) => index);
  for (const index of chosen) {
    const positive = classes.reduce((count, one) => count + (one === index ? 1 : 0), 0);
    if (positive === 0 || positive === rows) continue;
    const column = Float64Array.from(
      { length: rows },
      (_, row) => scores[width === 1 ? row : row * width + index],
    );
    areas.push(area(column, classes, index, positive));
  }
  if (areas.length === 0) {
    throw new ArgumentError({ received: 'rows of one class only', expected: 'rows of two classes or more' });
  }
  return areas.reduce((a, b) => a + b, 0) / areas.length;
}

function area(scores: Float64Array, classes: Int32Array, positiveClass: number, positive: number): number {
  const nan = scores.findIndex((score) => Number.isNaN(score));
  if (nan !== -1) throw new ArgumentError({ received: `the score NaN in row ${nan}`, expected: 'a number' });
  const order = Int32Array.from(scores, (_, row) => row).sort((a, b) =>
    scores[a] < scores[b] ? -1 : scores[a] > scores[b] ? 1 : 0,
  );
  const negative = scores.length - positive;
  let below = 0;
  let pairs = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    let hits = 0;
    while (end < order.length && scores[order[end]] === scores[order[start]]) {
      if (classes[order[end++]] === positiveClass) hits++;
    }
    const misses = end - start - hits;
    pairs += hits * (below + misses / 2);
    below += misses;
    start = end;
  }
  return pairs / (positive * negative);
}
