import { ShapeError } from '../../util/errors.ts';
import { formatShape, type Shape } from '../../util/shape.ts';
import { apply, float, requireFloat } from '../definition.ts';
import type { OpDefinition, Tensor } from '../tensor.ts';

function requireTable(table: Tensor, indices: Tensor): void {
  requireFloat([table], 'take');
  if (table.rank > 0 && indices.dataType !== 'byte') return;
  throw new ShapeError({
    received: `take from ${formatShape(table.shape)} by indices of type '${indices.dataType}'`,
    expected: "a table with at least one axis, and indices of type 'int' or 'float'",
  });
}

/** inputs: table [n, …], indices; output: the table's slices at the indices */
export const takeOp: OpDefinition<'take', Readonly<Record<never, never>>> = {
  op: 'take',
  types([table, indices]) {
    requireTable(table, indices);
    return [float([...indices.shape, ...table.shape.slice(1)])];
  },
  derivative: ({ inputs: [table, indices], gradient }) => [
    takeGradient(gradient, indices, table.shape),
    undefined,
  ],
};

/** The adjoint of take; inputs: gradient, indices; output: zeros of `shape` with every slice added at its index */
export const takeGradientOp: OpDefinition<'takeGradient', { readonly shape: Shape }> = {
  op: 'takeGradient',
  types: (_, { shape }) => [float(shape)],
  // Both are linear, and each other's adjoint.
  derivative: ({ inputs: [, indices], gradient }) => [take(gradient, indices), undefined],
};

/**
 * Pick slices of a table along its first axis: yᵢ = table[indexᵢ], as an embedding looks up its vectors.
 *
 * @param table - Shape [n, …].
 * @param indices - Whole numbers from 0 to n − 1, of any shape, as type 'int' or 'float'; any other index gives NaN,
 *   and adds nothing to a gradient.
 * @returns Shape [indices' axes, the table's without its first].
 * @throws ShapeError for a scalar as table.
 * @example
 * import { constant, evaluate, take } from 'gradus/tensor';
 * evaluate(take(constant([1, 2, 3, 4, 5, 6], [3, 2]), constant([2, 0]))); // [[5, 6], [1, 2]]
 */
export const take = (table: Tensor, indices: Tensor): Tensor => apply(takeOp, [table, indices], {});

/** Add each slice of a gradient to zeros of a table's shape, at its index; in the order of the indices. */
export const takeGradient = (gradient: Tensor, indices: Tensor, shape: Shape): Tensor =>
  apply(takeGradientOp, [gradient, indices], { shape });
