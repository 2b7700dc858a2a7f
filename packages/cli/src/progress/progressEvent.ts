/** Training begins. */
export interface StartEvent {
  readonly type: 'start';
  /** Planned epochs; training may stop earlier. */
  readonly epochs: number;
  /** Training rows. */
  readonly rows: number;
  readonly batchSize: number;
}

/** An epoch is over. */
export interface EpochEvent {
  readonly type: 'epoch';
  /** The epoch's number; 1 is the first. */
  readonly epoch: number;
  readonly epochs: number;
  /** Mean training loss of the epoch. */
  readonly loss: number;
  readonly validationLoss?: number;
  /** Further measures by name, such as `accuracy` or `validationAccuracy`. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly learningRate: number;
  /** Training rows a second. */
  readonly rowsPerSecond: number;
  /** Length of the epoch in seconds. */
  readonly seconds: number;
  /** Whether this is the best epoch so far. */
  readonly best: boolean;
}

/** Something the user should know. */
export interface WarningEvent {
  readonly type: 'warning';
  readonly message: string;
}

/** Training is over. */
export interface EndEvent {
  readonly type: 'end';
  /** Why, as a sentence or a phrase. */
  readonly reason: string;
  /** Epochs done. */
  readonly epoch: number;
  readonly bestEpoch: number;
}

/** What a progress display consumes; training may send more kinds, which it passes over. */
export type ProgressEvent = StartEvent | EpochEvent | WarningEvent | EndEvent;
