import type { Label } from '../metrics/labels.ts';
import type { MatrixLike } from '../models/inputs/inputs.ts';
import { requireCount, requireOptions } from '../util/options.ts';
import { createStream } from '../util/random.ts';
import { readLabelled } from './labelledRows.ts';
import { LinearClassifier } from './linearClassifier.ts';

/** Options of a perceptron. */
export interface PerceptronOptions {
  /** How often all rows are presented at most; training ends before, with the first epoch without a mistake. Default 1000. */
  readonly epochs?: number | undefined;
  /** Whether the rows are shuffled anew every epoch; otherwise they keep their order. Default true. */
  readonly shuffle?: boolean | undefined;
  /** The seed of the shuffling. Default 0. */
  readonly seed?: number | undefined;
}

const known = { epochs: true, shuffle: true, seed: true } as const;

/**
 * Rosenblatt's perceptron: a weighted sum with a threshold, which learns from its mistakes alone.
 *
 * The unit answers 1 where w·x + b > 0, else 0. Rows are presented one by one; where the answer is wrong, the row is
 * added or taken away, w ← w + (target − answer)·x and b ← b + (target − answer). Weights begin at 0, so a learning
 * rate would only scale all of them and change no answer: there is none. If a plane separates the classes, one is found
 * after at most (R/γ)² mistakes (`novikoffBound`); if none does, the weights never come to rest. More than two classes
 * have a unit each, against all others, of which the largest sum decides.
 *
 * @see F. Rosenblatt, The Perceptron: A Probabilistic Model, 1958; A. Novikoff, On Convergence Proofs, 1962
 * @example
 * import { Perceptron } from 'gradus/estimators';
 * const x = [[0, 0], [0, 1], [1, 0], [1, 1]];
 * const and = new Perceptron({ shuffle: false }).fit(x, ['no', 'no', 'no', 'yes']);
 * and.predict(x); // ['no', 'no', 'no', 'yes']
 * and.mistakes; // [1, 3, 3, 2, 1, 0]
 */
export class Perceptron extends LinearClassifier {
  readonly #options: PerceptronOptions;
  #mistakes: readonly number[] = [];

  /**
   * @param options - Epochs, shuffling, seed.
   * @throws ArgumentError for an option outside its range.
   */
  constructor(options: PerceptronOptions = {}) {
    super();
    requireOptions(options, known, 'Perceptron');
    const { epochs = 1000, seed = 0 } = options;
    requireCount('epochs', epochs, 1);
    requireCount('seed', seed, Number.MIN_SAFE_INTEGER);
    this.#options = options;
  }

  /** Mistakes of every epoch, summed over the units; the last is 0 where training converged. */
  get mistakes(): readonly number[] {
    return this.#mistakes;
  }

  /**
   * Learn from rows, from weights of 0.
   *
   * @param x - Features, one row a sample.
   * @param y - The label of each row: numbers, strings or booleans.
   * @returns The perceptron itself.
   * @throws DataError for no rows, NaN, labels that are missing, or a single class.
   */
  fit(x: MatrixLike, y: ArrayLike<Label>): this {
    const { values, rows, width, classes, positions } = readLabelled(x, y);
    const { epochs = 1000, shuffle = true, seed = 0 } = this.#options;
    const units = classes.length === 2 ? 1 : classes.length;
    const weights = new Float64Array(units * width);
    const biases = new Float64Array(units);
    const mistakes: number[] = [];
    const order = Int32Array.from({ length: rows }, (_, row) => row);
    for (let epoch = 0; epoch < epochs; epoch++) {
      if (shuffle) createStream(seed, 'shuffle').split(epoch).shuffle(order);
      let wrong = 0;
      for (const row of order) {
        const features = values.subarray(row * width, (row + 1) * width);
        for (let unit = 0; unit < units; unit++) {
          const own = weights.subarray(unit * width, (unit + 1) * width);
          let sum = biases[unit];
          for (let i = 0; i < width; i++) sum += own[i] * features[i];
          const target = positions[row] === (units === 1 ? 1 : unit) ? 1 : 0;
          const error = target - (sum > 0 ? 1 : 0);
          if (error === 0) continue;
          wrong++;
          for (let i = 0; i < width; i++) own[i] += error * features[i];
          biases[unit] += error;
        }
      }
      mistakes.push(wrong);
      if (wrong === 0) break;
    }
    this.#mistakes = mistakes;
    this.settle({ classes, weights, biases, threshold: 0 });
    return this;
  }
}
