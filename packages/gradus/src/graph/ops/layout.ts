import { ShapeError } from '../../util/errors.ts';
import { formatShape, type Shape, sameShape, sizeOf } from '../../util/shape.ts';
import { apply } from '../definition.ts';
import type { OpDefinition, Tensor } from '../tensor.ts';

export const reshapeOp: OpDefinition<'reshape', { readonly shape: Shape }> = {
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

export const transposeOp: OpDefinition<'transpose', { readonly permutation: readonly number[] }> = {
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
 * Reshape a tensor: the same elements, in the same row-major order, in another shape.
 *
 * @param x - Of any shape and type.
 * @param shape - The new shape, of as many elements.
 * @returns The same values in the new shape.
 * @throws ShapeError when the count of elements differs.
 * @example
 * import { constant, evaluate, reshape } from 'gradus/tensor';
 * evaluate(reshape(constant([1, 2, 3, 4]), [2, 2])); // [[1, 2], [3, 4]]
 */
export const reshape = (x: Tensor, shape: Shape): Tensor =>
  sameShape(x.shape, shape) ? x : apply(reshapeOp, [x], { shape });

/**
 * Permute the axes.
 *
 * @param x - Of any shape and type.
 * @param permutation - Which axis of x each axis of the result is. Default the axes in reverse order, which transposes
 *   a matrix.
 * @returns The values with their axes permuted.
 * @throws ShapeError when the permutation does not name every axis once.
 * @example
 * import { constant, evaluate, transpose } from 'gradus/tensor';
 * evaluate(transpose(constant([1, 2, 3, 4, 5, 6], [2, 3]))); // [[1, 4], [2, 5], [3, 6]]
 */
export const transpose = (
  x: Tensor,
  permutation: readonly number[] = x.shape.map((_, axis) => x.rank - 1 - axis),
): Tensor => apply(transposeOp, [x], { permutation });
