import { ShapeError } from '../../util/errors.ts';
import {
  broadcastShapes,
  type Dimension,
  formatShape,
  isRows,
  normalizeAxis,
  type Shape,
  sameShape,
  sizeOf,
} from '../../util/shape.ts';
import { apply, float, requireFloat } from '../definition.ts';
import type { DerivativeRule, OpDefinition, Tensor, TensorType } from '../tensor.ts';
import { reshape } from './layout.ts';

// Broadcasting and summing are each other's adjoint, so they share a file; other reductions: reduce.ts.

export const broadcastOp: OpDefinition<'broadcast', { readonly shape: Shape }> = {
  op: 'broadcast',
  types([x], { shape }) {
    if (!sameShape(broadcastShapes(x.shape, shape), shape)) {
      throw new ShapeError({
        received: `broadcast of ${formatShape(x.shape)} to ${formatShape(shape)}`,
        expected: 'a shape that only stretches axes of size 1',
      });
    }
    return [{ shape, dataType: x.dataType }];
  },
  derivative: ({ inputs, gradient }) => [sumTo(gradient, inputs[0].shape)],
};

/**
 * Broadcast a tensor to a shape: stretch axes of size 1, and add axes in front.
 *
 * @param x - Of any shape and type.
 * @param shape - The shape of the result.
 * @returns The values, repeated to the shape.
 * @throws ShapeError when more than axes of size 1 would have to be stretched.
 * @example
 * import { broadcastTo, constant, evaluate } from 'gradus/tensor';
 * evaluate(broadcastTo(constant([1, 2]), [3, 2])); // [[1, 2], [1, 2], [1, 2]]
 */
export const broadcastTo = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : apply(broadcastOp, [x], { shape });

/** Reductions over a run of neighbouring axes. */
export type ReduceFunction = 'sum' | 'mean' | 'maximum';

/** Axes start … end − 1 are reduced and vanish. */
export interface ReduceAttributes<Name extends ReduceFunction = ReduceFunction> {
  readonly function: Name;
  readonly start: number;
  readonly end: number;
}

/** Split a concrete shape around the reduced axes: [outer, axis, inner] element counts. */
export function reductionExtents(
  shape: Shape,
  start: number,
  end: number,
): [Dimension, Dimension, Dimension] {
  return [sizeOf(shape.slice(0, start)), sizeOf(shape.slice(start, end)), sizeOf(shape.slice(end))];
}

function reducedType(
  inputs: readonly Tensor[],
  { function: name, start, end }: ReduceAttributes,
): readonly TensorType[] {
  requireFloat(inputs, name);
  const { shape } = inputs[0];
  if (name === 'maximum' && sizeOf(shape.slice(start, end)) === 0) {
    throw new ShapeError({
      received: `the maximum over an empty axis of ${formatShape(shape)}`,
      expected: 'at least one element',
    });
  }
  return [float([...shape.slice(0, start), ...shape.slice(end)])];
}

/** Define a reduction, or several, by the derivative. */
export const defineReduce = <Name extends ReduceFunction>(
  derivative: DerivativeRule<ReduceAttributes<Name>>,
): OpDefinition<'reduce', ReduceAttributes<Name>> => ({ op: 'reduce', types: reducedType, derivative });

/** Spread what was reduced over the axes start … end − 1 to the shape before. */
export const spread = (y: Tensor, shape: Shape, { start, end }: ReduceAttributes): Tensor =>
  broadcastTo(
    reshape(
      y,
      shape.map((dimension, axis) => (axis >= start && axis < end ? 1 : dimension)),
    ),
    shape,
  );

export const sumOp = /* @__PURE__ */ defineReduce<'sum'>(({ attributes, inputs: [x], gradient }) => [
  spread(gradient, x.shape, attributes),
]);

/** Sum over the axes start … end − 1. */
export const sumRun = (x: Tensor, start: number, end: number): Tensor =>
  start === end ? x : apply(sumOp, [x], { function: 'sum', start, end });

/** Reduce any axes, given how to reduce a run of neighbouring ones. */
export function reduceAxes(
  x: Tensor,
  reduceRun: (x: Tensor, start: number, end: number) => Tensor,
  { axes, keepDimensions = false }: ReduceOptions,
): Tensor {
  const chosen =
    axes === undefined ? x.shape.map((_, axis) => axis) : [axes].flat().map((a) => normalizeAxis(a, x.rank));
  const sorted = [...new Set(chosen)].sort((a, b) => a - b);
  let result = x;
  // Runs of neighbouring axes, the last first, so that the axes in front keep their indices.
  for (let last = sorted.length - 1; last >= 0; ) {
    let first = last;
    while (first > 0 && sorted[first - 1] === sorted[first] - 1) first--;
    result = reduceRun(result, sorted[first], sorted[last] + 1);
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
 * @param x - A float tensor of any shape.
 * @param options - Which axes, all by default, and whether they stay with size 1.
 * @returns The shape of x without the reduced axes.
 * @throws ShapeError for an axis that x does not have.
 * @example
 * import { constant, evaluate, sum } from 'gradus/tensor';
 * const x = constant([1, 2, 3, 4], [2, 2]);
 * evaluate(sum(x)); // 10
 * evaluate(sum(x, { axes: 0 })); // [4, 6]
 */
export const sum = (x: Tensor, options: ReduceOptions = {}): Tensor => reduceAxes(x, sumRun, options);

/** Sum a tensor down to a shape that broadcasts to it: the adjoint of broadcasting. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const offset = x.rank - shape.length;
  const stretched = x.shape.flatMap((dimension, axis) =>
    axis < offset || (shape[axis - offset] === 1 && (dimension !== 1 || isRows(dimension))) ? [axis] : [],
  );
  const result = sum(x, { axes: stretched });
  return sameShape(result.shape, shape) ? result : reshape(result, shape);
}
