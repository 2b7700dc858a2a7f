import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { ArgumentError, IncompatibleError } from '../../util/errors.ts';
import type { JsonObject } from '../../util/json.ts';
import { describeValue, isRecord } from '../../util/options.ts';

/** A penalty on a parameter, which is added to the loss. */
export interface Regularizer {
  /** Give the penalty, a scalar, as a term of the loss. */
  penalty(parameter: Tensor): Tensor;
  /** Give type and options as JSON. */
  config(): JsonObject;
}

/**
 * Penalise the sum of absolute values and the sum of squares: l1·Σ|w| + l2·Σw².
 *
 * The terms stand in the loss and are reported with it, as in Keras (where PyTorch's weight decay of λ is
 * l2 = λ/2 for SGD).
 *
 * @param strengths - Both factors, ≥ 0. Default 0.01 each.
 * @returns A regularizer.
 * @throws ArgumentError for a factor below 0.
 * @example
 * import { dense, l1l2 } from 'gradus';
 * const layer = dense(3, { kernelRegularizer: l1l2({ l1: 0.001, l2: 0.01 }) });
 * layer.definition.type; // 'dense'
 */
export function l1l2(strengths: { readonly l1?: number; readonly l2?: number } = {}): Regularizer {
  const { l1: first = 0.01, l2: second = 0.01 } = strengths;
  for (const strength of [first, second]) {
    if (strength >= 0 && strength < Number.POSITIVE_INFINITY) continue;
    throw new ArgumentError({
      received: `a regularizer of strength ${strength}`,
      expected: 'a number of at least 0',
    });
  }
  return {
    penalty(parameter) {
      const terms: Tensor[] = [];
      if (first > 0) terms.push($.affine($.sum($.absolute(parameter)), first, 0));
      if (second > 0) terms.push($.affine($.sum($.square(parameter)), second, 0));
      return terms.reduce<Tensor>((a, b) => $.add(a, b), $.constant(0));
    },
    config: () => ({ type: 'l1l2', l1: first, l2: second }),
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

/** Refuse what is no penalty. */
export function requireRegularizer(value: unknown): asserts value is Regularizer | undefined {
  if (value === undefined || (isRecord(value) && typeof value['penalty'] === 'function')) return;
  throw new ArgumentError({
    received: `the regularizer ${describeValue(value)}`,
    expected: 'what l1(0.01), l2(0.01) or l1l2({ … }) gives',
  });
}

/** Make a regularizer from its description; undefined gives none. */
export function regularizerFromConfig(config: unknown): Regularizer | undefined {
  if (config === undefined) return undefined;
  const { type, l1: first, l2: second } = config as Record<string, unknown>;
  if (type === 'l1l2' && typeof first === 'number' && typeof second === 'number') {
    return l1l2({ l1: first, l2: second });
  }
  throw new IncompatibleError({
    received: `the regularizer '${String(type)}'`,
    expected: 'one that this version knows',
  });
}
