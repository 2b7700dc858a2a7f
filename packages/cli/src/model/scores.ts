import { createStream } from 'gradus';
import type { Table } from 'gradus/data';
import {
  accuracy,
  accuracyInterval,
  balancedAccuracy,
  bootstrapInterval,
  f1,
  type Interval,
  logLoss,
  meanAbsoluteError,
  r2,
  rocAuc,
  rootMeanSquaredError,
} from 'gradus/metrics';
import type { Preprocessor } from 'gradus/preprocess';
import type { ClassPredictions, NumberPredictions, Predictions } from './predictor.ts';

/** A figure with its name. */
export interface NamedScore {
  /** The name in files and for `--min`, a function of `gradus/metrics`: `accuracy`, `r2`. */
  readonly key: string;
  /** The name for people: `accuracy`, `R²`. */
  readonly name: string;
  readonly value: number;
  readonly format: 'percent' | 'number';
  readonly higherIsBetter: boolean;
}

/** The scores of predictions on rows whose truth is known. */
export interface Scores {
  /** The score that counts: accuracy, or R²; NaN where the rows are too few to tell. */
  readonly main: NamedScore;
  readonly interval: Interval;
  readonly intervalMethod: string;
  readonly others: readonly NamedScore[];
  readonly rows: number;
  /** Rows predicted right; for classes only. */
  readonly correct?: number;
}

/** What was true: class indices, or numbers in the unit of the target. */
export type Truth = Int32Array | Float64Array;

/** Read the true values of the rows of a table. */
export const truthOf = (preprocessor: Preprocessor, table: Table): Truth =>
  preprocessor.labels.length === 0 ? preprocessor.targetValues(table) : preprocessor.targetIndices(table);

/** Score predictions. */
export function scorePredictions(predictions: Predictions, truth: Truth, seed: number): Scores {
  return predictions.kind === 'class'
    ? scoreClasses(predictions, truth)
    : scoreNumbers(predictions, truth, seed);
}

/** The score that counts, alone. */
export const mainScore = (predictions: Predictions, truth: Truth): number =>
  predictions.kind === 'class'
    ? accuracy(truth, predictions.classes)
    : numberScore(truth, predictions.values);

/** R²; NaN where a single row leaves no variance to explain. */
const numberScore = (truth: ArrayLike<number>, values: ArrayLike<number>): number =>
  truth.length < 2 ? Number.NaN : r2(truth, values);

function scoreClasses({ classes, probabilities }: ClassPredictions, truth: Truth): Scores {
  const rows = truth.length;
  const value = accuracy(truth, classes);
  const correct = Math.round(value * rows);
  const count = probabilities.length / rows;
  const labels = Array.from({ length: count }, (_, index) => index);
  const present = new Set(truth).size;
  const others = [
    percent('balancedAccuracy', 'balanced accuracy', balancedAccuracy(truth, classes)),
    percent('f1', 'F1, mean over the classes', f1(truth, classes, { average: 'macro' })),
    number('logLoss', 'log loss', logLoss(truth, probabilities, { labels }), false),
  ];
  if (count === 2 && present === 2) {
    const ofSecond = Float64Array.from({ length: rows }, (_, row) => probabilities[row * 2 + 1]);
    others.push(number('rocAuc', 'ROC AUC', rocAuc(truth, ofSecond), true));
  }
  return {
    main: percent('accuracy', 'accuracy', value),
    interval: accuracyInterval(correct, rows),
    intervalMethod: 'Wilson',
    others,
    rows,
    correct,
  };
}

function scoreNumbers({ values }: NumberPredictions, truth: Truth, seed: number): Scores {
  const value = numberScore(truth, values);
  return {
    main: number('r2', 'R²', value, true),
    interval:
      truth.length < 2 ? { lower: value, upper: value, confidence: 0.95 } : r2Interval(values, truth, seed),
    intervalMethod: truth.length < 2 ? 'none' : `bootstrap of ${resamplesFor(truth.length)} resamples`,
    others: [
      number('rootMeanSquaredError', 'root mean squared error', rootMeanSquaredError(truth, values), false),
      number('meanAbsoluteError', 'mean absolute error', meanAbsoluteError(truth, values), false),
    ],
    rows: truth.length,
  };
}

const percent = (key: string, name: string, value: number): NamedScore => ({
  key,
  name,
  value,
  format: 'percent',
  higherIsBetter: true,
});

const number = (key: string, name: string, value: number, higherIsBetter: boolean): NamedScore => ({
  key,
  name,
  value,
  format: 'number',
  higherIsBetter,
});

/** Fewer resamples for many rows, whose interval is narrow anyway, so that it takes seconds at most. */
const resamplesFor = (rows: number): number => Math.max(100, Math.min(1000, Math.floor(1e8 / rows)));

/** A function that gives the values of some rows, always in the same memory. */
function picker(values: ArrayLike<number>): (rows: Int32Array) => Float64Array {
  const memory = new Float64Array(values.length);
  return (rows) => {
    for (let index = 0; index < rows.length; index++) memory[index] = values[rows[index]];
    return memory;
  };
}

function r2Interval(values: Float64Array, truth: Truth, seed: number): Interval {
  const [truthOfRows, valuesOfRows] = [picker(truth), picker(values)];
  return bootstrapInterval({
    rows: truth.length,
    resamples: resamplesFor(truth.length),
    stream: createStream(seed, 'bootstrap'),
    score: (rows) => r2(truthOfRows(rows), valuesOfRows(rows)),
  });
}

/** The interval of the difference of two predictions' main scores on the same rows. */
export function differenceInterval(
  first: Predictions,
  second: Predictions,
  truth: Truth,
  seed: number,
): Interval | undefined {
  if (truth.length < 2) return undefined;
  const lead = leadOf(first, second, truth);
  return bootstrapInterval({
    rows: truth.length,
    resamples: resamplesFor(truth.length),
    stream: createStream(seed, 'bootstrap').split('difference'),
    score: lead,
  });
}

/** The lead of the first predictions' main score over the second's, on some rows. */
function leadOf(first: Predictions, second: Predictions, truth: Truth): (rows: Int32Array) => number {
  if (first.kind === 'class' && second.kind === 'class') {
    const right = (classes: Int32Array, row: number): number => (classes[row] === truth[row] ? 1 : 0);
    const leads = Int8Array.from(truth, (_, row) => right(first.classes, row) - right(second.classes, row));
    return (rows) => {
      let sum = 0;
      for (const row of rows) sum += leads[row];
      return sum / rows.length;
    };
  }
  if (first.kind === 'class' || second.kind === 'class') return () => Number.NaN;
  const [truthOfRows, ofFirst, ofSecond] = [picker(truth), picker(first.values), picker(second.values)];
  return (rows) => {
    const sample = truthOfRows(rows);
    return r2(sample, ofFirst(rows)) - r2(sample, ofSecond(rows));
  };
}
