import { GradusError } from '../util/errors.ts';
import type { History } from './events.ts';
import type { TrainingState } from './state.ts';

/**
 * Report that training was aborted, with all that is needed to go on.
 *
 * @example
 * import { AbortedError, dense, sequential } from 'gradus';
 * const signal = AbortSignal.abort();
 * const data = { x: [[0], [1]], y: [0, 1] };
 * const fit = sequential([dense(1)]).fit(data, { loss: 'meanSquaredError', optimizer: 'sgd', epochs: 5, signal });
 * const error = await fit.catch((reason: unknown) => reason);
 * error instanceof AbortedError && error.state.step; // 0
 */
export class AbortedError extends GradusError {
  /** Give it to `fit` as `resume` to go on. */
  readonly state: TrainingState;
  /** What was measured until then. */
  readonly history: History;

  /**
   * @param state - The state after the last finished step.
   * @param history - The epochs until then.
   */
  constructor(state: TrainingState, history: History) {
    super('aborted', {
      received: `Training was aborted in epoch ${state.epoch + 1} after ${state.step} steps`,
      remedy: 'Give the state of this error to fit as `resume` to go on',
    });
    this.state = state;
    this.history = history;
  }
}
