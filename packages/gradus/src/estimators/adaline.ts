import type { Label } from '../metrics/labels.ts';
import type { MatrixLike } from '../models/inputs/inputs.ts';
import { ArgumentError } from '../util/errors.ts';
import { requireOptions, requireRange, unknownName } from '../util/options.ts';
import { type DescentOptions, descend, descentOptions, requireDescent } from './deltaRule.ts';
import { readLabelled } from './labelledRows.ts';
import { LinearClassifier } from './linearClassifier.ts';
import { ridgeRegression } from './ridgeRegression.ts';

/** Options of an Adaline. */
export interface AdalineOptions extends DescentOptions {
  /** `deltaRule` descends step by step, `analytical` solves the normal equations. Default `deltaRule`. */
  readonly solver?: 'deltaRule' | 'analytical' | undefined;
  /** What the sum should be for the first class and for the second; the decision lies half way. Default [-1, 1]. */
  readonly targets?: readonly [number, number] | undefined;
  /** λ of (λ/2) Σw² beside the mean squared error; biases carry none. Default 0. */
  readonly penalty?: number | undefined;
}

const known = { ...descentOptions, solver: true, targets: true, penalty: true } as const;
const solvers = ['deltaRule', 'analytical'] as const;

/**
 * The adaptive linear neuron: a weighted sum that learns, by the delta rule, to come near its targets.
 *
 * It minimises C = (1/n) Σ(w·x + b − t)² by w ← w − η·(2/n) Σ(w·x + b − t)·x over the rows of a step: all of them, a
 * mini-batch, or one. The error is that of the sum, not of the decision as in the perceptron, so that the cost has a
 * minimum, which `solver: 'analytical'` finds at once, whether or not a plane separates the classes. More than two
 * classes have a unit each, against all others, of which the largest sum decides.
 *
 * @see B. Widrow & M. Hoff, Adaptive Switching Circuits, 1960
 * @example
 * import { Adaline } from 'gradus/estimators';
 * const x = [[0, 0], [0, 1], [1, 0], [1, 1]];
 * const or = new Adaline({ learningRate: 0.5, epochs: 200 }).fit(x, [false, true, true, true]);
 * or.predict(x); // [false, true, true, true]
 * or.costs[199].toFixed(4); // '0.2500'
 * const best = new Adaline({ solver: 'analytical' }).fit(x, [false, true, true, true]);
 * [...best.weights, ...best.biases].map((value) => value.toFixed(6)); // ['1.000000', '1.000000', '-0.500000']
 */
export class Adaline extends LinearClassifier {
  readonly #options: AdalineOptions;
  #costs: readonly number[] = [];

  /**
   * @param options - Solver, targets, penalty, and how to descend.
   * @throws ArgumentError for an option outside its range.
   */
  constructor(options: AdalineOptions = {}) {
    super();
    requireOptions(options, known, 'Adaline');
    requireDescent(options);
    const { solver = 'deltaRule', targets = [-1, 1], penalty = 0 } = options;
    if (!solvers.includes(solver)) throw unknownName('solver', solver, solvers);
    requireRange('penalty', penalty, { least: 0, below: Number.POSITIVE_INFINITY });
    if (!(targets.length === 2 && targets.every(Number.isFinite) && targets[0] < targets[1])) {
      throw new ArgumentError({
        received: `the targets [${targets.join(', ')}]`,
        expected: 'two numbers, the smaller one first',
      });
    }
    this.#options = options;
  }

  /** The mean squared error of all rows after each epoch, averaged over the units; none from the analytical solver. */
  get costs(): readonly number[] {
    return this.#costs;
  }

  /**
   * Learn from rows, from weights of 0.
   *
   * @param x - Features, one row a sample, standardised or of like scales.
   * @param y - The label of each row: numbers, strings or booleans.
   * @returns The Adaline itself.
   * @throws DataError for no rows, NaN, labels that are missing, or a single class.
   * @throws GradusError with the code `diverged` for a learning rate that leads uphill; ArgumentError where the
   *   analytical solver meets features that depend on each other.
   */
  fit(x: MatrixLike, y: ArrayLike<Label>): this {
    const { solver = 'deltaRule', targets: [low, high] = [-1, 1], penalty = 0 } = this.#options;
    const { values, rows, width, classes, positions } = readLabelled(x, y);
    const units = classes.length === 2 ? 1 : classes.length;
    const targets = new Float64Array(rows * units).fill(low);
    positions.forEach((position, row) => {
      if (units > 1) targets[row * units + position] = high;
      else if (position === 1) targets[row] = high;
    });
    const weights = new Float64Array(units * width);
    const biases = new Float64Array(units);
    this.#costs = [];
    if (solver === 'analytical') {
      for (let unit = 0; unit < units; unit++) {
        const own = targets.filter((_, i) => i % units === unit);
        // Its penalty has no ½.
        const solved = ridgeRegression({ values: values, rows, width }, own, { penalty: penalty / 2 });
        weights.set(solved.weights, unit * width);
        biases[unit] = solved.bias;
      }
    } else {
      const task = { values, rows, width, targets, units, penalty } as const;
      const { point, costs } = descend(
        { ...task, neuron: 'identity', penalizeBias: false, reduction: 'mean' },
        this.#options,
      );
      weights.set(point.subarray(0, units * width));
      biases.set(point.subarray(units * width));
      this.#costs = costs.map((cost) => cost / units);
    }
    this.settle({ classes, weights, biases, threshold: (low + high) / 2 });
    return this;
  }
}
