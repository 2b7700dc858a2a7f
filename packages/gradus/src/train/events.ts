/** Training begins. */
export interface StartEvent {
  /** Tells the kinds apart. */
  readonly type: 'start';
  /** Planned epochs; training may stop earlier. */
  readonly epochs: number;
  /** Training rows. */
  readonly rows: number;
  /** Validation rows; 0 without validation. */
  readonly validationRows: number;
  /** Rows a step. */
  readonly batchSize: number;
  /** Numbers that are trained. */
  readonly parameterCount: number;
  /** The executor, such as `wasm-fast`. */
  readonly executor: string;
  /** Epochs finished before, when training is resumed. */
  readonly resumedAt: number;
}

/** What an epoch measured. */
export interface EpochRecord {
  /** The epoch's number; 1 is the first. */
  readonly epoch: number;
  /** Training loss: the mean over the epoch's batches, each weighted by its rows, as they were trained on. */
  readonly loss: number;
  /** Loss of the validation rows after the epoch. */
  readonly validationLoss?: number;
  /** Further measures by name, such as `accuracy` or `validationAccuracy`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Learning rate of the epoch's last step. */
  readonly learningRate: number;
  /** Training rows a second. */
  readonly rowsPerSecond: number;
  /** Length of the epoch in seconds, validation included. */
  readonly seconds: number;
  /** Whether this is the best epoch so far by the measure that is watched. */
  readonly best: boolean;
}

/** An epoch is over. */
export interface EpochEvent extends EpochRecord {
  /** Tells the kinds apart. */
  readonly type: 'epoch';
  /** Planned epochs. */
  readonly epochs: number;
}

/** A checkpoint has been saved. */
export interface CheckpointEvent {
  /** Tells the kinds apart. */
  readonly type: 'checkpoint';
  /** Finished epochs. */
  readonly epoch: number;
  /** Finished steps in all. */
  readonly step: number;
}

/** Something the user should know. */
export interface WarningEvent {
  /** Tells the kinds apart. */
  readonly type: 'warning';
  /** A sentence or two. */
  readonly message: string;
}

/** Something that would make training faster. */
export interface HintEvent {
  /** Tells the kinds apart. */
  readonly type: 'hint';
  /** A sentence or two. */
  readonly message: string;
}

/** Training is over. */
export interface EndEvent {
  /** Tells the kinds apart. */
  readonly type: 'end';
  /** Why: `all epochs done`, the reason that a callback gave, `aborted`, `diverged`. */
  readonly reason: string;
  /** Epochs done. */
  readonly epoch: number;
  /** The best epoch by the measure that is watched; 0 when there is none. */
  readonly bestEpoch: number;
}

/** What the fit loop tells, in the order in which it happens. Progress displays, reports and files listen to it. */
export type TrainingEvent = StartEvent | EpochEvent | CheckpointEvent | WarningEvent | HintEvent | EndEvent;

/** What `fit` returns. */
export interface History {
  /** One record an epoch. */
  readonly epochs: readonly EpochRecord[];
  /** What computed, such as `wasm-fast` or `blas-openblas`. */
  readonly executor: string;
  /** Why training ended. */
  readonly reason: string;
  /** The best epoch by the measure that is watched; 0 when there is none. */
  readonly bestEpoch: number;
  /** What `onEvent` heard as warnings: each says what is odd, and what to do. */
  readonly warnings: readonly string[];
}
