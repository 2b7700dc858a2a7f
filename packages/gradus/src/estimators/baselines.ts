import type { Matrix } from '../data/matrix.ts';
import { checkTraining } from './trainingMatrix.ts';

/** What is predicted without looking at the features. */
export interface TrivialClassifier {
  /** The most frequent class; the first of several. */
  readonly majority: number;
  /** Share of each class in training. */
  readonly shares: Float64Array;
  /**
   * Predict the probability of each class: its share in training.
   * @param matrix - rows to predict
   * @returns rows × classes probabilities, row after row
   */
  predictProbabilities(matrix: Pick<Matrix, 'rows'>): Float64Array;
}

/** What is predicted without looking at the features. */
export interface TrivialRegressor {
  /** Mean of the training targets, which is predicted for every row. */
  readonly mean: number;
  /**
   * Predict the mean of the training targets.
   * @param matrix - rows to predict
   * @returns the mean, rows times
   */
  predict(matrix: Pick<Matrix, 'rows'>): Float64Array;
}

/**
 * Fit the trivial baseline of a classification: always the most frequent class of training.
 *
 * @param targets - class index of each training row, from 0
 * @param classes - number of classes
 * @returns the fitted baseline
 * @throws ArgumentError for no rows
 *
 * @example
 * import { trivialClassifier } from 'gradus/estimators';
 * trivialClassifier([0, 1, 1, 1], 2).predictProbabilities({ rows: 1 }); // Float64Array [0.25, 0.75]
 */
export function trivialClassifier(targets: ArrayLike<number>, classes: number): TrivialClassifier {
  checkTraining({ values: new Float32Array(0), rows: targets.length, width: 0 }, targets);
  const shares = new Float64Array(classes);
  for (let row = 0; row < targets.length; row++) shares[targets[row]]++;
  for (let index = 0; index < classes; index++) shares[index] /= targets.length;
  const majority = shares.reduce((best, share, index) => (share > shares[best] ? index : best), 0);
  return {
    majority,
    shares,
    predictProbabilities: ({ rows }) =>
      Float64Array.from({ length: rows * classes }, (_, index) => shares[index % classes]),
  };
}

/**
 * Fit the trivial baseline of a regression: always the mean of the training targets.
 *
 * @param targets - target of each training row
 * @returns the fitted baseline
 * @throws ArgumentError for no rows
 *
 * @example
 * import { trivialRegressor } from 'gradus/estimators';
 * trivialRegressor([1, 2, 6]).predict({ rows: 2 }); // Float64Array [3, 3]
 */
export function trivialRegressor(targets: ArrayLike<number>): TrivialRegressor {
  checkTraining({ values: new Float32Array(0), rows: targets.length, width: 0 }, targets);
  let sum = 0;
  for (let row = 0; row < targets.length; row++) sum += targets[row];
  const mean = sum / targets.length;
  return { mean, predict: ({ rows }) => new Float64Array(rows).fill(mean) };
}
