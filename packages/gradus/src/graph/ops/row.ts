import { ShapeError } from '../../util/errors.ts';
import { apply, float, requireFloat } from '../definition.ts';
import type { OpDefinition, Tensor } from '../tensor.ts';
import { negate } from './affine.ts';
import { multiply, subtract } from './binary.ts';
import { sum } from './broadcast.ts';
import type { FunctionAttributes } from './elementwise.ts';
import { reshape } from './layout.ts';
import { exp } from './unary.ts';

/** Functions of a row (the last axis). */
export type RowFunction = 'softmax' | 'logSoftmax' | 'logSumExp';

export const rowOp: OpDefinition<'row', FunctionAttributes<RowFunction>> = {
  op: 'row',
  types([x], { function: name }) {
    requireFloat([x], name);
    if (x.rank === 0)
      throw new ShapeError({ received: `${name} of a scalar`, expected: 'at least one axis' });
    return [float(name === 'logSumExp' ? x.shape.slice(0, -1) : x.shape)];
  },
  derivative({ attributes: { function: name }, inputs: [x], outputs: [y], gradient }) {
    if (name !== 'logSumExp') return [rowGradient(name, gradient, y)];
    return [multiply(reshape(gradient, [...gradient.shape, 1]), softmax(x))];
  },
};

/** inputs: gradient of the output, the output */
export const rowGradientOp: OpDefinition<'rowGradient', FunctionAttributes<'softmax' | 'logSoftmax'>> = {
  op: 'rowGradient',
  types: (inputs) => [float(inputs[0].shape)],
  // softmax: z = y(g − Σgy); by g: y(h − Σhy), by y: h(g − Σgy) − gΣhy.
  // logSoftmax: z = g − eʸΣg; by g: h − Σ(h·eʸ), by y: −h·eʸ·Σg.
  derivative({ attributes: { function: name }, inputs: [g, y], gradient: h }) {
    const total = (t: Tensor): Tensor => sum(t, { axes: -1, keepDimensions: true });
    if (name === 'softmax') {
      const inner = subtract(g, total(multiply(g, y)));
      const byY = subtract(multiply(h, inner), multiply(g, total(multiply(h, y))));
      return [rowGradient('softmax', h, y), byY];
    }
    const weighted = multiply(h, exp(y));
    return [subtract(h, total(weighted)), negate(multiply(weighted, total(g)))];
  },
};

const rowFunction = (name: RowFunction, x: Tensor): Tensor => apply(rowOp, [x], { function: name });

/**
 * Compute eˣⁱ / Σⱼ eˣʲ along the last axis, without overflow.
 *
 * @param x - A float tensor with at least one axis.
 * @returns The same shape as x; each row sums to 1.
 * @throws ShapeError for a scalar.
 * @example
 * import { constant, evaluate, softmax } from 'gradus/tensor';
 * evaluate(softmax(constant([1, 2, 3]))); // [0.0900306, 0.2447285, 0.6652410]
 */
export const softmax = (x: Tensor): Tensor => rowFunction('softmax', x);

/**
 * Compute xᵢ − log Σⱼ eˣʲ along the last axis: the logarithm of `softmax`, exact where that is nearly 0.
 *
 * @param x - A float tensor with at least one axis.
 * @returns The same shape as x.
 * @throws ShapeError for a scalar.
 * @example
 * import { constant, evaluate, logSoftmax } from 'gradus/tensor';
 * evaluate(logSoftmax(constant([0, 1000]))); // [-1000, 0]
 */
export const logSoftmax = (x: Tensor): Tensor => rowFunction('logSoftmax', x);

/**
 * Compute log Σⱼ eˣʲ along the last axis, without overflow.
 *
 * @param x - A float tensor with at least one axis.
 * @returns The shape of x without its last axis.
 * @throws ShapeError for a scalar.
 * @example
 * import { constant, evaluate, logSumExp } from 'gradus/tensor';
 * evaluate(logSumExp(constant([1000, 1000]))); // 1000.693147
 */
export const logSumExp = (x: Tensor): Tensor => rowFunction('logSumExp', x);

/** Pull a gradient back through softmax or logSoftmax, from their output. */
export const rowGradient = (name: 'softmax' | 'logSoftmax', gradient: Tensor, output: Tensor): Tensor =>
  apply(rowGradientOp, [gradient, output], { function: name });
