import { ArgumentError } from '../util/errors.ts';
import { describeValue, requireCount, requireOptions } from '../util/options.ts';
import { createStream } from '../util/random.ts';

/** Options of `biasVariance`. */
export interface BiasVarianceOptions {
  /**
   * Train on some rows and predict the test rows.
   *
   * `rows` are indices of training rows, some of them repeated; `seed` differs from round to round, for first weights
   * and shuffling.
   */
  readonly train: (rows: Int32Array, seed: number) => ArrayLike<number> | Promise<ArrayLike<number>>;
  /** How many training rows there are. */
  readonly rows: number;
  /** The targets of the test rows: classes from 0, or values. */
  readonly targets: ArrayLike<number>;
  /** `zeroOne` for classes, `squared` for values. */
  readonly loss: 'zeroOne' | 'squared';
  /** How often to train. Default 100. */
  readonly rounds?: number | undefined;
  /** The seed of the samples. Default 0. */
  readonly seed?: number | undefined;
  /** Called with the number of rounds done, and of all rounds. */
  readonly progress?: ((done: number, total: number) => void) | undefined;
}

/** A decomposed loss. All values are means over the test rows. */
export interface BiasVariance {
  /** The loss, averaged over the rounds. */
  readonly loss: number;
  /** The loss of the main prediction: the most frequent class, or the mean value. Includes the noise of the targets. */
  readonly bias: number;
  /** The loss of the predictions with the main prediction as the target. */
  readonly variance: number;
  /** The part of the variance that adds to the loss: for rows with a right main prediction; all of it for `squared`. */
  readonly unbiasedVariance: number;
  /** The part of the variance that lowers the loss: predictions that differ from a wrong main one and are right; 0 for `squared`. */
  readonly biasedVariance: number;
  /** The main prediction of every row. */
  readonly mainPredictions: Float64Array;
}

const known = {
  train: true,
  rows: true,
  targets: true,
  loss: true,
  rounds: true,
  seed: true,
  progress: true,
} as const;

/**
 * Decompose the loss of a training procedure into bias and variance, by training on bootstrap samples: as many rows as
 * there are, drawn with replacement.
 *
 * Squared error: loss = bias + variance, with bias (ȳ − t)². Classes: loss = bias + unbiased variance − biased variance,
 * because a prediction that differs from a wrong main one may be right.
 * Sources: Domingos 2000, A unified bias-variance decomposition; Geman, Bienenstock & Doursat 1992. Bias and variance
 * are defined as in mlxtend's `bias_variance_decomp`.
 *
 * @param options - How to train, rows, targets, loss, rounds, seed.
 * @returns Loss, bias and variance, which depend on the seed alone.
 * @throws ArgumentError for invalid options, and for a wrong number of predictions.
 * @example
 * import { biasVariance } from 'gradus/inspect';
 * const values = [1, 2, 3, 4];
 * // Predicts the mean of its rows.
 * const train = (rows: Int32Array) => [rows.reduce((sum, row) => sum + values[row], 0) / rows.length];
 * const { loss, bias, variance } = await biasVariance({ train, rows: 4, targets: [3], loss: 'squared' });
 * Math.abs(loss - bias - variance) < 1e-12; // true
 */
export async function biasVariance(options: BiasVarianceOptions): Promise<BiasVariance> {
  requireOptions(options, known, 'biasVariance');
  const { train, rows, targets, loss, rounds = 100, seed = 0, progress } = options;
  requireCount('rows', rows, 1);
  requireCount('rounds', rounds, 1);
  if (typeof train !== 'function') {
    throw new ArgumentError({ received: `train that is ${describeValue(train)}`, expected: 'a function' });
  }
  if (loss !== 'zeroOne' && loss !== 'squared') {
    throw new ArgumentError({
      received: `the loss ${describeValue(loss)}`,
      expected: "'zeroOne' or 'squared'",
    });
  }
  if (!(targets.length > 0)) {
    throw new ArgumentError({ received: 'no targets', expected: 'at least one test row' });
  }
  const stream = createStream(seed, 'bootstrap');
  const predictions: Float64Array[] = [];
  for (let round = 0; round < rounds; round++) {
    const draw = stream.split(round);
    const sample = Int32Array.from({ length: rows }, () => draw.integer(rows));
    const predicted = Float64Array.from(await train(sample, draw.integer(2 ** 31)));
    if (predicted.length !== targets.length) {
      throw new ArgumentError({
        received: `${predicted.length} predictions from train`,
        expected: `one for each of the ${targets.length} targets`,
      });
    }
    predictions.push(predicted);
    progress?.(round + 1, rounds);
  }
  return loss === 'squared' ? ofSquares(predictions, targets) : ofClasses(predictions, targets);
}

/** Average over rounds and rows. */
function average(
  predictions: readonly Float64Array[],
  score: (prediction: number, row: number) => number,
): number {
  let sum = 0;
  for (const predicted of predictions)
    for (let row = 0; row < predicted.length; row++) sum += score(predicted[row], row);
  return sum / (predictions.length * predictions[0].length);
}

function ofSquares(predictions: readonly Float64Array[], targets: ArrayLike<number>): BiasVariance {
  const main = new Float64Array(targets.length);
  for (const predicted of predictions)
    for (let row = 0; row < main.length; row++) main[row] += predicted[row];
  for (let row = 0; row < main.length; row++) main[row] /= predictions.length;
  const square = (x: number): number => x * x;
  const variance = average(predictions, (y, row) => square(y - main[row]));
  return {
    loss: average(predictions, (y, row) => square(y - targets[row])),
    bias: average([main], (y, row) => square(y - targets[row])),
    variance,
    unbiasedVariance: variance,
    biasedVariance: 0,
    mainPredictions: main,
  };
}

function ofClasses(predictions: readonly Float64Array[], targets: ArrayLike<number>): BiasVariance {
  const main = Float64Array.from({ length: targets.length }, (_, row) =>
    mostFrequent(predictions.map((predicted) => predicted[row])),
  );
  const isBiased = main.map((y, row) => (y === targets[row] ? 0 : 1));
  return {
    loss: average(predictions, (y, row) => (y === targets[row] ? 0 : 1)),
    bias: average([isBiased], (biased) => biased),
    variance: average(predictions, (y, row) => (y === main[row] ? 0 : 1)),
    unbiasedVariance: average(predictions, (y, row) => (y === main[row] || isBiased[row] === 1 ? 0 : 1)),
    biasedVariance: average(predictions, (y, row) => (y === targets[row] ? isBiased[row] : 0)),
    mainPredictions: main,
  };
}

/** The most frequent class; the smallest of several. */
function mostFrequent(labels: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].reduce(([best, most], [label, count]) =>
    count > most || (count === most && label < best) ? [label, count] : [best, most],
  )[0];
}
