import { r2 } from '../metrics/regression.ts';
import type { MatrixLike } from '../models/inputs/inputs.ts';
import { ArgumentError } from '../util/errors.ts';
import { requireOptions, requireRange, unknownName } from '../util/options.ts';
import { answersOf, type DescentOptions, descend, descentOptions, requireDescent } from './deltaRule.ts';
import { readRows, readValued } from './labelledRows.ts';
import { ridgeRegression } from './ridgeRegression.ts';

/** Options of a linear regression. */
export interface LinearRegressionOptions extends DescentOptions {
  /** `analytical` solves the normal equations, `gradientDescent` takes the steps that its options say. Default `analytical`. */
  readonly solver?: 'analytical' | 'gradientDescent' | undefined;
  /** λ of (λ/2) Σw² beside the mean squared error; the bias carries none. Default 0. */
  readonly penalty?: number | undefined;
}

const known = { ...descentOptions, solver: true, penalty: true } as const;
const solvers = ['analytical', 'gradientDescent'] as const;

/**
 * Linear regression: a weighted sum that comes as near to its targets as it can, C = (1/n) Σ(w·x + b − y)² +
 * (λ/2) Σw².
 *
 * @example
 * import { LinearRegression } from 'gradus/estimators';
 * const line = new LinearRegression().fit([[0], [1], [2]], [1, 3, 5]);
 * [line.weights[0], line.bias].map((value) => value.toFixed(6)); // ['2.000000', '1.000000']
 * line.predict([[10]])[0].toFixed(6); // '21.000000'
 */
export class LinearRegression {
  readonly #options: LinearRegressionOptions;
  /** Weights, and the bias last. */
  #point: Float64Array | undefined;
  #costs: readonly number[] = [];

  /**
   * @param options - Solver, penalty, and how to descend.
   * @throws ArgumentError for an option outside its range.
   */
  constructor(options: LinearRegressionOptions = {}) {
    requireOptions(options, known, 'LinearRegression');
    requireDescent(options);
    const { solver = 'analytical', penalty = 0 } = options;
    if (!solvers.includes(solver)) throw unknownName('solver', solver, solvers);
    requireRange('penalty', penalty, { least: 0, below: Number.POSITIVE_INFINITY });
    this.#options = options;
  }

  /** One weight a feature. */
  get weights(): Float64Array {
    return this.#learned().slice(0, -1);
  }

  /** What is predicted where all features are 0. */
  get bias(): number {
    return this.#learned()[this.#learned().length - 1];
  }

  /** The mean squared error of all rows after each epoch, without the penalty; none from the analytical solver. */
  get costs(): readonly number[] {
    return this.#costs;
  }

  /**
   * Learn from rows, from weights of 0.
   *
   * @param x - Features, one row a sample.
   * @param y - One number a row.
   * @returns The regression itself.
   * @throws DataError for no rows and NaN.
   * @throws GradusError with the code `diverged` for a learning rate that leads uphill; ArgumentError where the
   *   analytical solver meets features that depend on each other.
   */
  fit(x: MatrixLike, y: ArrayLike<number>): this {
    const { solver = 'analytical', penalty = 0 } = this.#options;
    const { values, rows, width, targets } = readValued(x, y);
    if (solver === 'analytical') {
      // Its penalty has no ½.
      const solved = ridgeRegression({ values: values, rows, width }, targets, { penalty: penalty / 2 });
      this.#point = Float64Array.of(...solved.weights, solved.bias);
      this.#costs = [];
      return this;
    }
    const task = { values, rows, width, targets, units: 1, penalty } as const;
    const { point, costs } = descend(
      { ...task, neuron: 'identity', penalizeBias: false, reduction: 'mean' },
      this.#options,
    );
    this.#point = point;
    this.#costs = costs;
    return this;
  }

  /**
   * Predict the targets.
   *
   * @param x - Features, one row a sample, as wide as those of the training.
   * @returns One number a row.
   * @throws ArgumentError before `fit`, ShapeError for another width.
   */
  predict(x: MatrixLike): Float64Array {
    const point = this.#learned();
    return answersOf('identity', readRows(x, point.length - 1), point);
  }

  /**
   * Measure R², the share of the variance explained.
   *
   * @param x - Features, one row a sample.
   * @param y - The true targets, at least two.
   * @returns R²: 1 at best, 0 for always the mean.
   * @throws ArgumentError before `fit` and for fewer than two rows, ShapeError for another width.
   */
  score(x: MatrixLike, y: ArrayLike<number>): number {
    return r2(y, this.predict(x));
  }

  #learned(): Float64Array {
    if (this.#point !== undefined) return this.#point;
    throw new ArgumentError({
      received: 'a regression that was not fitted',
      expected: 'a fitted one',
      remedy: 'Call fit(x, y) first',
    });
  }
}
