import { ShapeError } from '../../util/errors.ts';
import { type Dimension, formatShape, normalizeAxis, type Shape, sameShape } from '../../util/shape.ts';
import { apply } from '../definition.ts';
import type { OpDefinition, Tensor } from '../tensor.ts';

export const sliceOp: OpDefinition<
  'slice',
  { readonly starts: readonly Dimension[]; readonly sizes: Shape }
> = {
  op: 'slice',
  types([x], { starts, sizes }) {
    if (starts.length !== x.rank || sizes.length !== x.rank) {
      throw new ShapeError({
        received: `a slice with ${starts.length} starts and ${sizes.length} sizes of ${formatShape(x.shape)}`,
        expected: `${x.rank} of each`,
      });
    }
    x.shape.forEach((dimension, axis) => {
      requireInside(starts[axis], sizes[axis], dimension, axis);
    });
    return [{ shape: sizes, dataType: x.dataType }];
  },
  derivative: ({ attributes: { starts }, inputs, gradient }) => [pad(gradient, starts, inputs[0].shape)],
};

/** Refuse a slice that leaves its axis. Dimensions in rows compare with dimensions in rows. */
function requireInside(start: Dimension, size: Dimension, dimension: Dimension, axis: number): void {
  const sameUnit = dimension < 0 ? start <= 0 && size <= 0 : start >= 0 && size >= 0;
  if (!sameUnit || Math.abs(start) + Math.abs(size) > Math.abs(dimension)) {
    throw new ShapeError({
      received: `a slice from ${start} of size ${size} on axis ${axis}, which has size ${formatShape([dimension])}`,
      expected: 'a slice inside the axis, in rows where the axis counts rows',
    });
  }
}

/** The adjoint of slice: the input placed at `starts` in zeros of `shape`. */
export const padOp: OpDefinition<'pad', { readonly starts: readonly Dimension[]; readonly shape: Shape }> = {
  op: 'pad',
  types([x], { starts, shape }) {
    shape.forEach((dimension, axis) => {
      requireInside(starts[axis], x.shape[axis], dimension, axis);
    });
    return [{ shape, dataType: x.dataType }];
  },
  derivative: ({ attributes: { starts }, inputs, gradient }) => [slice(gradient, starts, inputs[0].shape)],
};

export const concatenateOp: OpDefinition<'concatenate', { readonly axis: number }> = {
  op: 'concatenate',
  types(inputs, { axis }) {
    const first = inputs[0].shape;
    const others = (shape: Shape): Shape => shape.filter((_, i) => i !== axis);
    for (const { shape } of inputs) {
      if (
        shape.length !== first.length ||
        !sameShape(others(shape), others(first)) ||
        shape[axis] < 0 !== first[axis] < 0
      ) {
        throw new ShapeError({
          received: `concatenate of ${inputs.map((x) => formatShape(x.shape)).join(', ')} along axis ${axis}`,
          expected: 'equal sizes on all other axes',
        });
      }
    }
    const total = inputs.reduce((size, { shape }) => size + shape[axis], 0);
    return [
      { shape: first.map((dimension, i) => (i === axis ? total : dimension)), dataType: inputs[0].dataType },
    ];
  },
  derivative({ attributes: { axis }, inputs, gradient }) {
    let start = 0;
    return inputs.map(({ shape }) => {
      const starts = shape.map((_, i) => (i === axis ? start : 0));
      start += shape[axis];
      return slice(gradient, starts, shape);
    });
  },
};

/**
 * Cut a box out of a tensor.
 *
 * @param x - Of any shape and type.
 * @param starts - Where the box begins, one index per axis.
 * @param sizes - How many elements it holds, one size per axis.
 * @returns A tensor of shape `sizes`.
 * @throws ShapeError when the box leaves the tensor.
 * @example
 * import { constant, evaluate, slice } from 'gradus/tensor';
 * evaluate(slice(constant([1, 2, 3, 4, 5, 6], [2, 3]), [0, 1], [2, 2])); // [[2, 3], [5, 6]]
 */
export const slice = (x: Tensor, starts: readonly Dimension[], sizes: Shape): Tensor =>
  apply(sliceOp, [x], { starts, sizes });

/**
 * Put a tensor into a larger one of zeros; the adjoint of `slice`.
 *
 * @param x - Of any shape and type.
 * @param starts - The position of its first element, one index per axis.
 * @param shape - The shape of the result.
 * @returns A tensor of the shape.
 * @throws ShapeError when the tensor does not fit there.
 * @example
 * import { constant, evaluate, pad } from 'gradus/tensor';
 * evaluate(pad(constant([1, 2]), [1], [4])); // [0, 1, 2, 0]
 */
export const pad = (x: Tensor, starts: readonly Dimension[], shape: Shape): Tensor =>
  apply(padOp, [x], { starts, shape });

/**
 * Join tensors along an axis.
 *
 * @param tensors - At least one; of equal sizes on all other axes.
 * @param axis - Counted from the end when negative. Default the last.
 * @returns Their values side by side.
 * @throws ShapeError when there are none, or they do not fit.
 * @example
 * import { concatenate, constant, evaluate } from 'gradus/tensor';
 * const column = constant([1, 2], [2, 1]);
 * evaluate(concatenate([column, column])); // [[1, 1], [2, 2]]
 */
export const concatenate = (tensors: readonly Tensor[], axis = -1): Tensor => {
  if (tensors.length === 0)
    throw new ShapeError({ received: 'concatenate of nothing', expected: 'at least one tensor' });
  return tensors.length === 1
    ? tensors[0]
    : apply(concatenateOp, tensors, { axis: normalizeAxis(axis, tensors[0].rank) });
};
