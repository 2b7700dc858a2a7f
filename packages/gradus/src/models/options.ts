import type { Loss, LossFunction, LossName } from '../nn/losses.ts';
import type { Optimizer } from '../optim/optimizer.ts';
import type { OptimizerName } from '../optim/resolve.ts';
import type { Executor } from '../runtime/executor.ts';
import { createWasmExecutor } from '../runtime/wasm/executor.ts';
import type { Callback } from '../train/callbacks.ts';
import type { TrainingEvent } from '../train/events.ts';
import type { Metric, MetricName } from '../train/metrics.ts';
import type { TrainingState } from '../train/state.ts';
import type { CheckpointOptions } from '../train/task.ts';
import { ArgumentError } from '../util/errors.ts';
import type { Dataset } from './inputs.ts';
import type { Weights } from './weights.ts';

/** What computes. */
export interface ComputeOptions {
  /**
   * `portable` gives the same bits on every machine; `fast` may differ between machines in the last bits. Default:
   * as the model was trained, at first `fast`.
   */
  readonly numerics?: 'fast' | 'portable';
  /** An executor of your choice, such as `new ReferenceExecutor('float64')`. Default: WebAssembly. */
  readonly executor?: Executor;
}

/** Options of `fit`. */
export interface FitOptions extends ComputeOptions {
  /** What is minimised: a loss, its name, or a function of prediction and target. */
  readonly loss: Loss | LossName | LossFunction;
  /** How parameters change: an optimizer, or the name of one with its default options. */
  readonly optimizer: Optimizer | OptimizerName;
  /** How often all rows are seen. Default 1. */
  readonly epochs?: number;
  /** Rows a step; the last step of an epoch may have fewer. Default 32. */
  readonly batchSize?: number;
  /**
   * Rows that are measured after each epoch and not trained on: data of their own, or a share of the rows, drawn at
   * random by the seed and, for class numbers, stratified. (Keras takes the last rows as they stand.) Default none.
   */
  readonly validation?: number | Dataset;
  /** Further measures. Default none. */
  readonly metrics?: readonly (Metric | MetricName)[];
  /** Early stopping and the like. Default none. */
  readonly callbacks?: readonly Callback[];
  /** The seed of first weights, shuffling, dropout and the validation share. Default 0. */
  readonly seed?: number;
  /** Whether the rows are shuffled anew every epoch. Default true. */
  readonly shuffle?: boolean;
  /** Give the rows of an epoch (0 for the first) an order of your own: indices of the training rows, all of them. */
  readonly order?: (epoch: number) => Int32Array;
  /** An AbortSignal: ends training after the step that is running; `fit` then fails with an AbortedError that holds the state. */
  readonly signal?: { readonly aborted: boolean };
  /** Hears what happens. */
  readonly onEvent?: (event: TrainingEvent) => void;
  /** When to save the state of training, and how. Default never. */
  readonly checkpoint?: CheckpointOptions;
  /** Go on from a state; data and options must be those the run began with, only `epochs` may differ. */
  readonly resume?: TrainingState;
}

/** Options of `evaluate`. */
export interface EvaluationOptions extends ComputeOptions {
  /** The loss to measure. */
  readonly loss: Loss | LossName | LossFunction;
  /** Further measures. Default none. */
  readonly metrics?: readonly (Metric | MetricName)[];
}

/** Give the executor that options ask for; otherwise the one the model is on, or one that computes as its training did. */
export function chooseExecutor(
  options: ComputeOptions,
  standing: Pick<Weights, 'executor' | 'numerics'>,
): Executor {
  if (options.executor !== undefined) return options.executor;
  const { numerics } = options;
  if (numerics !== undefined && numerics !== 'fast' && numerics !== 'portable') {
    throw new ArgumentError({ received: `numerics '${String(numerics)}'`, expected: "'fast' or 'portable'" });
  }
  if (numerics === undefined && standing.executor !== undefined) return standing.executor;
  return createWasmExecutor({ numerics: numerics ?? standing.numerics ?? 'fast' });
}

/** Refuse a count that is not a whole number of at least `least`. */
export function requireCount(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new ArgumentError({
    received: `${name} is ${value}`,
    expected: `a whole number of at least ${least}`,
  });
}
