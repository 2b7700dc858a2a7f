import { type LearningRate, learningRateAt } from '../optim/learningRate.ts';
import type { StepOptimizer } from '../optim/optimizer.ts';
import type { SegmentRun } from '../runtime/layout.ts';
import { ArgumentError } from '../util/errors.ts';
import { createStream } from '../util/random.ts';
import type { TrainingTask } from './task.ts';

/** Places of an order that are settled at a time: about a millisecond. */
const PIECE = 32768;

/** The rows of epochs in the order in which they are trained on, in memory that is used again. */
export class EpochOrders {
  readonly #task: Pick<TrainingTask, 'rows' | 'seed' | 'shuffle' | 'order'>;
  #memory = new Int32Array(0);
  /** The epoch that the memory holds alone. */
  #epoch = -1;

  constructor(task: Pick<TrainingTask, 'rows' | 'seed' | 'shuffle' | 'order'>) {
    this.#task = task;
  }

  /**
   * Give the rows of some epochs (0 for the first), one epoch after the other; they hold until the next call.
   *
   * @param rest - Called between pieces of the work.
   */
  async take(epoch: number, epochs: number, rest: () => Promise<void>): Promise<Int32Array> {
    const { rows, shuffle, order } = this.#task;
    const length = epochs * rows.length;
    if (epochs === 1 && epoch === this.#epoch) return this.#memory.subarray(0, length);
    if (this.#memory.length < length) this.#memory = new Int32Array(length);
    for (let i = 0; i < epochs; i++) {
      const places = this.#memory.subarray(i * rows.length, (i + 1) * rows.length);
      if (order !== undefined) this.#place(places, order(epoch + i), epoch + i);
      else {
        places.set(rows);
        if (shuffle) await this.#shuffle(places, epoch + i, rest);
      }
    }
    this.#epoch = epochs === 1 ? epoch : -1;
    return this.#memory.subarray(0, length);
  }

  async #shuffle(places: Int32Array, epoch: number, rest: () => Promise<void>): Promise<void> {
    const stream = createStream(this.#task.seed, 'shuffle').split(epoch);
    for (let from = places.length - 1; from > 0; from -= PIECE) {
      stream.shuffle(places, from, Math.max(0, from - PIECE));
      if (from > PIECE) await rest();
    }
  }

  /** Put the rows into an order of the user's. */
  #place(places: Int32Array, chosen: Int32Array, epoch: number): void {
    const { rows } = this.#task;
    if (chosen.length !== rows.length) {
      throw new ArgumentError({
        received: `an order of ${chosen.length} rows for epoch ${epoch + 1}`,
        expected: `all ${rows.length} training rows`,
      });
    }
    const seen = new Uint8Array(rows.length);
    for (let i = 0; i < places.length; i++) {
      const index = chosen[i];
      if (seen[index] === 1) {
        throw new ArgumentError({
          received: `row ${index} twice in the order of epoch ${epoch + 1}`,
          expected: 'each training row once',
        });
      }
      seen[index] = 1;
      if (!(Number.isInteger(index) && index >= 0 && index < rows.length)) {
        throw new ArgumentError({
          received: `row ${index} in the order of epoch ${epoch + 1}`,
          expected: `a whole number from 0 to ${rows.length - 1}`,
        });
      }
      places[i] = rows[index];
    }
  }
}

/**
 * Fill the table of the optimizer's numbers: one row a step, in it one group a run of the store.
 *
 * @param memory - Is used for it, if long enough.
 */
export function scalarTable(
  optimizer: StepOptimizer,
  runs: readonly SegmentRun[],
  learningRate: LearningRate,
  firstStep: number,
  steps: number,
  memory: Float64Array,
): Float64Array {
  const { scalarsPerRun } = optimizer;
  const size = steps * runs.length * scalarsPerRun;
  const table = memory.length < size ? new Float64Array(size) : memory;
  const scalars = new Array<number>(scalarsPerRun).fill(0.5);
  let at = 0;
  for (let step = firstStep; step < firstStep + steps; step++) {
    const rate = learningRateAt(learningRate, step);
    for (const { learningRateFactor, decayFactor } of runs) {
      optimizer.scalars(step + 1, rate * learningRateFactor, decayFactor, scalars);
      for (let i = 0; i < scalarsPerRun; i++) table[at++] = scalars[i];
    }
  }
  return table;
}
