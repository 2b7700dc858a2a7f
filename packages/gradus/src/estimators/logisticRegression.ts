import type { Label } from '../metrics/labels.ts';
import type { MatrixLike } from '../models/inputs/inputs.ts';
import { requireCount, requireOptions, requireRange, unknownName } from '../util/options.ts';
import {
  answersOf,
  costAndGradient,
  type DescentOptions,
  descend,
  descentOptions,
  type LinearTask,
  requireDescent,
} from './deltaRule.ts';
import { readLabelled, readRows } from './labelledRows.ts';
import { lbfgsMinimum } from './lbfgsMinimum.ts';
import { LinearClassifier } from './linearClassifier.ts';

/** Options of a logistic regression. */
export interface LogisticRegressionOptions extends DescentOptions {
  /** `lbfgs` goes to the minimum; `gradientDescent` takes the steps that its options say. Default `lbfgs`. */
  readonly solver?: 'lbfgs' | 'gradientDescent' | undefined;
  /** λ of (λ/2) Σw². Default 1 / rows for the mean and 1 for the sum, which is scikit-learn's C = 1. */
  readonly penalty?: number | undefined;
  /** Whether the penalty holds for the biases too. Default false. */
  readonly penalizeBias?: boolean | undefined;
  /** Whether the cross-entropies of the rows are averaged or added up, which multiplies the gradient. Default `mean`. */
  readonly reduction?: 'mean' | 'sum' | undefined;
  /** `lbfgs` stops where no part of the gradient is larger. Default 1e-6. */
  readonly tolerance?: number | undefined;
  /** Steps of `lbfgs` at most. Default 1000. */
  readonly maximumIterations?: number | undefined;
}

const known = {
  ...descentOptions,
  solver: true,
  penalty: true,
  penalizeBias: true,
  reduction: true,
  tolerance: true,
  maximumIterations: true,
} as const;
const solvers = ['lbfgs', 'gradientDescent'] as const;
const reductions = ['mean', 'sum'] as const;

/**
 * Logistic regression: probabilities from weighted sums. Two classes have one unit with the logistic function, more
 * have one each with softmax, which is called softmax or multinomial regression.
 *
 * It minimises C = (1/n) Σ −ln p(class) + (λ/2) Σw², whose gradient by the sums is p − t: the delta rule again.
 *
 * @see D. Cox, The Regression Analysis of Binary Sequences, 1958
 * @example
 * import { LogisticRegression } from 'gradus/estimators';
 * const x = [[1], [2], [3], [4]];
 * const model = new LogisticRegression({ penalty: 0.1 }).fit(x, ['no', 'no', 'yes', 'yes']);
 * model.predict([[1.5], [3.5]]); // ['no', 'yes']
 * model.predictProbabilities([[2.5]])[1].toFixed(4); // '0.5000'
 */
export class LogisticRegression extends LinearClassifier {
  readonly #options: LogisticRegressionOptions;
  #costs: readonly number[] = [];

  /**
   * @param options - Solver, penalty, reduction, and how to descend.
   * @throws ArgumentError for an option outside its range.
   */
  constructor(options: LogisticRegressionOptions = {}) {
    super();
    requireOptions(options, known, 'LogisticRegression');
    requireDescent(options);
    const {
      solver = 'lbfgs',
      reduction = 'mean',
      penalty = 0,
      tolerance = 0,
      maximumIterations = 1,
    } = options;
    if (!solvers.includes(solver)) throw unknownName('solver', solver, solvers);
    if (!reductions.includes(reduction)) throw unknownName('reduction', reduction, reductions);
    requireRange('penalty', penalty, { least: 0, below: Number.POSITIVE_INFINITY });
    requireRange('tolerance', tolerance, { least: 0, below: Number.POSITIVE_INFINITY });
    requireCount('maximumIterations', maximumIterations, 1);
    this.#options = options;
  }

  /** The mean cross-entropy of all rows after each epoch, without the penalty; none from `lbfgs`. */
  get costs(): readonly number[] {
    return this.#costs;
  }

  /**
   * Learn from rows, from weights of 0.
   *
   * @param x - Features, one row a sample, standardised or of like scales.
   * @param y - The label of each row: numbers, strings or booleans.
   * @returns The regression itself.
   * @throws DataError for no rows, NaN, labels that are missing, or a single class.
   * @throws GradusError with the code `diverged` for a learning rate that leads uphill.
   */
  fit(x: MatrixLike, y: ArrayLike<Label>): this {
    const { solver = 'lbfgs', reduction = 'mean', penalizeBias = false } = this.#options;
    const { classes, positions, ...data } = readLabelled(x, y);
    const { rows, width } = data;
    const { penalty = reduction === 'mean' ? 1 / rows : 1 } = this.#options;
    const isBinary = classes.length === 2;
    const units = isBinary ? 1 : classes.length;
    const targets = new Float64Array(rows * units);
    positions.forEach((position, row) => {
      if (isBinary) targets[row] = position;
      else targets[row * units + position] = 1;
    });
    const neuron = isBinary ? 'logistic' : 'softmax';
    const task: LinearTask = { ...data, targets, units, neuron, penalty, penalizeBias, reduction };
    const { point, costs } = solver === 'lbfgs' ? this.#minimum(task) : descend(task, this.#options);
    this.#costs = costs;
    const weightCount = units * width;
    this.settle({
      classes,
      weights: point.slice(0, weightCount),
      biases: point.slice(weightCount),
      threshold: 0,
    });
    return this;
  }

  /**
   * Compute the probability of each class.
   *
   * @param x - Features, one row a sample, as wide as those of the training.
   * @returns rows × classes probabilities, row after row, in the order of `classes`.
   * @throws ArgumentError before `fit`, ShapeError for another width.
   */
  predictProbabilities(x: MatrixLike): Float64Array {
    const { weights, biases } = this.units();
    const rows = readRows(x, weights.length / biases.length);
    const point = Float64Array.of(...weights, ...biases);
    if (biases.length > 1) return answersOf('softmax', rows, point);
    const second = answersOf('logistic', rows, point);
    return Float64Array.from({ length: 2 * rows.rows }, (_, i) =>
      i % 2 === 1 ? second[i >> 1] : 1 - second[i >> 1],
    );
  }

  #minimum(task: LinearTask): { readonly point: Float64Array; readonly costs: number[] } {
    const { tolerance = 1e-6, maximumIterations = 1000 } = this.#options;
    const start = new Float64Array(task.units * (task.width + 1));
    const evaluate = (point: Float64Array, gradient: Float64Array): number =>
      costAndGradient(task, point, gradient);
    return { point: lbfgsMinimum(evaluate, start, { tolerance, maximumIterations }), costs: [] };
  }
}
