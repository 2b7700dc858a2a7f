import { ArgumentError } from '../util/errors.ts';
import { erf } from '../util/math.ts';
import type { RandomStream } from '../util/random.ts';

/** A range that holds the true figure with the stated confidence. */
export interface Interval {
  /** Its lower end. */
  readonly lower: number;
  /** Its upper end. */
  readonly upper: number;
  /** Share of such intervals that hold the true figure. */
  readonly confidence: number;
}

/**
 * Compute the interval for an accuracy measured on rows drawn at random, by the score method:
 * (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n).
 *
 * @param correct - rows predicted right
 * @param total - all rows
 * @param options - `confidence`, default 0.95
 * @returns the interval, within 0 to 1
 * @throws ArgumentError for no rows or counts that do not fit
 * @see E. B. Wilson, Probable inference, the law of succession, and statistical inference, 1927
 *
 * @example
 * import { accuracyInterval } from 'gradus/metrics';
 * const { lower, upper } = accuracyInterval(50, 52);
 * [lower.toFixed(3), upper.toFixed(3)]; // ['0.870', '0.989']
 */
export function accuracyInterval(
  correct: number,
  total: number,
  options: { readonly confidence?: number } = {},
): Interval {
  const { confidence = 0.95 } = options;
  if (
    !(Number.isInteger(correct) && Number.isInteger(total) && total > 0 && correct >= 0 && correct <= total)
  ) {
    throw new ArgumentError({
      received: `${correct} correct of ${total} rows`,
      expected: 'whole numbers, at least one row and at most all correct',
    });
  }
  const z = normalQuantile(confidence);
  const share = correct / total;
  const square = (z * z) / total;
  const center = share + square / 2;
  const half = z * Math.sqrt((share * (1 - share)) / total + square / (4 * total));
  const lower = correct === 0 ? 0 : (center - half) / (1 + square);
  const upper = correct === total ? 1 : (center + half) / (1 + square);
  return { lower, upper, confidence };
}

/** The z with P(|Z| ≤ z) = confidence for a standard normal Z, by bisection of erf(z / √2). */
function normalQuantile(confidence: number): number {
  if (!(confidence > 0 && confidence < 1)) {
    throw new ArgumentError({ received: `the confidence ${confidence}`, expected: 'between 0 and 1' });
  }
  let lower = 0;
  let upper = 9;
  for (let step = 0; step < 60; step++) {
    const middle = (lower + upper) / 2;
    if (erf(middle * Math.SQRT1_2) < confidence) lower = middle;
    else upper = middle;
  }
  return (lower + upper) / 2;
}

/** What to resample, and how often. */
export interface BootstrapOptions {
  /** Number of rows. */
  readonly rows: number;
  /** Score of a sample, given the positions of its rows; a row may occur several times. */
  readonly score: (rows: Int32Array) => number;
  /** Random numbers; `createStream(seed, 'bootstrap')`. */
  readonly stream: RandomStream;
  /** Default 1000. */
  readonly resamples?: number;
  /** Default 0.95. */
  readonly confidence?: number;
}

/**
 * Compute the interval for any score measured on rows drawn at random, by the percentile bootstrap: the
 * score of samples of as many rows, drawn with replacement. Samples whose score is not finite are left out.
 *
 * @param options - rows, score, random stream, resamples and confidence
 * @returns the interval
 * @throws ArgumentError for no rows, fewer than 20 resamples, or a score that is never finite
 * @see B. Efron, Bootstrap methods: another look at the jackknife, 1979
 *
 * @example
 * import { createStream } from 'gradus';
 * import { bootstrapInterval, meanAbsoluteError } from 'gradus/metrics';
 * const truth = [1, 2, 3, 4];
 * const predicted = [1, 2, 3, 5];
 * const { lower } = bootstrapInterval({
 *   rows: 4,
 *   stream: createStream(0, 'bootstrap'),
 *   score: (rows) => meanAbsoluteError(Array.from(rows, (r) => truth[r]), Array.from(rows, (r) => predicted[r])),
 * });
 * lower; // 0
 */
export function bootstrapInterval(options: BootstrapOptions): Interval {
  const { rows, score, stream, resamples = 1000, confidence = 0.95 } = options;
  if (!(Number.isInteger(rows) && rows > 0 && Number.isInteger(resamples) && resamples >= 20)) {
    throw new ArgumentError({
      received: `${rows} rows and ${resamples} resamples`,
      expected: 'at least one row and 20 resamples',
    });
  }
  if (!(confidence > 0 && confidence < 1)) {
    throw new ArgumentError({ received: `the confidence ${confidence}`, expected: 'between 0 and 1' });
  }
  const scores: number[] = [];
  const sample = new Int32Array(rows);
  for (let resample = 0; resample < resamples; resample++) {
    for (let index = 0; index < rows; index++) sample[index] = stream.integer(rows);
    const value = score(sample);
    if (Number.isFinite(value)) scores.push(value);
  }
  if (scores.length === 0) {
    throw new ArgumentError({ received: 'a score that is finite for no sample', expected: 'finite scores' });
  }
  const sorted = Float64Array.from(scores).sort();
  const tail = (1 - confidence) / 2;
  return { lower: quantile(sorted, tail), upper: quantile(sorted, 1 - tail), confidence };
}

/** Quantile of sorted values, linear between neighbours. */
function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
