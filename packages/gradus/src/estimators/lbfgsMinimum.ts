import { Lbfgs } from '../optim/lbfgs/lbfgs.ts';

/** A function of many variables: write the gradient, return the value. */
export type ValueAndGradient = (point: Float64Array, gradient: Float64Array) => number;

/** When to stop. */
export interface MinimumOptions {
  /** Stop where no part of the gradient is larger. */
  readonly tolerance: number;
  readonly maximumIterations: number;
}

/**
 * Find a minimum of a smooth function in float64 by L-BFGS.
 *
 * @param evaluate - the function
 * @param start - where to start; is not changed
 * @param options - tolerance and iterations
 * @returns the best point found
 */
export function lbfgsMinimum(
  evaluate: ValueAndGradient,
  start: Float64Array,
  { tolerance, maximumIterations }: MinimumOptions,
): Float64Array {
  const lbfgs = new Lbfgs(start, {
    memory: 10,
    gradientTolerance: tolerance,
    // Near the minimum the value stands still while the gradient still falls: only a value that rises ends the search.
    valueTolerance: -Number.EPSILON,
    maximumEvaluations: Number.POSITIVE_INFINITY,
    resolution: 4 * Number.EPSILON,
  });
  const gradient = new Float64Array(start.length);
  for (let iterations = 0; iterations < maximumIterations; ) {
    const status = lbfgs.tell(evaluate(lbfgs.trial, gradient), gradient);
    if (status === 'ended') break;
    if (status === 'iterated') iterations++;
  }
  return lbfgs.point;
}
