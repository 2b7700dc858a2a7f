/** The eigenvalues of a symmetric matrix, the smallest first, with the eigenvector of each: unit vectors. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: readonly Float64Array[];
}

/** Each sweep squares what is left beside the diagonal; a dozen are more than any matrix has needed. */
const SWEEPS = 60;

/**
 * Compute eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations: each makes one pair of entries
 * beside the diagonal 0, until all are (Golub & Van Loan, Matrix Computations, 4th ed., section 8.5).
 *
 * Errors are below 1e-14 of the largest eigenvalue for up to some dozens of rows. Every vector's largest component is positive, so that the answer
 * is one and the same.
 *
 * @param matrix - n·n numbers, row by row; only the upper triangle is read. NaN where a number is not finite.
 * @param n - How many rows.
 */
export function symmetricEigen(matrix: ArrayLike<number>, n: number): Eigen {
  const a = Float64Array.from({ length: n * n }, (_, i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    return matrix[row <= column ? i : column * n + row];
  });
  const vectors = Array.from({ length: n }, (_, i) => {
    const unit = new Float64Array(n);
    unit[i] = 1;
    return unit;
  });
  for (let sweep = 0; sweep < SWEEPS && rotateAll(a, vectors, n); sweep++);
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => a[i * n + i] - a[j * n + j] || i - j);
  return {
    values: Float64Array.from(order, (i) => a[i * n + i]),
    vectors: order.map((i) => upright(vectors[i])),
  };
}

/** Rotate every pair of axes once; false when nothing was left to do. */
function rotateAll(a: Float64Array, vectors: readonly Float64Array[], n: number): boolean {
  let hasRotated = false;
  for (let p = 0; p < n; p++) {
    for (let q = p + 1; q < n; q++) {
      const beside = a[p * n + q];
      const [first, second] = [a[p * n + p], a[q * n + q]];
      // Too small to change either diagonal entry.
      if (!(Math.abs(beside) > 1e-17 * (Math.abs(first) + Math.abs(second)))) continue;
      hasRotated = true;
      // t = tan of the smaller angle with cot 2θ = τ.
      const tau = (second - first) / (2 * beside);
      const t = (tau < 0 ? -1 : 1) / (Math.abs(tau) + Math.sqrt(1 + tau * tau));
      const cos = 1 / Math.sqrt(1 + t * t);
      const sin = t * cos;
      for (let k = 0; k < n; k++) {
        const [x, y] = [a[k * n + p], a[k * n + q]];
        a[p * n + k] = a[k * n + p] = cos * x - sin * y;
        a[q * n + k] = a[k * n + q] = sin * x + cos * y;
      }
      // Known without the cancellation of the sums above.
      a[p * n + p] = first - t * beside;
      a[q * n + q] = second + t * beside;
      a[p * n + q] = a[q * n + p] = 0;
      const [v, w] = [vectors[p], vectors[q]];
      for (let k = 0; k < n; k++) {
        const [x, y] = [v[k], w[k]];
        v[k] = cos * x - sin * y;
        w[k] = sin * x + cos * y;
      }
    }
  }
  return hasRotated;
}

function upright(vector: Float64Array): Float64Array {
  const most = vector.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
  return most < 0 ? vector.map((x) => -x) : vector;
}
