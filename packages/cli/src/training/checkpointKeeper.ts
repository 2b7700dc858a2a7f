import { GradusError, type TrainingState } from 'gradus';
import { encodeCheckpoint } from 'gradus/formats';
import type { CommandContext } from '../context.ts';
import type { RunFolder } from '../files/runFolder.ts';

/** Seconds between checkpoints, at least and at most. */
export const leastSeconds = 2;
const mostSeconds = 30;

/** A checkpoint is due when this many times the time that the last one took has passed: saving costs 2 % at most. */
const pauseFactor = 50;

/** How saving went. */
export interface CheckpointOutcome {
  /** The epoch of the newest checkpoint on disk; undefined where there is none. */
  readonly savedEpoch: number | undefined;
  /** Why the newest state is not on disk; undefined where it is. */
  readonly failure: GradusError | undefined;
}

/**
 * Keeps the newest state of a training in memory, and on disk every 2 to 30 seconds. A checkpoint that cannot be written
 * ends nothing: a warning says so, the one before it stays, and the next is tried as usual.
 */
export class CheckpointKeeper {
  readonly #folder: RunFolder | undefined;
  readonly #clock: () => number;
  readonly #warn: (message: string) => void;
  #newest: TrainingState | undefined;
  #writtenAt: number;
  /** Milliseconds from one checkpoint to the next. */
  #pause = 1000 * leastSeconds;
  #savedEpoch: number | undefined;
  #failure: GradusError | undefined;

  /**
   * @param folder - Where checkpoints go; none are written without it.
   * @param resumed - The state on disk that the training goes on from.
   * @param warn - Tells the user that saving has failed, or works again.
   */
  constructor(
    folder: RunFolder | undefined,
    resumed: TrainingState | undefined,
    { clock }: CommandContext,
    warn: (message: string) => void,
  ) {
    this.#folder = folder;
    this.#savedEpoch = resumed?.epoch;
    this.#clock = clock;
    this.#warn = warn;
    this.#writtenAt = clock();
  }

  /** Take note of a state; write it if the last one is old enough. */
  async take(state: TrainingState): Promise<void> {
    this.#newest = state;
    if (this.#clock() - this.#writtenAt >= this.#pause) await this.write();
  }

  /** Write a state, by default the newest. */
  async write(state = this.#newest): Promise<CheckpointOutcome> {
    const began = this.#clock();
    if (state !== undefined && this.#folder !== undefined) await this.#save(state, this.#folder);
    this.#writtenAt = this.#clock();
    const wanted = pauseFactor * (this.#writtenAt - began);
    this.#pause = Math.min(1000 * mostSeconds, Math.max(1000 * leastSeconds, wanted));
    return { savedEpoch: this.#savedEpoch, failure: this.#failure };
  }

  async #save(state: TrainingState, folder: RunFolder): Promise<void> {
    try {
      await folder.write('checkpoint', encodeCheckpoint(state));
    } catch (error) {
      // A mistake of ours is no full disk.
      if (!(error instanceof GradusError && error.code === 'platform')) throw error;
      if (this.#failure === undefined) this.#warn(this.#explain(error));
      this.#failure = error;
      return;
    }
    if (this.#failure !== undefined) this.#warn('Checkpoints can be written again.');
    this.#failure = undefined;
    this.#savedEpoch = state.epoch;
  }

  #explain({ clauses }: GradusError): string {
    const kept =
      this.#savedEpoch === undefined
        ? 'there is no checkpoint yet'
        : `the checkpoint of epoch ${this.#savedEpoch} stays`;
    return `A checkpoint could not be saved: ${clauses.received}. Training goes on; ${kept}. Free space, and the next one will be saved.`;
  }
}
