import { ShapeError } from '../../util/errors.ts';
import {
  type Dimension,
  formatShape,
  isRows,
  normalizeAxis,
  type Shape,
  sameShape,
  sizeOf,
} from '../../util/shape.ts';
import type { ReduceFunction } from '../attributes.ts';
import { apply, float, type OpDefinition, requireFloat } from '../definition.ts';
import type { Tensor } from '../tensor.ts';
import { broadcastTo, reshape } from './layout.ts';
import { count } from './leaves.ts';

/** Split a concrete shape around the reduced axes: [outer, axis, inner] element counts. */
export function reductionExtents(
  shape: Shape,
  start: number,
  end: number,
): [Dimension, Dimension, Dimension] {
  return [sizeOf(shape.slice(0, start)), sizeOf(shape.slice(start, end)), sizeOf(shape.slice(end))];
}

export const reduceOp: OpDefinition<'reduce'> = {
  op: 'reduce',
  types(inputs, { function: name, start, end }) {
    requireFloat(inputs, name);
    const { shape } = inputs[0];
    if (name === 'maximum' && sizeOf(shape.slice(start, end)) === 0) {
      throw new ShapeError({
        received: `the maximum over an empty axis of ${formatShape(shape)}`,
        expected: 'at least one element',
      });
    }
    return [float([...shape.slice(0, start), ...shape.slice(end)])];
  },
  derivative({ $, attributes: { function: name, start, end }, inputs: [x], outputs: [y], gradient }) {
    const kept = x.shape.map((dimension, axis) => (axis >= start && axis < end ? 1 : dimension));
    const spread = (tensor: Tensor): Tensor => broadcastTo(reshape(tensor, kept), x.shape);
    if (name === 'sum') return [spread(gradient)];
    if (name === 'mean') return [spread($.divide(gradient, count(sizeOf(x.shape.slice(start, end)))))];
    // Equal maxima share the gradient evenly, as PyTorch's amax does.
    const ties = $.equal(x, spread(y));
    return [$.multiply(ties, spread($.divide(gradient, reduceRun(ties, 'sum', start, end))))];
  },
};

/** Reduce the axes start … end − 1. */
export const reduceRun = (x: Tensor, name: ReduceFunction, start: number, end: number): Tensor =>
  start === end ? x : apply(reduceOp, [x], { function: name, start, end });

function reduce(
  x: Tensor,
  name: ReduceFunction,
  axes: readonly number[] | number | undefined,
  keepDimensions: boolean,
): Tensor {
  const chosen =
    axes === undefined ? x.shape.map((_, axis) => axis) : [axes].flat().map((a) => normalizeAxis(a, x.rank));
  const sorted = [...new Set(chosen)].sort((a, b) => a - b);
  let result = x;
  // Runs of neighbouring axes, the last first, so that the axes in front keep their numbers.
  for (let last = sorted.length - 1; last >= 0; ) {
    let first = last;
    while (first > 0 && sorted[first - 1] === sorted[first] - 1) first--;
    result = reduceRun(result, name, sorted[first], sorted[last] + 1);
    last = first - 1;
  }
  if (!keepDimensions) return result;
  return reshape(
    result,
    x.shape.map((dimension, axis) => (sorted.includes(axis) ? 1 : dimension)),
  );
}

/** Options of a reduction. */
export interface ReduceOptions {
  /** The axes to reduce, negative ones counted from the end. Default all. */
  readonly axes?: readonly number[] | number;
  /** Keep the reduced axes with size 1. Default false. */
  readonly keepDimensions?: boolean;
}

/**
 * Sum over axes, Σ x.
 *
 * @param x - Real numbers of any shape.
 * @param options - Which axes, all by default, and whether they stay with size 1.
 * @returns The shape of x without the reduced axes.
 * @throws ShapeError for an axis that x does not have.
 * @example
 * import { constant, evaluate, sum } from 'gradus';
 * const x = constant([1, 2, 3, 4], [2, 2]);
 * evaluate(sum(x)); // 10
 * evaluate(sum(x, { axes: 0 })); // [4, 6]
 */
export const sum = (x: Tensor, options: ReduceOptions = {}): Tensor =>
  reduce(x, 'sum', options.axes, options.keepDimensions ?? false);

/**
 * Average over axes, Σ x / n.
 *
 * @param x - Real numbers of any shape.
 * @param options - Which axes, all by default, and whether they stay with size 1.
 * @returns The shape of x without the reduced axes.
 * @throws ShapeError for an axis that x does not have.
 * @example
 * import { constant, evaluate, mean } from 'gradus';
 * const x = constant([1, 2, 3, 4], [2, 2]);
 * evaluate(mean(x)); // 2.5
 * evaluate(mean(x, { axes: -1, keepDimensions: true })); // [[1.5], [3.5]]
 */
export const mean = (x: Tensor, options: ReduceOptions = {}): Tensor =>
  reduce(x, 'mean', options.axes, options.keepDimensions ?? false);

/**
 * Take the largest number over axes; equal ones share the gradient evenly, NaN passes through.
 *
 * @param x - Real numbers of any shape.
 * @param options - Which axes, all by default, and whether they stay with size 1.
 * @returns The shape of x without the reduced axes.
 * @throws ShapeError for an axis that x does not have, or an empty one.
 * @example
 * import { constant, evaluate, max } from 'gradus';
 * evaluate(max(constant([1, 5, 3, 4], [2, 2]), { axes: 1 })); // [5, 4]
 */
export const max = (x: Tensor, options: ReduceOptions = {}): Tensor =>
  reduce(x, 'maximum', options.axes, options.keepDimensions ?? false);

/** Sum a tensor down to a shape that broadcasts to it: the adjoint of broadcasting. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const offset = x.rank - shape.length;
  const stretched = x.shape.flatMap((dimension, axis) =>
    axis < offset || (shape[axis - offset] === 1 && (dimension !== 1 || isRows(dimension))) ? [axis] : [],
  );
  const result = reduce(x, 'sum', stretched, false);
  return sameShape(result.shape, shape) ? result : reshape(result, shape);
}
