import { ShapeError } from '../../util/errors.ts';
import * as math from '../../util/math.ts';
import type { RowFunction } from '../attributes.ts';
import { type ArrayValue, apply, float, type OpDefinition, requireFloat } from '../definition.ts';
import type { Tensor } from '../tensor.ts';

/** Walk the rows of an array: call with the offset and the length of each. */
export function forEachRow(
  array: ArrayValue,
  visit: (offset: number, length: number, row: number) => void,
): void {
  const length = array.shape[array.shape.length - 1];
  const rows = length === 0 ? 0 : array.values.length / length;
  for (let row = 0; row < rows; row++) visit(row * length, length, row);
}

/** Compute the largest value of a row and log Σ e^x, without overflow. */
export function logSumExpOf(values: ArrayLike<number>, offset: number, length: number): number {
  let largest = -Infinity;
  for (let i = 0; i < length; i++) largest = Math.max(largest, values[offset + i]);
  if (largest === -Infinity) return -Infinity;
  let sum = 0;
  for (let i = 0; i < length; i++) sum += math.exp(values[offset + i] - largest);
  return largest + math.log(sum);
}

export const rowOp: OpDefinition<'row'> = {
  op: 'row',
  types([x], { function: name }) {
    requireFloat([x], name);
    if (x.rank === 0)
      throw new ShapeError({ received: `${name} of a scalar`, expected: 'at least one axis' });
    return [float(name === 'logSumExp' ? x.shape.slice(0, -1) : x.shape)];
  },
  derivative({ $, attributes: { function: name }, inputs: [x], outputs: [y], gradient }) {
    if (name !== 'logSumExp') return [$.rowGradient(name, gradient, y)];
    return [$.multiply($.reshape(gradient, [...gradient.shape, 1]), $.softmax(x))];
  },
  evaluate({ attributes: { function: name }, inputs: [x], outputs: [y] }) {
    forEachRow(x, (offset, length, row) => {
      const total = logSumExpOf(x.values, offset, length);
      if (name === 'logSumExp') {
        y.values[row] = total;
        return;
      }
      for (let i = offset; i < offset + length; i++) {
        y.values[i] = name === 'softmax' ? math.exp(x.values[i] - total) : x.values[i] - total;
      }
    });
  },
};

export const rowGradientOp: OpDefinition<'rowGradient'> = {
  op: 'rowGradient',
  types: (inputs) => [float(inputs[0].shape)],
  // softmax: z = y(g − Σgy); by g: y(h − Σhy), by y: h(g − Σgy) − gΣhy.
  // logSoftmax: z = g − eʸΣg; by g: h − Σ(h·eʸ), by y: −h·eʸ·Σg.
  derivative({ $, attributes: { function: name }, inputs: [g, y], gradient: h }) {
    const total = (t: Tensor): Tensor => $.sum(t, { axes: -1, keepDimensions: true });
    if (name === 'softmax') {
      const inner = $.subtract(g, total($.multiply(g, y)));
      const byY = $.subtract($.multiply(h, inner), $.multiply(g, total($.multiply(h, y))));
      return [$.rowGradient('softmax', h, y), byY];
    }
    const weighted = $.multiply(h, $.exp(y));
    return [$.subtract(h, total(weighted)), $.negate($.multiply(weighted, total(g)))];
  },
  evaluate({ attributes: { function: name }, inputs: [g, y], outputs: [out] }) {
    forEachRow(y, (offset, length) => {
      let sum = 0;
      for (let i = offset; i < offset + length; i++)
        sum += name === 'softmax' ? g.values[i] * y.values[i] : g.values[i];
      for (let i = offset; i < offset + length; i++) {
        out.values[i] =
          name === 'softmax' ? y.values[i] * (g.values[i] - sum) : g.values[i] - math.exp(y.values[i]) * sum;
      }
    });
  },
};

const rowFunction = (name: RowFunction, x: Tensor): Tensor => apply(rowOp, [x], { function: name });

/**
 * Compute eˣⁱ / Σⱼ eˣʲ along the last axis, without overflow.
 *
 * @param x - Real numbers with at least one axis.
 * @returns The same shape as x; each row sums to 1.
 * @throws ShapeError for a scalar.
 * @example
 * import { constant, evaluate, softmax } from 'gradus';
 * evaluate(softmax(constant([1, 2, 3]))); // [0.0900306, 0.2447285, 0.6652410]
 */
export const softmax = (x: Tensor): Tensor => rowFunction('softmax', x);

/**
 * Compute xᵢ − log Σⱼ eˣʲ along the last axis: the logarithm of `softmax`, exact where that is nearly 0.
 *
 * @param x - Real numbers with at least one axis.
 * @returns The same shape as x.
 * @throws ShapeError for a scalar.
 * @example
 * import { constant, evaluate, logSoftmax } from 'gradus';
 * evaluate(logSoftmax(constant([0, 1000]))); // [-1000, 0]
 */
export const logSoftmax = (x: Tensor): Tensor => rowFunction('logSoftmax', x);

/**
 * Compute log Σⱼ eˣʲ along the last axis, without overflow.
 *
 * @param x - Real numbers with at least one axis.
 * @returns The shape of x without its last axis.
 * @throws ShapeError for a scalar.
 * @example
 * import { constant, evaluate, logSumExp } from 'gradus';
 * evaluate(logSumExp(constant([1000, 1000]))); // 1000.693147
 */
export const logSumExp = (x: Tensor): Tensor => rowFunction('logSumExp', x);

/** Pull a gradient back through softmax or logSoftmax, from their output. */
export const rowGradient = (name: 'softmax' | 'logSoftmax', gradient: Tensor, output: Tensor): Tensor =>
  apply(rowGradientOp, [gradient, output], { function: name });
