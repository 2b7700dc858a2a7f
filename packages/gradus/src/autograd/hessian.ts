import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { PointsOf, RecordFunction, RecordPoint, ScalarFunction } from './grad.ts';
import { type NestedNumbers, type NumberArray, nest } from './nestedValues.ts';
import {
  type Leaf,
  leavesOf,
  type Point,
  requireFunction,
  requireScalar,
  structured,
  type TensorFunction,
  trace,
} from './trace.ts';
import { TracedGradients } from './tracedGradients.ts';

/** A structure like a value's, with something else for every number. */
export type EachNumber<V, T> = V extends number
  ? T
  : V extends NumberArray
    ? T[]
    : V extends readonly (infer U)[]
      ? EachNumber<U, T>[]
      : never;

/** Derivatives by A and by B: for records by both names, the axes of A before those of B. */
export type SecondDerivatives<A, B> = A extends number | NumberArray | readonly unknown[]
  ? B extends number | NumberArray | readonly unknown[]
    ? EachNumber<A, EachNumber<B, number>>
    : { -readonly [L in keyof B]: SecondDerivatives<A, B[L]> }
  : { -readonly [K in keyof A]: SecondDerivatives<A[K], B> };

/** The second derivatives by one argument as they are, by several as a list of lists. */
export type HessianOf<V extends readonly unknown[]> = V extends readonly [infer One]
  ? SecondDerivatives<One, One>
  : { -readonly [I in keyof V]: { -readonly [J in keyof V]: SecondDerivatives<V[I], V[J]> } };

/**
 * Differentiate a scalar function twice: return a function that computes ∂²f/∂xᵢ∂xⱼ for all arguments of f, in float64.
 *
 * The gradient's graph is differentiated once more in the direction of each element: one row of the Hessian per pass.
 *
 * @param f - Takes one record of tensors or tensors one by one; returns a scalar tensor.
 * @returns A function of values. For a vector of n numbers it returns n lists of n numbers; in general the axes of the
 *   argument twice. Records give records of records, `{ x: { x, y }, y: { x, y } }`, several arguments lists of lists.
 * @throws ShapeError when f does not return a scalar, or lists are not equally long.
 * @throws ArgumentError when f returns no tensor, or reads tensors from outside.
 * @example
 * import { add, hessian, multiply, pow, square, sum } from 'gradus/tensor';
 * hessian(({ x, y }) => add(multiply(3, pow(x, 3)), multiply(10, square(y))))({ x: 1, y: 4 }); // { x: { x: 18, y: 0 }, y: { x: 0, y: 20 } }
 * hessian((v) => pow(sum(v), 3))([1, 1]); // [[12, 12], [12, 12]]
 */
export function hessian<F extends ScalarFunction>(
  f: F,
): <V extends PointsOf<Parameters<F>>>(...at: V) => HessianOf<V>;
export function hessian<P extends { readonly [K in keyof P]: Tensor }>(
  f: RecordFunction<P>,
): <V extends RecordPoint<P>>(at: V) => HessianOf<[V]>;
export function hessian(f: TensorFunction): (...at: never[]) => unknown {
  requireFunction(f, 'differentiate twice', 'Write hessian((x) => sum(square(x)))([1, 2])');
  return (...at: readonly Point[]) => {
    const leaves = leavesOf(f, at);
    const { matrix, offsets, size } = secondDerivatives(f, at, leaves);
    const flats = new Map(leaves.map(({ path, flat }) => [path, flat]));
    const block = (path: string, other: string): NestedNumbers => {
      const [rows, columns] = [flats.get(path)!, flats.get(other)!];
      const [down, right] = [offsets.get(path), offsets.get(other)];
      const width = columns.values.length;
      const values = new Float64Array(rows.values.length * width);
      if (down !== undefined && right !== undefined) {
        for (let row = 0; row < rows.values.length; row++) {
          const from = (down + row) * size + right;
          values.set(matrix.subarray(from, from + width), row * width);
        }
      }
      return nest(values, [...rows.shape, ...columns.shape]);
    };
    return structured(at, (path) => structured(at, (other) => block(path, other)));
  };
}

/** Value, gradient and Hessian of a scalar function, all real arguments in one row. */
export interface Derivatives {
  readonly value: number;
  readonly gradient: Float64Array;
  /** size × size values, row by row. */
  readonly matrix: Float64Array;
  readonly size: number;
  /** Where each float argument begins, by its path; labels have none. */
  readonly offsets: ReadonlyMap<string, number>;
}

/** Compute the derivatives of a scalar function up to the second: a row of the Hessian a pass. */
export function secondDerivatives(
  f: TensorFunction,
  at: readonly Point[],
  leaves: readonly Leaf[],
): Derivatives {
  const { result, tensors } = trace(f, at, leaves);
  requireScalar(result, 'Reduce it with sum or mean');
  const flow = new TracedGradients(leaves, tensors);
  const size = flow.directions.length;
  const offsets = new Map<string, number>();
  flow.directions.forEach(({ path, element }, i) => {
    if (element === 0) offsets.set(path, i);
  });
  const first = flow.gradients(result, $.constant(1));
  const second = flow.gradients(flow.along(first), $.constant(1));
  const gradient = new Float64Array(size);
  for (const { path, values } of flow.compute(first, {})) gradient.set(values, offsets.get(path) ?? 0);
  const matrix = new Float64Array(size * size);
  flow.directions.forEach((direction, row) => {
    for (const { path, values } of flow.compute(second, flow.unit(direction)))
      matrix.set(values, row * size + (offsets.get(path) ?? 0));
  });
  return { value: flow.at([result], {})[0][0], gradient, matrix, size, offsets };
}
