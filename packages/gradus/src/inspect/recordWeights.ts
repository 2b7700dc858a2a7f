import type { Callback } from '../train/callbacks.ts';
import type { NamedTensor } from '../train/state.ts';
import { requireCount, requireOptions } from '../util/options.ts';

/** Options of `recordWeights`. */
export interface RecordWeightsOptions {
  /** Keep the weights every so many steps. Default: after every epoch. */
  readonly everySteps?: number | undefined;
}

/** A callback that keeps copies of the weights and does not change the training. */
export interface WeightRecorder extends Callback {
  /** The recorded weights, in order; a new training clears them. */
  readonly path: readonly (readonly NamedTensor[])[];
}

/**
 * Keep the weights during a training, to draw its path with `lossSurface`. Each copy takes as much memory as the model.
 *
 * @param options - How often.
 * @returns A callback for `fit`.
 * @throws ArgumentError for everySteps below 1.
 * @example
 * import { dense, sequential } from 'gradus';
 * import { recordWeights } from 'gradus/inspect';
 * const recorder = recordWeights();
 * const fit = { loss: 'meanSquaredError', optimizer: 'sgd', epochs: 3, callbacks: [recorder] } as const;
 * await sequential([dense(1)]).fit({ x: [[1]], y: [1] }, fit);
 * recorder.path.length; // 3
 */
export function recordWeights(options: RecordWeightsOptions = {}): WeightRecorder {
  requireOptions(options, { everySteps: true }, 'recordWeights');
  const { everySteps } = options;
  requireCount('everySteps', everySteps ?? 1, 1);
  let path: (readonly NamedTensor[])[] = [];
  return {
    name: 'recordWeights',
    get path() {
      return path;
    },
    onStart() {
      path = [];
    },
    ...(everySteps === undefined
      ? { onEpoch: (_, control) => void path.push(control.snapshot()) }
      : {
          nextStep: (step) => everySteps * Math.floor(step / everySteps) + everySteps,
          onStep: (_, control) => void path.push(control.snapshot()),
        }),
  };
}
