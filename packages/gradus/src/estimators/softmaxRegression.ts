import type { Matrix } from '../data/matrix.ts';
import { ArgumentError } from '../util/errors.ts';
import { answersOf, costAndGradient, type LinearTask } from './deltaRule.ts';
import { lbfgsMinimum } from './lbfgsMinimum.ts';
import { checkTraining, checkWidth, realValues } from './trainingMatrix.ts';

/** How to fit a softmax regression. */
export interface SoftmaxRegressionOptions {
  /** Number of classes; default the largest target + 1. */
  readonly classes?: number;
  /** Weight λ of (λ/2) Σw²; default 1 / rows, which is scikit-learn's C = 1. */
  readonly penalty?: number;
  /** Stop where no part of the gradient is larger; default 1e-4. */
  readonly tolerance?: number;
  /** Default 300, fewer for large tables so that the fit takes seconds. */
  readonly maximumIterations?: number;
}

/** What `softmaxRegression` gives: the weights, and what predicts with them. */
export interface SoftmaxRegression {
  /** classes × width weights, class after class. */
  readonly weights: Float64Array;
  /** One bias a class. */
  readonly biases: Float64Array;
  /**
   * Predict the probability of each class.
   * @param matrix - features of the width learned from
   * @returns rows × classes probabilities, row after row
   */
  predictProbabilities(matrix: Matrix): Float64Array;
}

/** Multiply-adds that a fit may take by default, a few seconds; an exponential counts as 100. */
const workLimit = 2e9;

/**
 * Fit a softmax (multinomial logistic) regression: the linear baseline of a classification. Minimises
 * −(1/rows) Σ ln softmax(Wx + b)[class] + (λ/2) ‖W‖² in float64 by L-BFGS; biases carry no penalty.
 *
 * @param matrix - features, standardised or of like scales
 * @param targets - class index of each row, from 0
 * @param options - classes, penalty, tolerance, iterations
 * @returns the fitted model
 * @throws ArgumentError for no rows, sizes that do not fit, or a target that is no class index
 *
 * @example
 * import { softmaxRegression } from 'gradus/estimators';
 * const model = softmaxRegression({ values: new Float32Array([-1, 0, 1, 2]), rows: 4, width: 1 }, [0, 0, 1, 1]);
 * model.predictProbabilities({ values: new Float32Array([0.5]), rows: 1, width: 1 })[1].toFixed(3); // '0.500'
 */
export function softmaxRegression(
  matrix: Matrix,
  targets: ArrayLike<number>,
  options: SoftmaxRegressionOptions = {},
): SoftmaxRegression {
  checkTraining(matrix, targets);
  const { rows, width } = matrix;
  const classes =
    options.classes ?? Array.from(targets).reduce((most, target) => Math.max(most, target), 0) + 1;
  for (let row = 0; row < rows; row++) {
    if (Number.isInteger(targets[row]) && targets[row] >= 0 && targets[row] < classes) continue;
    throw new ArgumentError({
      received: `the target ${targets[row]} in row ${row}`,
      expected: `a class index from 0 to ${classes - 1}`,
    });
  }
  const { penalty = 1 / rows, tolerance = 1e-4 } = options;
  const affordable = Math.floor(workLimit / (rows * classes * (2 * width + 100)));
  const maximumIterations = options.maximumIterations ?? Math.max(10, Math.min(300, affordable));
  const oneHot = new Uint8Array(rows * classes);
  for (let row = 0; row < rows; row++) oneHot[row * classes + targets[row]] = 1;
  const task: LinearTask = {
    neuron: 'softmax',
    values: realValues(matrix),
    rows,
    width,
    targets: oneHot,
    units: classes,
    penalty,
    penalizeBias: false,
    reduction: 'mean',
  };
  const point = lbfgsMinimum(
    (trial, gradient) => costAndGradient(task, trial, gradient),
    new Float64Array(classes * (width + 1)),
    { tolerance, maximumIterations },
  );
  return {
    weights: point.slice(0, classes * width),
    biases: point.slice(classes * width),
    predictProbabilities: (other) => {
      checkWidth(other, width);
      return answersOf('softmax', { ...other, values: realValues(other) }, point);
    },
  };
}
