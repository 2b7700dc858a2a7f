import { ArgumentError } from '../util/errors.ts';
import { describeValue, requireCount, requireOptions, requireRange } from '../util/options.ts';
import type { EpochEvent } from './events.ts';
import type { CallbackState, NamedTensor } from './state.ts';

/** What a callback may do. */
export interface TrainingControl {
  /** End training after this epoch; the reason stands in the history. */
  stop(reason: string): void;
  /** Use another learning rate from the next step on, whatever the optimizer says; lbfgs has none, and refuses it. */
  setLearningRate(learningRate: number): void;
  /** Copy the parameters. */
  snapshot(): readonly NamedTensor[];
  /** Put parameters back that `snapshot` copied. */
  restore(parameters: readonly NamedTensor[]): void;
}

/** Something that acts between epochs, or between steps. */
export interface Callback {
  /** The name under which its state is kept; different for each callback of a run. */
  readonly name: string;
  /** The measure that decides which epoch is best, if this callback has one. */
  readonly monitor?: { readonly measure: string; readonly mode: 'max' | 'min' };
  /** Training begins: forget everything. */
  onStart?(): void;
  /** Name the next step, above `step` and counted from 1, that `onStep` is to follow. Default none. */
  nextStep?(step: number): number;
  /** A step that `nextStep` named is over. */
  onStep?(step: number, control: TrainingControl): void;
  /** An epoch is over. */
  onEpoch?(event: EpochEvent, control: TrainingControl): void;
  /** Training is over, unless it was aborted. */
  onEnd?(control: TrainingControl): void;
  /** Give what it remembers, for a checkpoint. */
  state?(): CallbackState;
  /** Take what `state` gave. */
  restoreState?(state: CallbackState): void;
}

/** Look a measure up in an epoch: `loss`, `validationLoss`, or the name of a metric. */
export function measureOf(
  event: Pick<EpochEvent, 'loss' | 'validationLoss' | 'metrics'>,
  measure: string,
): number {
  const value =
    measure === 'loss'
      ? event.loss
      : measure === 'validationLoss'
        ? event.validationLoss
        : event.metrics[measure];
  if (value !== undefined) return value;
  const known = ['loss', ...(event.validationLoss === undefined ? [] : ['validationLoss'])];
  throw new ArgumentError({
    received: `the measure '${measure}' to watch`,
    expected: `one of ${[...known, ...Object.keys(event.metrics)].join(', ')}`,
    remedy: 'Give fit `validation` or the metric, or watch another measure',
  });
}

const known = {
  monitor: true,
  patience: true,
  minimumDelta: true,
  mode: true,
  restoreBestWeights: true,
} as const;

/** Options of early stopping. */
export interface EarlyStoppingOptions {
  /** The measure to watch. Default `validationLoss`. */
  readonly monitor?: string | undefined;
  /** How many epochs in a row may bring nothing. Default 10. */
  readonly patience?: number | undefined;
  /** The least change that counts as an improvement. Default 0. */
  readonly minimumDelta?: number | undefined;
  /** `min` for losses, `max` for scores. Default: `min` for names that end in Loss, Error or Deviance, else `max`. */
  readonly mode?: 'max' | 'min' | undefined;
  /** Give the model the weights of the best epoch at the end, however training ended. Default true. */
  readonly restoreBestWeights?: boolean | undefined;
}

/** Say whether less or more of a measure is better: as told, else less where its name ends in Loss, Error or Deviance. */
export function modeOf(monitor: string, mode?: 'max' | 'min'): 'max' | 'min' {
  const chosen = mode ?? (/(^loss|Loss|Error|Deviance)$/.test(monitor) ? 'min' : 'max');
  if (chosen === 'min' || chosen === 'max') return chosen;
  throw new ArgumentError({ received: `mode is ${describeValue(chosen)}`, expected: "'min' or 'max'" });
}

/**
 * Stop when a measure has not improved for some epochs, and go back to the best weights.
 *
 * @param options - What to watch, patience, whether to restore.
 * @returns A callback.
 * @throws ArgumentError for a patience that is no whole number of at least 0.
 * @example
 * import { earlyStopping } from 'gradus';
 * earlyStopping({ patience: 3 }).monitor; // { measure: 'validationLoss', mode: 'min' }
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  requireOptions(options, known, 'earlyStopping');
  const { monitor = 'validationLoss', patience = 10, minimumDelta = 0, restoreBestWeights = true } = options;
  const mode = modeOf(monitor, options.mode);
  requireCount('patience', patience, 0);
  requireRange('minimumDelta', minimumDelta, { least: 0, below: Number.POSITIVE_INFINITY });
  let best: number | undefined;
  let waited = 0;
  let weights: readonly NamedTensor[] | undefined;
  return {
    name: 'earlyStopping',
    monitor: { measure: monitor, mode },
    onStart() {
      best = undefined;
      waited = 0;
      weights = undefined;
    },
    onEpoch(event, control) {
      const value = measureOf(event, monitor);
      const gain =
        best === undefined ? Number.POSITIVE_INFINITY : mode === 'min' ? best - value : value - best;
      if (gain > minimumDelta && !Number.isNaN(value)) {
        best = value;
        waited = 0;
        if (restoreBestWeights) weights = control.snapshot();
        return;
      }
      waited++;
      if (waited >= patience) {
        control.stop(`no better ${monitor} in ${patience} ${patience === 1 ? 'epoch' : 'epochs'}`);
      }
    },
    onEnd(control) {
      if (weights !== undefined) control.restore(weights);
    },
    state: () => ({ best: best ?? null, waited, weights: weights ?? null }),
    restoreState(state) {
      best = typeof state['best'] === 'number' ? state['best'] : undefined;
      waited = typeof state['waited'] === 'number' ? state['waited'] : 0;
      weights = Array.isArray(state['weights']) ? (state['weights'] as readonly NamedTensor[]) : undefined;
    },
  };
}
