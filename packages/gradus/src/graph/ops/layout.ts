import { ShapeError } from '../../util/errors.ts';
import {
  broadcastShapes,
  type Dimension,
  formatShape,
  normalizeAxis,
  type Shape,
  sameShape,
  sizeOf,
} from '../../util/shape.ts';
import { apply, type OpDefinition } from '../definition.ts';
import type { Tensor } from '../tensor.ts';

export const broadcastOp: OpDefinition<'broadcast'> = {
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
  derivative: ({ $, inputs, gradient }) => [$.sumTo(gradient, inputs[0].shape)],
};

export const reshapeOp: OpDefinition<'reshape'> = {
  op: 'reshape',
  types([x], { shape }) {
    if (sizeOf(shape) !== sizeOf(x.shape)) {
      throw new ShapeError({
        received: `reshape of ${formatShape(x.shape)} to ${formatShape(shape)}`,
        expected: 'as many elements as before',
      });
    }
    return [{ shape, dataType: x.dataType }];
  },
  derivative: ({ inputs, gradient }) => [reshape(gradient, inputs[0].shape)],
};

export const transposeOp: OpDefinition<'transpose'> = {
  op: 'transpose',
  types([x], { permutation }) {
    const valid =
      permutation.length === x.rank && [...permutation].sort((a, b) => a - b).every((axis, i) => axis === i);
    if (!valid) {
      throw new ShapeError({
        received: `transpose of ${formatShape(x.shape)} by [${permutation.join(', ')}]`,
        expected: `a permutation of the ${x.rank} axes`,
      });
    }
    return [{ shape: permutation.map((axis) => x.shape[axis]), dataType: x.dataType }];
  },
  derivative({ attributes: { permutation }, gradient }) {
    const inverse = permutation.map((_, axis) => permutation.indexOf(axis));
    return [transpose(gradient, inverse)];
  },
};

export const sliceOp: OpDefinition<'slice'> = {
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

export const padOp: OpDefinition<'pad'> = {
  op: 'pad',
  types([x], { starts, shape }) {
    shape.forEach((dimension, axis) => {
      requireInside(starts[axis], x.shape[axis], dimension, axis);
    });
    return [{ shape, dataType: x.dataType }];
  },
  derivative: ({ attributes: { starts }, inputs, gradient }) => [slice(gradient, starts, inputs[0].shape)],
};

export const concatenateOp: OpDefinition<'concatenate'> = {
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
 * Stretch axes of size 1, and add axes in front, so that the tensor gets a shape.
 *
 * @param x - Of any shape and type.
 * @param shape - The shape it gets.
 * @returns The numbers repeated to the shape.
 * @throws ShapeError when more than axes of size 1 would have to be stretched.
 * @example
 * import { broadcastTo, constant, evaluate } from 'gradus';
 * evaluate(broadcastTo(constant([1, 2]), [3, 2])); // [[1, 2], [1, 2], [1, 2]]
 */
export const broadcastTo = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : apply(broadcastOp, [x], { shape });

/**
 * Give the same elements, in the same row-major order, another shape.
 *
 * @param x - Of any shape and type.
 * @param shape - The new shape, of as many elements.
 * @returns The same numbers in the new shape.
 * @throws ShapeError when the count of elements differs.
 * @example
 * import { constant, evaluate, reshape } from 'gradus';
 * evaluate(reshape(constant([1, 2, 3, 4]), [2, 2])); // [[1, 2], [3, 4]]
 */
export const reshape = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : apply(reshapeOp, [x], { shape });

/**
 * Permute the axes.
 *
 * @param x - Of any shape and type.
 * @param permutation - Which axis of x each axis of the result is. Default the order turned round, which transposes a
 *   matrix.
 * @returns The numbers with their axes permuted.
 * @throws ShapeError when the permutation does not name every axis once.
 * @example
 * import { constant, evaluate, transpose } from 'gradus';
 * evaluate(transpose(constant([1, 2, 3, 4, 5, 6], [2, 3]))); // [[1, 4], [2, 5], [3, 6]]
 */
export const transpose = (
  x: Tensor,
  permutation: readonly number[] = x.shape.map((_, axis) => x.rank - 1 - axis),
): Tensor => apply(transposeOp, [x], { permutation });

/**
 * Cut a box out of a tensor.
 *
 * @param x - Of any shape and type.
 * @param starts - Where the box begins, one index an axis.
 * @param sizes - How many elements it holds, one number an axis.
 * @returns A tensor of shape `sizes`.
 * @throws ShapeError when the box leaves the tensor.
 * @example
 * import { constant, evaluate, slice } from 'gradus';
 * evaluate(slice(constant([1, 2, 3, 4, 5, 6], [2, 3]), [0, 1], [2, 2])); // [[2, 3], [5, 6]]
 */
export const slice = (x: Tensor, starts: readonly Dimension[], sizes: Shape): Tensor =>
  apply(sliceOp, [x], { starts, sizes });

/**
 * Put a tensor into a larger one of zeros; the adjoint of `slice`.
 *
 * @param x - Of any shape and type.
 * @param starts - Where its first element comes to stand, one index an axis.
 * @param shape - The shape of the result.
 * @returns A tensor of the shape.
 * @throws ShapeError when the tensor does not fit there.
 * @example
 * import { constant, evaluate, pad } from 'gradus';
 * evaluate(pad(constant([1, 2]), [1], [4])); // [0, 1, 2, 0]
 */
export const pad = (x: Tensor, starts: readonly Dimension[], shape: Shape): Tensor =>
  apply(padOp, [x], { starts, shape });

/**
 * Join tensors along an axis.
 *
 * @param tensors - At least one; of equal sizes on all other axes.
 * @param axis - Counted from the end when negative. Default the last.
 * @returns Their numbers side by side.
 * @throws ShapeError when there are none, or they do not fit.
 * @example
 * import { concatenate, constant, evaluate } from 'gradus';
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
