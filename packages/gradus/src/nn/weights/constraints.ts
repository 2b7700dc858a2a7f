import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { requireFormula } from '../../optim/formula.ts';
import { ArgumentError, IncompatibleError } from '../../util/errors.ts';
import type { JsonObject } from '../../util/json.ts';
import { describeValue, isRecord, requireOptions, requireRange } from '../../util/options.ts';

/** What a parameter is brought back to after each step. */
export interface Constraint {
  /** Give what a parameter becomes, from what the optimizer has made of it. */
  constrain(parameter: Tensor): Tensor;
  /** Give type and options as JSON. */
  config(): JsonObject;
}

/** Refuse what is no constraint. */
export function requireConstraint(value: unknown): void {
  if (value === undefined || (isRecord(value) && typeof value['constrain'] === 'function')) return;
  throw new ArgumentError({
    received: `the constraint ${describeValue(value)}`,
    expected: 'what maxNorm(3) gives',
  });
}

/** Options of `maxNorm`. */
export interface MaxNormOptions {
  /** The axes whose numbers make one norm. Default all but the last: a norm for each output unit. */
  readonly axes?: readonly number[] | undefined;
  /** `keras` also divides what is short enough, by 1 + 1e-7/‖w‖. Default `pytorch`, which leaves it as it is. */
  readonly formula?: 'pytorch' | 'keras' | undefined;
}

/**
 * Keep the norm of each unit's incoming weights at most c, after every step of the optimizer.
 *
 * `pytorch`: w ← w·c/(‖w‖ + 1e-7) where ‖w‖ > c, as its `renorm`; `keras`: w ← w·min(‖w‖, c)/(‖w‖ + 1e-7).
 * Source: Srebro & Shraibman 2005; with dropout: Srivastava et al. 2014.
 *
 * @param limit - c, at least 0; with dropout 3 to 4 is usual.
 * @param options - Axes of a norm, formula.
 * @returns A constraint for the option `kernelConstraint` of a layer.
 * @throws ArgumentError for a limit below 0.
 * @example
 * import { dense, maxNorm } from 'gradus';
 * const layer = dense(64, { activation: 'relu', kernelConstraint: maxNorm(3) });
 * layer.definition.type; // 'dense'
 */
export function maxNorm(limit: number, options: MaxNormOptions = {}): Constraint {
  requireRange('the limit of maxNorm', limit, { least: 0, below: Number.POSITIVE_INFINITY });
  requireOptions(options, { axes: true, formula: true }, 'maxNorm');
  const { axes, formula = 'pytorch' } = options;
  requireFormula(formula, ['pytorch', 'keras']);
  return {
    constrain(parameter) {
      const chosen = axes ?? parameter.shape.slice(0, -1).map((_, axis) => axis);
      const norm = $.sqrt($.sum($.square(parameter), { axes: chosen, keepDimensions: true }));
      const above = $.affine(norm, 1, 1e-7);
      if (formula === 'keras') return $.multiply(parameter, $.divide($.minimum(norm, limit), above));
      const one = $.broadcastTo($.constant(1), norm.shape);
      return $.multiply(parameter, $.where($.greater(norm, limit), $.divide(limit, above), one));
    },
    config: () => ({ type: 'maxNorm', limit, formula, ...(axes && { axes }) }),
  };
}

/** Make a constraint from its description; undefined gives none. */
export function constraintFromConfig(config: unknown): Constraint | undefined {
  if (config === undefined) return undefined;
  const { type, limit, formula, axes } = isRecord(config) ? config : {};
  const isAxes = axes === undefined || (Array.isArray(axes) && axes.every(Number.isInteger));
  if (type === 'maxNorm' && typeof limit === 'number' && isAxes) {
    return maxNorm(limit, { axes, formula: formula as 'pytorch' });
  }
  throw new IncompatibleError({
    received: `the constraint '${String(type)}'`,
    expected: 'one that this version knows',
  });
}
