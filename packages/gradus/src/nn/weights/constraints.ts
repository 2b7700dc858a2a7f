import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { formulaField } from '../../optim/formula.ts';
import { ArgumentError, IncompatibleError } from '../../util/errors.ts';
import { axesField, Field, fields, numberFrom, type OptionsOf } from '../../util/fields.ts';
import type { JsonObject } from '../../util/json.ts';
import { describeValue, isRecord } from '../../util/options.ts';

/** A projection of a parameter after each step. */
export interface Constraint {
  /** Give the parameter's new value, from the one that the optimizer has computed. */
  constrain(parameter: Tensor): Tensor;
  /** Give type and options as JSON. */
  config(): JsonObject;
}

const maxNormFields = /* @__PURE__ */ fields('maxNorm', () => ({
  limit: numberFrom(0),
  /** `keras` also divides what is short enough, by 1 + 1e-7/‖w‖. Default `pytorch`, which leaves it as it is. */
  formula: formulaField(),
  /** The axes over which a norm is taken. Default all but the last: a norm for each output unit. */
  axes: axesField().optional(),
}));

/** Options of `maxNorm`. */
export type MaxNormOptions = OptionsOf<typeof maxNormFields, 'limit'>;

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
  const own = maxNormFields.read(options, { limit });
  const { axes, formula } = own;
  return {
    constrain(parameter) {
      const chosen = axes ?? parameter.shape.slice(0, -1).map((_, axis) => axis);
      const norm = $.sqrt($.sum($.square(parameter), { axes: chosen, keepDimensions: true }));
      const above = $.affine(norm, 1, 1e-7);
      if (formula === 'keras') return $.multiply(parameter, $.divide($.minimum(norm, limit), above));
      const one = $.broadcastTo($.constant(1), norm.shape);
      return $.multiply(parameter, $.where($.greater(norm, limit), $.divide(limit, above), one));
    },
    config: () => ({ type: 'maxNorm', ...maxNormFields.write(own) }),
  };
}

function requireConstraint(value: unknown): Constraint {
  if (isConstraint(value)) return value;
  throw new ArgumentError({
    received: `the constraint ${describeValue(value)}`,
    expected: 'what maxNorm(3) gives',
  });
}

const isConstraint = (value: unknown): value is Constraint =>
  isRecord(value) && typeof value['constrain'] === 'function';

/** Make a constraint from its description. */
function constraintFromConfig(config: unknown): Constraint {
  if (isRecord(config) && config['type'] === 'maxNorm') {
    const { limit, ...options } = maxNormFields.parse(config);
    return maxNorm(limit, options);
  }
  throw new IncompatibleError({
    received: `the constraint ${describeValue(isRecord(config) ? config['type'] : config)}`,
    expected: 'a constraint that this version knows',
  });
}

/** An option that is a constraint of a parameter. */
export const constraintField = (): Field<Constraint> =>
  new Field(
    { read: requireConstraint, write: (constraint) => constraint.config(), parse: constraintFromConfig },
    'required',
  );
