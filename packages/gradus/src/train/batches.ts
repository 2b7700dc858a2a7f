import { type LearningRate, learningRateAt, type Optimizer } from '../optim/optimizer.ts';
import type { SegmentRun } from '../runtime/layout.ts';
import { ArgumentError } from '../util/errors.ts';
import { createStream } from '../util/random.ts';
import type { TrainingTask } from './task.ts';

/** Give the rows of an epoch (0 for the first) in the order in which they are trained on. */
export function epochOrder(task: TrainingTask, epoch: number): Int32Array {
  const { rows, seed, shuffle, order } = task;
  if (order === undefined) {
    if (!shuffle) return rows;
    const places = createStream(seed, 'shuffle').split(epoch).permutation(rows.length);
    for (let i = 0; i < places.length; i++) places[i] = rows[places[i]];
    return places;
  }
  const chosen = order(epoch);
  if (chosen.length !== rows.length) {
    throw new ArgumentError({
      received: `an order of ${chosen.length} rows for epoch ${epoch + 1}`,
      expected: `all ${rows.length} training rows`,
    });
  }
  const positions = new Int32Array(rows.length);
  for (let i = 0; i < positions.length; i++) {
    const index = chosen[i];
    if (!(Number.isInteger(index) && index >= 0 && index < rows.length)) {
      throw new ArgumentError({
        received: `row ${index} in the order of epoch ${epoch + 1}`,
        expected: `a whole number from 0 to ${rows.length - 1}`,
      });
    }
    positions[i] = rows[index];
  }
  return positions;
}

/** Fill the table of the optimizer's numbers: one row a step, in it one group a run of the store. */
export function scalarTable(
  optimizer: Optimizer,
  runs: readonly SegmentRun[],
  learningRate: LearningRate,
  firstStep: number,
  steps: number,
): Float64Array {
  const { scalarsPerRun } = optimizer;
  const table = new Float64Array(steps * runs.length * scalarsPerRun);
  let at = 0;
  for (let step = firstStep; step < firstStep + steps; step++) {
    const rate = learningRateAt(learningRate, step);
    for (const { learningRateFactor, decayFactor } of runs) {
      const scalars = optimizer.scalars(step + 1, rate * learningRateFactor, decayFactor);
      for (let i = 0; i < scalarsPerRun; i++) table[at++] = scalars[i];
    }
  }
  return table;
}
