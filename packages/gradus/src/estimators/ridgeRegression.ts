import type { Matrix } from '../data/matrix.ts';
import { ArgumentError } from '../util/errors.ts';
import { checkTraining, checkWidth, realValues } from './trainingMatrix.ts';

/** A fitted ridge regression. */
export interface RidgeRegression {
  /** One weight a feature. */
  readonly weights: Float64Array;
  /** What is predicted where all features are 0. */
  readonly bias: number;
  /**
   * Predict the target.
   * @param matrix - features of the width learned from
   * @returns one number a row
   */
  predict(matrix: Matrix): Float64Array;
}

/**
 * Fit a ridge regression: the linear baseline of a regression. Minimises
 * (1/rows) Σ(w·x + b − y)² + λ‖w‖² in float64 by the normal equations and Cholesky's factorisation; the bias
 * carries no penalty.
 *
 * @param matrix - features, standardised or of like scales
 * @param targets - target of each row, in any unit
 * @param options - `penalty` λ above 0; default 1 / rows, which is scikit-learn's alpha = 1
 * @returns the fitted model
 * @throws ArgumentError for no rows, sizes that do not fit, or a penalty too small for features that depend on
 *   each other
 *
 * @example
 * import { ridgeRegression } from 'gradus/estimators';
 * const matrix = { values: new Float32Array([0, 1, 2]), rows: 3, width: 1 };
 * ridgeRegression(matrix, [1, 3, 5], { penalty: 1e-12 }).weights[0].toFixed(6); // '2.000000'
 */
export function ridgeRegression(
  matrix: Matrix,
  targets: ArrayLike<number>,
  options: { readonly penalty?: number } = {},
): RidgeRegression {
  checkTraining(matrix, targets);
  const { rows, width } = matrix;
  const features = realValues(matrix);
  const { penalty = 1 / rows } = options;
  const means = new Float64Array(width);
  let targetMean = 0;
  for (let row = 0; row < rows; row++) {
    targetMean += targets[row] / rows;
    for (let i = 0; i < width; i++) means[i] += features[row * width + i] / rows;
  }
  // Centred, the bias drops out: (XᵀX/n + λI) w = Xᵀy/n.
  const normal = new Float64Array(width * width);
  const right = new Float64Array(width);
  const centred = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < width; i++) centred[i] = features[row * width + i] - means[i];
    const target = targets[row] - targetMean;
    for (let i = 0; i < width; i++) {
      const value = centred[i];
      right[i] += value * target;
      if (value !== 0) for (let j = 0; j <= i; j++) normal[i * width + j] += value * centred[j];
    }
  }
  for (let i = 0; i < width; i++) {
    right[i] /= rows;
    for (let j = 0; j <= i; j++) normal[i * width + j] /= rows;
    normal[i * width + i] += penalty;
  }
  // Features that depend on each other leave a pivot of rounding errors, which are about this large.
  const negligible = means.map((mean, i) => 1e-13 * (normal[i * width + i] + mean * mean));
  const weights = solveCholesky(normal, right, negligible);
  let bias = targetMean;
  for (let i = 0; i < width; i++) bias -= weights[i] * means[i];
  return {
    weights,
    bias,
    predict: (other) => {
      checkWidth(other, width);
      const given = realValues(other);
      return Float64Array.from({ length: other.rows }, (_, row) => {
        let sum = bias;
        for (let i = 0; i < width; i++) sum += weights[i] * given[row * width + i];
        return sum;
      });
    },
  };
}

/** Solve A x = b for a symmetric positive definite A, given by its lower triangle, which is overwritten. */
function solveCholesky(matrix: Float64Array, right: Float64Array, negligible: Float64Array): Float64Array {
  const size = right.length;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * size + j];
      for (let k = 0; k < j; k++) sum -= matrix[i * size + k] * matrix[j * size + k];
      if (i !== j) {
        matrix[i * size + j] = sum / matrix[j * size + j];
        continue;
      }
      if (!(sum > negligible[i])) {
        throw new ArgumentError({
          received: `the features depend on each other (number ${i + 1} on those before it)`,
          expected: 'a penalty large enough to tell them apart',
          remedy: 'Raise the penalty.',
        });
      }
      matrix[i * size + i] = Math.sqrt(sum);
    }
  }
  const solution = right.slice();
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) solution[i] -= matrix[i * size + k] * solution[k];
    solution[i] /= matrix[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) solution[i] -= matrix[k * size + i] * solution[k];
    solution[i] /= matrix[i * size + i];
  }
  return solution;
}
