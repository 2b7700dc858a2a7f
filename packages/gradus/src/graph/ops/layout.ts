import { ShapeError } from '../../util/errors.ts';
import { broadcastShapes, formatShape, type Shape, sameShape, sizeOf } from '../../util/shape.ts';
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
