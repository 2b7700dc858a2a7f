import type { CheckpointEvent, TrainingEvent } from 'gradus';

/** What a progress display is told: all but the checkpoints, which nobody watches. */
export type ProgressEvent = Exclude<TrainingEvent, CheckpointEvent>;

/** Where progress is written; `process.stderr` is one. */
export interface ProgressStream {
  write(text: string): unknown;
}

/** What a progress display has to know. */
export interface ProgressSettings {
  /** Whether colour codes may be written. */
  readonly color: boolean;
  /** Width of the terminal in columns, asked at each redraw. */
  readonly columns: () => number;
  /** Whether block characters may be used. */
  readonly unicode: boolean;
  /** A clock in milliseconds. */
  readonly now: () => number;
  /** Registers a function to run when the process exits and returns one that removes it again. */
  readonly onExit: (restore: () => void) => () => void;
}

/** A progress display. */
export interface Progress {
  /** Show an event. */
  handle(event: ProgressEvent): void;
  /** Leave the terminal as it was found; may be called at any time and more than once, on an interruption above all. */
  close(): void;
}
