import type { ProgressStream } from './progress/progress.ts';

/** A stream to write text to, and what is known of the terminal behind it. */
export interface OutputStream extends ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** All that a command has to do with the world outside: tests put something else in its place. */
export interface CommandContext {
  /** Results. */
  readonly stdout: OutputStream;
  /** What is meant for a person who watches. */
  readonly stderr: OutputStream;
  /** Read all of standard input. */
  readonly readStandardInput: () => Promise<Uint8Array>;
  /** Environment variables. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from. */
  readonly folder: string;
  /** Write a file whole or not at all. */
  readonly writeFile: (path: string, content: Uint8Array | string) => Promise<void>;
  /** Aborted when the user wants training to stop. */
  readonly signal: AbortSignal;
  /** Register a function to run, at once, when the process is killed; returns one that removes it again. */
  readonly onExit: (cleanUp: () => void) => () => void;
  /** The time of day. */
  readonly today: () => Date;
  /** A clock in milliseconds. */
  readonly clock: () => number;
}
