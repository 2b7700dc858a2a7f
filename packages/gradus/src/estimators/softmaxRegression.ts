import { ArgumentError } from '../util/errors.ts';
import { exp, log } from '../util/math.ts';
import { checkTraining, checkWidth, type Features } from './matrix.ts';
import { minimize } from './minimize.ts';

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
   * @param matrix - features of the width learnt from
   * @returns rows × classes probabilities, row after row
   */
  predictProbabilities(matrix: Features): Float64Array;
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
 * const model = softmaxRegression({ features: new Float32Array([-1, 0, 1, 2]), rows: 4, width: 1 }, [0, 0, 1, 1]);
 * model.predictProbabilities({ features: new Float32Array([0.5]), rows: 1, width: 1 })[1].toFixed(3); // '0.500'
 */
export function softmaxRegression(
  matrix: Features,
  targets: ArrayLike<number>,
  options: SoftmaxRegressionOptions = {},
): SoftmaxRegression {
  checkTraining(matrix, targets);
  const { features, rows, width } = matrix;
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
  const weightCount = classes * width;
  const logits = new Float64Array(classes);
  const evaluate = (point: Float64Array, gradient: Float64Array): number => {
    gradient.fill(0);
    let loss = 0;
    for (let row = 0; row < rows; row++) {
      const start = row * width;
      computeLogits(features, start, width, point, weightCount, logits);
      const ofTarget = logits[targets[row]];
      loss += softmax(logits) - ofTarget;
      logits[targets[row]] -= 1;
      for (let index = 0; index < classes; index++) {
        const error = logits[index];
        const offset = index * width;
        for (let i = 0; i < width; i++) gradient[offset + i] += error * features[start + i];
        gradient[weightCount + index] += error;
      }
    }
    let squares = 0;
    for (let i = 0; i < gradient.length; i++) {
      gradient[i] /= rows;
      if (i >= weightCount) continue;
      gradient[i] += penalty * point[i];
      squares += point[i] * point[i];
    }
    return loss / rows + (penalty / 2) * squares;
  };
  const point = minimize(evaluate, new Float64Array(weightCount + classes), { tolerance, maximumIterations });
  return {
    weights: point.slice(0, weightCount),
    biases: point.slice(weightCount),
    predictProbabilities: (other) => {
      checkWidth(other, width);
      const result = new Float64Array(other.rows * classes);
      for (let row = 0; row < other.rows; row++) {
        const part = result.subarray(row * classes, (row + 1) * classes);
        computeLogits(other.features, row * width, width, point, weightCount, part);
        softmax(part);
      }
      return result;
    },
  };
}

/** Wx + b of one row. */
function computeLogits(
  features: Features['features'],
  start: number,
  width: number,
  point: Float64Array,
  biases: number,
  logits: Float64Array,
): void {
  for (let index = 0; index < logits.length; index++) {
    const offset = index * width;
    let sum = point[biases + index];
    for (let i = 0; i < width; i++) sum += point[offset + i] * features[start + i];
    logits[index] = sum;
  }
}

/** Turn logits into probabilities, shifted by the largest so that nothing overflows; returns ln Σ eᶻ. */
function softmax(logits: Float64Array): number {
  const most = largestOf(logits);
  let sum = 0;
  for (let index = 0; index < logits.length; index++) {
    logits[index] = exp(logits[index] - most);
    sum += logits[index];
  }
  for (let index = 0; index < logits.length; index++) logits[index] /= sum;
  return most + log(sum);
}

function largestOf(values: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < values.length; index++) most = Math.max(most, values[index]);
  return most;
}
