import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { ArgumentError, IncompatibleError } from '../../util/errors.ts';
import { Field, fields, numberFrom, type OptionsOf } from '../../util/fields.ts';
import type { JsonObject } from '../../util/json.ts';
import { describeValue, isRecord } from '../../util/options.ts';

/** A penalty on a parameter, which is added to the loss. */
export interface Regularizer {
  /** Give the penalty, a scalar, as a term of the loss. */
  penalty(parameter: Tensor): Tensor;
  /** Give type and options as JSON. */
  config(): JsonObject;
}

const l1l2Fields = /* @__PURE__ */ fields('l1l2', () => ({
  /** The factor of Σ|w|, at least 0. Default 0.01. */
  l1: numberFrom(0).default(0.01),
  /** The factor of Σw², at least 0. Default 0.01. */
  l2: numberFrom(0).default(0.01),
}));

/** The strengths of both penalties. */
export type L1L2Options = OptionsOf<typeof l1l2Fields>;

/**
 * Penalise the sum of absolute values and the sum of squares: l1·Σ|w| + l2·Σw².
 *
 * The penalties are part of the loss and reported with it, as in Keras (where PyTorch's weight decay of λ is
 * l2 = λ/2 for SGD).
 *
 * @param strengths - The factors `l1` and `l2`, at least 0. Default 0.01 each.
 * @returns A regularizer.
 * @throws ArgumentError for a factor below 0.
 * @example
 * import { dense, l1l2 } from 'gradus';
 * const layer = dense(3, { kernelRegularizer: l1l2({ l1: 0.001, l2: 0.01 }) });
 * layer.definition.type; // 'dense'
 */
export function l1l2(strengths: L1L2Options = {}): Regularizer {
  const own = l1l2Fields.read(strengths);
  const { l1: first, l2: second } = own;
  return {
    penalty(parameter) {
      const terms: Tensor[] = [];
      if (first > 0) terms.push($.affine($.sum($.absolute(parameter)), first, 0));
      if (second > 0) terms.push($.affine($.sum($.square(parameter)), second, 0));
      return terms.reduce<Tensor>((a, b) => $.add(a, b), $.constant(0));
    },
    config: () => ({ type: 'l1l2', ...l1l2Fields.write(own) }),
  };
}

/**
 * Penalise the sum of absolute values, strength·Σ|w|, which drives weights to 0.
 *
 * @param strength - Default 0.01.
 * @returns A regularizer.
 * @throws ArgumentError for a strength below 0.
 * @example
 * import { l1 } from 'gradus';
 * l1(0.1).config(); // { type: 'l1l2', l1: 0.1, l2: 0 }
 */
export const l1 = (strength = 0.01): Regularizer => l1l2({ l1: strength, l2: 0 });

/**
 * Penalise the sum of squares, strength·Σw², which keeps weights small.
 *
 * @param strength - Default 0.01.
 * @returns A regularizer.
 * @throws ArgumentError for a strength below 0.
 * @example
 * import { l2 } from 'gradus';
 * l2(0.1).config(); // { type: 'l1l2', l1: 0, l2: 0.1 }
 */
export const l2 = (strength = 0.01): Regularizer => l1l2({ l1: 0, l2: strength });

function requireRegularizer(value: unknown): Regularizer {
  if (isRegularizer(value)) return value;
  throw new ArgumentError({
    received: `the regularizer ${describeValue(value)}`,
    expected: 'what l1(0.01), l2(0.01) or l1l2({ … }) gives',
  });
}

const isRegularizer = (value: unknown): value is Regularizer =>
  isRecord(value) && typeof value['penalty'] === 'function';

/** Make a regularizer from its description. */
function regularizerFromConfig(config: unknown): Regularizer {
  if (isRecord(config) && config['type'] === 'l1l2') return l1l2(l1l2Fields.parse(config));
  throw new IncompatibleError({
    received: `the regularizer ${describeValue(isRecord(config) ? config['type'] : config)}`,
    expected: 'a regularizer that this version knows',
  });
}

/** An option that is a penalty on a parameter. */
export const regularizerField = (): Field<Regularizer> =>
  new Field(
    { read: requireRegularizer, write: (regularizer) => regularizer.config(), parse: regularizerFromConfig },
    'required',
  );
