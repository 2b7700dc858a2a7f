import { type Optimizer, slotsOf } from '../optim/optimizer.ts';
import { IncompatibleError } from '../util/errors.ts';
import type { TrainingFingerprint, TrainingState } from './state.ts';

/** Refuse a state that belongs to another run, and say in what they differ. */
export function requireSameRun(state: TrainingState, now: TrainingFingerprint): void {
  if (state.version !== 1) {
    throw new IncompatibleError({
      received: `a training state of version ${String(state.version)}`,
      expected: 'version 1',
    });
  }
  const before = state.fingerprint;
  const keys = new Set([...Object.keys(before), ...Object.keys(now)]);
  for (const key of keys as ReadonlySet<keyof TrainingFingerprint>) {
    const [then, current] = [JSON.stringify(before[key]), JSON.stringify(now[key])];
    if (then === current) continue;
    throw new IncompatibleError({
      received: `a training state whose ${key} is ${then}`,
      expected: `${current}, as in this run`,
      remedy: 'Resume with the data, the layers and the options that the run began with',
    });
  }
}

/** What the positions and lengths in a state depend on. */
export interface RunSizes {
  readonly stepsPerEpoch: number;
  /** Numbers that a step records. */
  readonly columns: number;
  readonly optimizer: Optimizer;
}

/** Refuse a state whose numbers do not fit together: they are places in tables and lengths of them. */
export function requireSound(
  { step, epoch, batch, records, slots, history, learningRate }: TrainingState,
  { stepsPerEpoch, columns, optimizer }: RunSizes,
): void {
  const wrong = [
    ...(step === epoch * stepsPerEpoch + batch && batch < stepsPerEpoch
      ? []
      : [`${step} steps in ${epoch} epochs and ${batch} batches`]),
    ...(records.length === batch * columns ? [] : [`${records.length} numbers recorded in ${batch} batches`]),
    ...(history.length === epoch ? [] : [`${history.length} epochs of history behind epoch ${epoch}`]),
    ...(slots.length === slotsOf(optimizer) ? [] : [`${slots.length} slots of ${optimizer.name}`]),
    ...(learningRate === null || learningRate >= 0 ? [] : [`a learning rate of ${learningRate}`]),
  ];
  if (wrong.length === 0) return;
  throw new IncompatibleError({
    received: `a training state with ${wrong.join(', ')}`,
    expected: `${stepsPerEpoch} steps an epoch, ${columns} numbers recorded a step, ${slotsOf(optimizer)} slots`,
    remedy: 'Resume with the metrics that the run began with, from a state that is whole',
  });
}
