import { type ErrorClauses, GradusError } from '../util/errors.ts';

/** Where training stopped because a number was not finite. */
export interface DivergencePlace {
  /** The epoch, 1 for the first. */
  readonly epoch: number;
  /** The step in all, 1 for the first. */
  readonly step: number;
  /** The layer that made the number, `loss` or an input; undefined when it is not known. */
  readonly layer: string | undefined;
}

/**
 * Report a loss or a gradient that is not a finite number. The weights are those of the last good step.
 *
 * @example
 * import { DivergedError } from 'gradus';
 * const place = { epoch: 1, step: 3, layer: 'dense' };
 * new DivergedError({ received: 'The loss is NaN' }, place).code; // 'diverged'
 */
export class DivergedError extends GradusError {
  /** Where it happened. */
  readonly place: DivergencePlace;

  /**
   * @param clauses - What was received, what was expected, what to do.
   * @param place - Epoch, step and layer.
   */
  constructor(clauses: ErrorClauses, place: DivergencePlace) {
    super('diverged', clauses);
    this.place = place;
  }
}
