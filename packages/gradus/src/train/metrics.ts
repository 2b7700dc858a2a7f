import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import { accuracy, balancedAccuracy } from '../metrics/accuracy.ts';
import { averagePrecision } from '../metrics/averagePrecision.ts';
import { f1, precision, recall } from '../metrics/precisionRecall.ts';
import { brierLoss, logLoss, rocAuc } from '../metrics/probabilities.ts';
import { meanAbsoluteError, meanSquaredError, r2, rootMeanSquaredError } from '../metrics/regression.ts';
import type { Loss } from '../nn/losses/index.ts';
import { ArgumentError } from '../util/errors.ts';
import { describeValue, isRecord, unknownName } from '../util/options.ts';
import { modeOf } from './callbacks.ts';

/** A measure of predictions that is reported and can be watched, but not minimised by training. */
export interface Metric {
  /** The name; on validation rows it is reported as `validationName`. */
  readonly name: string;
  /** Whether more is better. */
  readonly mode: 'max' | 'min';
  /**
   * What the predictions are given as: class numbers (0 or 1 for yes/no questions), probabilities (row-major, one
   * row a sample), or the model's outputs (row-major). Default: labels for a loss over classes or yes/no questions,
   * otherwise values.
   */
  readonly reads?: 'labels' | 'probabilities' | 'values';
  /**
   * Compute the measure; targets are class numbers or values, row-major. `classes` counts the classes: 2 for yes/no
   * questions, 1 where targets are values.
   */
  score(targets: ArrayLike<number>, predictions: ArrayLike<number>, classes: number): number;
}

/** What predictions and their targets come to; how many classes there are. */
type Score = Metric['score'];

/** Class numbers: the score of class 1 of two, the mean over the classes of more. */
const ofLabels =
  (score: typeof f1): Score =>
  (targets, predictions, classes) =>
    score(targets, predictions, classes > 2 ? { average: 'macro' } : { positiveLabel: 1 });

/** Probabilities, a column a class. */
const ofProbabilities =
  (score: typeof logLoss): Score =>
  (targets, predictions, classes) =>
    score(targets, predictions, { labels: Array.from({ length: classes }, (_, label) => label) });

/** The metrics that a string names: functions of `gradus/metrics`, and what they read. */
const named = {
  accuracy: { reads: 'labels', score: accuracy },
  balancedAccuracy: { reads: 'labels', score: balancedAccuracy },
  f1: { reads: 'labels', score: ofLabels(f1) },
  precision: { reads: 'labels', score: ofLabels(precision) },
  recall: { reads: 'labels', score: ofLabels(recall) },
  rocAuc: { reads: 'probabilities', score: ofProbabilities(rocAuc) },
  averagePrecision: { reads: 'probabilities', score: ofProbabilities(averagePrecision) },
  logLoss: { reads: 'probabilities', score: ofProbabilities(logLoss) },
  brierLoss: { reads: 'probabilities', score: ofProbabilities(brierLoss) },
  meanAbsoluteError: { reads: 'values', score: meanAbsoluteError },
  meanSquaredError: { reads: 'values', score: meanSquaredError },
  rootMeanSquaredError: { reads: 'values', score: rootMeanSquaredError },
  r2: { reads: 'values', score: r2 },
} as const satisfies Readonly<Record<string, Pick<Metric, 'reads' | 'score'>>>;

/** The metrics that can be named by a string. */
export type MetricName = keyof typeof named;

/** Their names. */
export const metricNames = Object.keys(named) as readonly MetricName[];

/** Give the metrics that an option lists, each fit for the loss. */
export function resolveMetrics(choices: readonly (Metric | MetricName)[], loss: Loss): Metric[] {
  if (!Array.isArray(choices)) {
    throw new ArgumentError({
      received: `metrics that are ${describeValue(choices)}`,
      expected: "a list, such as ['accuracy']",
    });
  }
  const metrics = choices.map(resolveMetric);
  for (const { name, reads } of metrics) {
    // A metric of one's own may read logits beside labels; those of the library compare like with like.
    const isOdd =
      loss.task === 'values' ? reads === 'labels' : reads === 'values' && Object.hasOwn(named, name);
    if (!isOdd) continue;
    throw new ArgumentError({
      received: `the metric '${name}', which needs ${reads}, with the loss '${loss.name}'`,
      expected: loss.task === 'values' ? 'a loss over classes or yes/no questions' : 'a metric of labels',
      remedy:
        loss.task === 'values'
          ? 'Use softmaxCrossEntropy or binaryCrossEntropy, or another metric'
          : 'Use accuracy or balancedAccuracy, or another loss',
    });
  }
  return metrics;
}

/** Give the metric that an option names or is. */
export function resolveMetric(choice: Metric | MetricName): Metric {
  const isMetric = typeof choice !== 'string' && isRecord(choice) && typeof choice.score === 'function';
  if (isMetric && typeof choice.name === 'string') return choice;
  if (typeof choice === 'string' && Object.hasOwn(named, choice)) {
    return { name: choice, mode: modeOf(choice), ...named[choice] };
  }
  throw unknownName('metric', choice, metricNames, 'an object with name, mode and score');
}

/** What a batch's accuracy is of. */
interface Answers {
  /** [places, outputs] */
  readonly prediction: Tensor;
  /** Class numbers [places], or alike. */
  readonly target: Tensor;
  /** Which places count, [places]; undefined where all do. */
  readonly mask: Tensor | undefined;
}

/**
 * Build the accuracy of a batch, of the places that count, as a scalar that a training program can record; undefined
 * where it must be computed outside.
 */
export function accuracyTensor(loss: Loss, { prediction, target, mask }: Answers): Tensor | undefined {
  const [places, width] = prediction.shape;
  const count = mask === undefined ? $.count(places) : $.maximum($.sum(mask), 1);
  const column = mask && $.reshape(mask, [places, 1]);
  if (loss.task === 'classes' && target.dataType === 'int' && prediction.rank === 2) {
    // Masked positions get an extra class with the score 1e38 (−1e38 elsewhere), which no label names.
    const scores = column ? $.concatenate([prediction, $.affine(column, -2e38, 1e38)], 1) : prediction;
    return $.divide($.countCorrect(scores, target), count);
  }
  if (loss.task !== 'bits') return undefined;
  const half = $.constant(0.5);
  const threshold = loss.probabilities === 'identity' ? half : $.constant(0);
  const right = $.equal($.greater(prediction, threshold), $.greater(target, half));
  const counted = column ? $.multiply(right, column) : right;
  return $.divide($.sum(counted), $.affine(count, width, 0));
}

/** The name of a metric on validation rows. */
export const validationName = (name: string): string =>
  `validation${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
