import { ArgumentError } from '../util/errors.ts';
import { describeValue } from '../util/options.ts';
import { checkRows, encodeLabels, type Label, sortedLabels } from './labels.ts';
import type { ProbabilityOptions } from './probabilities.ts';

/** Precision and recall at every threshold, from the highest on. */
export interface PrecisionRecallCurve {
  /** The different scores, falling: a row counts as positive where its score is at least this. */
  readonly thresholds: Float64Array;
  /** TP / (TP + FP) at each threshold. */
  readonly precisions: Float64Array;
  /** TP / (TP + FN) at each threshold, rising to 1. */
  readonly recalls: Float64Array;
}

/** The classes of the rows. Rows of a single class do not say whether it is the positive one, unless it is 1 or true. */
function labelsOf(truth: ArrayLike<Label>): Label[] {
  const labels = sortedLabels(truth);
  const [only] = labels;
  if (labels.length > 1 || only === 1 || only === true) return labels;
  throw new ArgumentError({
    received: `${truth.length} rows of one class, ${describeValue(only)}`,
    expected: 'a row of the positive class',
    remedy: 'Name the classes, the positive one last: { labels: [0, 1] }, or { positiveLabel }',
  });
}

/**
 * Compute precision and recall at every threshold that scores allow.
 *
 * @param truth - true labels of two classes
 * @param scores - one score a row, higher for the positive class, any scale
 * @param options - `positiveLabel`: default the last label in sorted order (1 of 0 and 1, true, `yes`)
 * @returns thresholds, precisions and recalls, as many as there are different scores
 * @throws ArgumentError for no rows, NaN, lengths that differ, or no positive row
 *
 * @example
 * import { precisionRecallCurve } from 'gradus/metrics';
 * const { precisions, recalls } = precisionRecallCurve([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]);
 * precisions; // Float64Array [1, 0.5, 0.6666666666666666, 0.5]
 * recalls; // Float64Array [0.5, 0.5, 1, 1]
 */
export function precisionRecallCurve(
  truth: ArrayLike<Label>,
  scores: ArrayLike<number>,
  options: { readonly positiveLabel?: Label } = {},
): PrecisionRecallCurve {
  checkRows(truth.length);
  const { positiveLabel = labelsOf(truth).at(-1)! } = options;
  return curveOf(
    Array.from(truth, (label) => label === positiveLabel),
    Float64Array.from(scores),
  );
}

/**
 * Compute the average precision, the area under the precision–recall curve as steps: Σ (Rₙ − Rₙ₋₁) Pₙ over the
 * thresholds from the highest on. With more than two classes, the mean over the classes, each against the rest.
 *
 * @param truth - true labels
 * @param scores - for two classes one score a row, higher for the second class (any scale), or rows × 2; for more
 *   classes rows × classes, row after row
 * @param options - `labels`: the class of each column; a class without rows is left out of the mean
 * @returns the average precision, 1 at best; by chance the share of the positive rows
 * @throws ArgumentError for no rows, NaN, no positive row, or lengths that do not fit
 *
 * @example
 * import { averagePrecision } from 'gradus/metrics';
 * averagePrecision([0, 0, 1, 1], [0.1, 0.4, 0.35, 0.8]); // 0.8333333333333333
 */
export function averagePrecision(
  truth: ArrayLike<Label>,
  scores: ArrayLike<number>,
  options: ProbabilityOptions = {},
): number {
  checkRows(truth.length);
  const labels = options.labels ?? labelsOf(truth);
  const classes = encodeLabels(truth, labels);
  const { length: rows } = truth;
  const width = scores.length / rows;
  if (!(width === labels.length || (width === 1 && labels.length <= 2))) {
    throw new ArgumentError({
      received: `${scores.length} scores for ${rows} rows of ${labels.length} classes`,
      expected: 'rows × classes of them, or one a row for two classes',
    });
  }
  const chosen = labels.length <= 2 ? [labels.length - 1] : labels.map((_, index) => index);
  const found = chosen.filter((index) => classes.includes(index));
  if (found.length === 0) throw new ArgumentError(noPositive);
  let sum = 0;
  for (const index of found) {
    const column = Float64Array.from(
      { length: rows },
      (_, row) => scores[row * width + (width === 1 ? 0 : index)],
    );
    const { precisions, recalls } = curveOf(
      Array.from(classes, (own) => own === index),
      column,
    );
    sum += stepArea(precisions, recalls);
  }
  return sum / found.length;
}

const noPositive = { received: 'no row of the positive class', expected: 'at least one' };

/** Σ (Rₙ − Rₙ₋₁) Pₙ, the recall before the first being 0. */
export function stepArea(precisions: ArrayLike<number>, recalls: ArrayLike<number>): number {
  let area = 0;
  for (let n = 0; n < recalls.length; n++)
    area += (recalls[n] - (n === 0 ? 0 : recalls[n - 1])) * precisions[n];
  return area;
}

function curveOf(isPositive: readonly boolean[], scores: Float64Array): PrecisionRecallCurve {
  const { length: rows } = isPositive;
  const nan = scores.findIndex((score) => Number.isNaN(score));
  if (scores.length !== rows || nan !== -1) {
    throw new ArgumentError({
      received: nan === -1 ? `${scores.length} scores for ${rows} rows` : `the score NaN in row ${nan}`,
      expected: 'a number for each row',
    });
  }
  const positive = isPositive.filter(Boolean).length;
  if (positive === 0) throw new ArgumentError(noPositive);
  const order = Int32Array.from(isPositive, (_, row) => row).sort((a, b) =>
    scores[a] > scores[b] ? -1 : scores[a] < scores[b] ? 1 : 0,
  );
  const thresholds: number[] = [];
  const precisions: number[] = [];
  const recalls: number[] = [];
  let hits = 0;
  order.forEach((row, place) => {
    if (isPositive[row]) hits++;
    if (place + 1 < rows && scores[order[place + 1]] === scores[row]) return;
    thresholds.push(scores[row]);
    precisions.push(hits / (place + 1));
    recalls.push(hits / positive);
  });
  return {
    thresholds: Float64Array.from(thresholds),
    precisions: Float64Array.from(precisions),
    recalls: Float64Array.from(recalls),
  };
}
