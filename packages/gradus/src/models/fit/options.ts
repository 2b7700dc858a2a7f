import type { Loss, LossFunction, LossName } from '../../nn/losses/index.ts';
import type { GradientClipping } from '../../optim/clipGradients.ts';
import type { OptimizerName } from '../../optim/named.ts';
import type { Optimizer } from '../../optim/optimizer.ts';
import type { Executor } from '../../runtime/executor.ts';
import type { Callback } from '../../train/callbacks.ts';
import type { TrainingEvent } from '../../train/events.ts';
import type { Metric, MetricName } from '../../train/metrics.ts';
import type { TrainingState } from '../../train/state.ts';
import type { CheckpointOptions } from '../../train/task.ts';
import type { Dataset } from '../inputs/inputs.ts';

/** What computes. */
export interface ComputeOptions {
  /**
   * `portable` gives the same bits on every machine; `fast` may differ between machines in the last bits. Default:
   * as the model was trained, at first `fast`.
   */
  readonly numerics?: 'fast' | 'portable' | undefined;
  /**
   * How many threads compute, the caller's included: 1 to 64; they never change a result. Default: as before, at first
   * one for each processor, at most 8, and 1 where memory cannot be shared, as on a page's main thread.
   */
  readonly threads?: number | undefined;
  /**
   * What computes: `wasm`, `blas` (WebAssembly with the system's BLAS for matrix products, in Node), `auto`, or an
   * executor of your own, such as `new ReferenceExecutor('float64')`. `auto` lets `fit` choose: a BLAS where koffi and one
   * are there and a step has enough multiply-adds to gain by it, else WebAssembly; the choice depends on the network and
   * the batch alone. Default: what trained the model, at first `auto`.
   */
  readonly executor?: Executor | 'auto' | 'wasm' | 'blas' | undefined;
}

/**
 * What classes weigh: one number each in the order of their numbers (no and yes for yes/no questions, and one such list
 * for each where there are several), or 'balanced', which makes all classes count alike: n/(k·nᶜ) for a class that nᶜ of
 * the n training rows have, of k classes (as in scikit-learn).
 */
export type ClassWeight = 'balanced' | readonly number[] | readonly (readonly number[])[];

/** How rows of unequal weight are averaged. */
export interface WeightingOptions {
  /** Multiplies the loss of every row by a weight of its class, beside its `sampleWeight`. Default all weigh 1. */
  readonly classWeight?: ClassWeight | undefined;
  /**
   * What the weighted losses w·l of a batch are divided by: the count of its `rows`, Σ w·l / n, as in Keras, so that a
   * row's part in a step depends on no other row; or its `weights`, Σ w·l / Σ w, as in PyTorch. Default `rows`.
   */
  readonly meanOver?: 'rows' | 'weights' | undefined;
}

/** Options of `fit`. */
export interface FitOptions extends ComputeOptions, WeightingOptions {
  /** What is minimised: a loss, its name, or a function of prediction and target. */
  readonly loss: Loss | LossName | LossFunction;
  /** How parameters change: an optimizer, or the name of one with its default options. */
  readonly optimizer: Optimizer | OptimizerName;
  /** How often all rows are seen. Default 1. */
  readonly epochs?: number | undefined;
  /** Rows a step, or `full` for all of them; the last step of an epoch may have fewer. Default 32; `lbfgs` 512 a block. */
  readonly batchSize?: number | 'full' | undefined;
  /**
   * Rows that are measured after each epoch and not trained on: data of their own, or a share of the rows, drawn at
   * random by the seed and, for class numbers, stratified. (Keras takes the last rows as they stand.) Default none.
   */
  readonly validation?: number | Dataset | undefined;
  /**
   * Further measures, of the validation rows as `validationAccuracy` and so on; without validation rows of the training
   * rows. Accuracy is recorded for the training rows as well, at no cost. Default none.
   */
  readonly metrics?: readonly (Metric | MetricName)[] | undefined;
  /**
   * How gradients are kept short, such as `{ globalNorm: 1 }`; also `value` for each number and `norm` for each
   * parameter. Default not at all.
   */
  readonly clipGradient?: GradientClipping | undefined;
  /** Early stopping and the like. Default none. */
  readonly callbacks?: readonly Callback[] | undefined;
  /** The seed of first weights, shuffling, dropout and the validation share. Default 0. */
  readonly seed?: number | undefined;
  /** Whether the rows are shuffled anew every epoch. Default true. */
  readonly shuffle?: boolean | undefined;
  /** Give the rows of an epoch (0 for the first) an order of your own: indices of the training rows, all of them. */
  readonly order?: ((epoch: number) => Int32Array) | undefined;
  /** An AbortSignal: ends training after the step that is running; `fit` then fails with an AbortedError that holds the state. */
  readonly signal?: { readonly aborted: boolean } | undefined;
  /** Hears what happens. */
  readonly onEvent?: ((event: TrainingEvent) => void) | undefined;
  /** When to save the state of training, and how. Default never. */
  readonly checkpoint?: CheckpointOptions | undefined;
  /** Go on from a state; data and options must be those the run began with, only `epochs` may differ. */
  readonly resume?: TrainingState | undefined;
}

/** Every option of `fit`. */
export const fitOptions: Readonly<Record<keyof FitOptions, true>> = {
  loss: true,
  optimizer: true,
  epochs: true,
  batchSize: true,
  validation: true,
  metrics: true,
  clipGradient: true,
  callbacks: true,
  seed: true,
  shuffle: true,
  order: true,
  signal: true,
  onEvent: true,
  checkpoint: true,
  resume: true,
  classWeight: true,
  meanOver: true,
  numerics: true,
  threads: true,
  executor: true,
};

/** Options of `evaluate`. */
export interface EvaluationOptions extends ComputeOptions, WeightingOptions {
  /** The loss to measure. */
  readonly loss: Loss | LossName | LossFunction;
  /** Further measures. Default none. */
  readonly metrics?: readonly (Metric | MetricName)[] | undefined;
}

/** Every option of `evaluate`. */
export const evaluationOptions: Readonly<Record<keyof EvaluationOptions, true>> = {
  loss: true,
  metrics: true,
  classWeight: true,
  meanOver: true,
  numerics: true,
  threads: true,
  executor: true,
};
