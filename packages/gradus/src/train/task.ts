import type { Optimizer } from '../optim/optimizer.ts';
import type { Data, ParameterStore, Session } from '../runtime/executor.ts';
import type { Callback } from './callbacks.ts';
import type { DivergedError, DivergencePlace } from './divergedError.ts';
import type { TrainingEvent } from './events.ts';
import type { Minimizer } from './minimizer.ts';
import type { TrainingFingerprint, TrainingState } from './state.ts';

/** When to save the state of training, and how. Every interval that is given counts. */
export interface CheckpointOptions {
  /** Save after this many steps, also in mid-epoch. Default never. */
  readonly everySteps?: number | undefined;
  /** Save after this many epochs. Default never. */
  readonly everyEpochs?: number | undefined;
  /** Save when this many seconds have passed, also in mid-epoch. Default never. */
  readonly everySeconds?: number | undefined;
  /** Keep the state; training goes on when the promise is fulfilled. */
  save(state: TrainingState): void | Promise<void>;
}

/** Loss and metrics of the rows that are measured after each epoch. */
export interface Measures {
  readonly validationLoss?: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** A failed step: what the diagnosis needs. */
export interface FailedStep {
  /** Positions of the batch's rows in the data. */
  readonly rows: Int32Array;
  /** The number that the step's random streams depend on. */
  readonly stepNumber: number;
  readonly place: Omit<DivergencePlace, 'layer'>;
  readonly learningRate: number;
}

/** All that the fit loop needs to know; how the model was described is not part of it. */
export interface TrainingTask {
  readonly session: Session;
  readonly store: ParameterStore;
  readonly executorName: string;
  /** Bound to the session's inputs. */
  readonly inputs: ReadonlyMap<string, Data>;
  readonly optimizer: Optimizer;
  /** What runs instead of the optimizer's steps, where that sees all rows at once; `batchSize` is all of them. */
  readonly minimizer?: Minimizer | undefined;
  readonly epochs: number;
  readonly batchSize: number;
  /** Positions of the training rows in the data. */
  readonly rows: Int32Array;
  readonly validationRows: number;
  readonly seed: number;
  readonly shuffle: boolean;
  /** Gives the order of an epoch (0 for the first) as indices into `rows`. */
  readonly order?: (epoch: number) => Int32Array;
  /** Names of the measures that the program records behind the loss. */
  readonly recorded: readonly string[];
  /** Names of the metrics that are measured after each epoch. */
  readonly measured: readonly string[];
  /** Measures after each epoch; undefined when there is nothing to measure. */
  readonly measure: (() => Promise<Measures>) | undefined;
  /** Tells what a state belongs to, when one is needed: data are hashed for it. */
  readonly fingerprint: () => TrainingFingerprint;
  readonly explain: (failed: FailedStep) => Promise<DivergedError>;
  readonly callbacks: readonly Callback[];
  readonly onEvent: ((event: TrainingEvent) => void) | undefined;
  /** What `onEvent` has heard as warnings. */
  readonly warnings: readonly string[];
  readonly signal: { readonly aborted: boolean } | undefined;
  readonly checkpoint: CheckpointOptions | undefined;
  /** A state of this very run, found sound. */
  readonly resume: TrainingState | undefined;
}
