import { platform } from '#platform';

/** How long a slice of work should take, in milliseconds: short enough for a page or a server to stay responsive. */
const SLICE = 10;
/** Multiply-adds to begin with, before anything has been measured: about a millisecond. */
const FIRST_WORK = 1e6;

/**
 * Cuts work into slices of about ten milliseconds, whatever the machine, and lets the event loop turn between them.
 * It decides when work is done, never what is computed.
 */
export class Pace {
  readonly #workPerStep: number;
  #millisecondsPerStep: number | undefined;
  #lastYield = platform.now();

  /** @param workPerStep - A rough count of the multiply-adds of a step. */
  constructor(workPerStep: number) {
    this.#workPerStep = Math.max(1, workPerStep);
  }

  /** How many steps make a slice; at least one. */
  stepsForSlice(): number {
    if (this.#millisecondsPerStep === undefined)
      return Math.max(1, Math.floor(FIRST_WORK / this.#workPerStep));
    return Math.max(1, Math.floor(SLICE / Math.max(this.#millisecondsPerStep, 1e-5)));
  }

  /** How much of a step makes a slice, in multiply-adds; infinite when a step is short. */
  workForSlice(): number {
    const time = this.#millisecondsPerStep ?? (this.#workPerStep / FIRST_WORK) * 1;
    return time <= 1.5 * SLICE ? Number.POSITIVE_INFINITY : (this.#workPerStep * SLICE) / time;
  }

  /** Learn from steps that took some milliseconds of work. */
  measured(steps: number, milliseconds: number): void {
    if (steps > 0) this.#millisecondsPerStep = milliseconds / steps;
  }

  /** Whether `rest` would let the event loop turn; short work need not wait for a promise to find out. */
  get isDue(): boolean {
    return platform.now() - this.#lastYield >= SLICE * 0.8;
  }

  /** Let the event loop turn if a slice has passed since it last did. */
  async rest(): Promise<void> {
    if (!this.isDue) return;
    await platform.yieldToEventLoop();
    this.#lastYield = platform.now();
  }
}
