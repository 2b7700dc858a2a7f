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

const rowFunction =
  (name: RowFunction) =>
  (x: Tensor): Tensor =>
    apply(rowOp, [x], { function: name });

/** Compute e^xᵢ / Σ e^xⱼ along the last axis. */
export const softmax = rowFunction('softmax');
/** Compute xᵢ − log Σ e^xⱼ along the last axis. */
export const logSoftmax = rowFunction('logSoftmax');
/** Compute log Σ e^xⱼ along the last axis, which vanishes. */
export const logSumExp = rowFunction('logSumExp');

/** Pull a gradient back through softmax or logSoftmax, from their output. */
export const rowGradient = (name: 'softmax' | 'logSoftmax', gradient: Tensor, output: Tensor): Tensor =>
  apply(rowGradientOp, [gradient, output], { function: name });
