import { differentiate } from '../graph/differentiate.ts';
import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import { interpret } from '../runtime/reference/interpret.ts';
import { sizeOf } from '../util/shape.ts';
import type { PointsOf, RecordFunction, RecordPoint, ScalarFunction } from './grad.ts';
import { type NestedNumbers, type NumberArray, nest } from './numbers.ts';
import {
  type Leaf,
  leavesOf,
  type Point,
  requireFunction,
  requireScalar,
  structured,
  type TensorFunction,
  type Traced,
  trace,
} from './trace.ts';

/** Something for every tensor among the arguments: records by name. */
export type EachTensor<V, T> = V extends number | NumberArray | readonly unknown[]
  ? T
  : { -readonly [K in keyof V]: T };

/** The derivatives of a tensor by one argument as they are, by several as a list. */
export type JacobianOf<V extends readonly unknown[]> = V extends readonly [infer One]
  ? EachTensor<One, NestedNumbers>
  : { -readonly [I in keyof V]: EachTensor<V[I], NestedNumbers> };

/** Something in the place of every number of a value. */
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

/** Numbers that are 0 but for one: which leaf, which element. */
interface Direction {
  readonly path: string;
  readonly element: number;
}

/** The name of the input that holds what flows back into a result; no argument can be called so. */
const SEED = '#seed';

/**
 * Derive a function of tensors by everything that it takes: give a function that computes ∂fₖ/∂xᵢ for every element
 * k of the result and i of the arguments, in float64.
 *
 * Row by row in reverse mode where the result has no more elements than the arguments have; else column by column:
 * Jᵀu is linear in u, and its derivative in the direction v is Jv.
 *
 * @param f - Takes one record of tensors or tensors one by one; returns a tensor of any shape. It is run on tensors
 *   without numbers, so it must not look at values.
 * @returns A function of numbers, as `grad` gives one. A tensor of shape [m] derived by one of shape [n] gives m lists
 *   of n numbers; in general the axes of the result come first, those of the argument follow. Records give records,
 *   several arguments a list. What f does not depend on, and labels, have derivatives 0.
 * @throws ArgumentError when f returns no tensor, or reads tensors from outside.
 * @throws ShapeError when lists are not equally long.
 * @example
 * import { jacobian, mul, sin } from 'gradus';
 * jacobian((x) => mul(x, x))([1, 2]); // [[2, 0], [0, 4]]
 * jacobian(({ r, angle }) => mul(r, sin(angle)))({ r: 2, angle: 0 }); // { r: 0, angle: 2 }
 */
export function jacobian<F extends ScalarFunction>(
  f: F,
): <V extends PointsOf<Parameters<F>>>(...at: V) => JacobianOf<V>;
export function jacobian<P extends { readonly [K in keyof P]: Tensor }>(
  f: RecordFunction<P>,
): <V extends RecordPoint<P>>(at: V) => EachTensor<V, NestedNumbers>;
export function jacobian(f: TensorFunction): (...at: never[]) => unknown {
  requireFunction(f, 'differentiate', 'Write jacobian((x) => square(x))([1, 2])');
  return (...at: readonly Point[]) => {
    const leaves = leavesOf(f, at);
    const { result, tensors } = trace(f, at, leaves);
    const flow = new Flow(leaves, tensors);
    const columns = flow.directions.length;
    const rows = sizeOf(result.shape);
    const seed = $.input(SEED, result.shape);
    const pulled = flow.gradients(result, seed);
    const blocks = new Map(
      leaves.map(({ path, flat }) => [path, new Float64Array(rows * flat.values.length)]),
    );
    if (rows <= columns) {
      for (let row = 0; row < rows; row++) {
        const unit = new Float64Array(rows);
        unit[row] = 1;
        for (const { path, values } of flow.compute(pulled, { [SEED]: unit }))
          blocks.get(path)!.set(values, row * values.length);
      }
    } else {
      const [pushed] = differentiate(new Map([[flow.along(pulled), $.constant(1)]]), [seed]);
      for (const direction of pushed === undefined ? [] : flow.directions) {
        const column = flow.at([pushed!], { [SEED]: new Float64Array(rows), ...flow.unit(direction) })[0];
        const block = blocks.get(direction.path)!;
        const width = block.length / rows;
        for (let row = 0; row < rows; row++) block[row * width + direction.element] = column[row];
      }
    }
    const flats = new Map(leaves.map(({ path, flat }) => [path, flat]));
    return structured(at, (path) => nest(blocks.get(path)!, [...result.shape, ...flats.get(path)!.shape]));
  };
}

/**
 * Derive a scalar function twice: give a function that computes ∂²f/∂xᵢ∂xⱼ for all that f takes, in float64.
 *
 * The gradient's graph is derived once more in the direction of each element: a row of the Hessian a pass.
 *
 * @param f - Takes one record of tensors or tensors one by one; returns a scalar tensor.
 * @returns A function of numbers. For a vector of n numbers it gives n lists of n numbers; in general the axes of the
 *   argument twice. Records give records of records, `{ x: { x, y }, y: { x, y } }`, several arguments lists of lists.
 * @throws ShapeError when f does not return a scalar, or lists are not equally long.
 * @throws ArgumentError when f returns no tensor, or reads tensors from outside.
 * @example
 * import { add, hessian, mul, pow, square, sum } from 'gradus';
 * hessian(({ x, y }) => add(mul(3, pow(x, 3)), mul(10, square(y))))({ x: 1, y: 4 }); // { x: { x: 18, y: 0 }, y: { x: 0, y: 20 } }
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
    const { result, tensors } = trace(f, at, leaves);
    requireScalar(result, 'Reduce it with sum or mean');
    const flow = new Flow(leaves, tensors);
    const second = flow.gradients(flow.along(flow.gradients(result, $.constant(1))), $.constant(1));
    const flats = new Map(leaves.map(({ path, flat }) => [path, flat]));
    const block = (path: string, other: string): string => `${path} by ${other}`;
    const blocks = new Map(
      leaves.flatMap((leaf) =>
        leaves.map((other): [string, Float64Array] => [
          block(leaf.path, other.path),
          new Float64Array(leaf.flat.values.length * other.flat.values.length),
        ]),
      ),
    );
    for (const direction of flow.directions) {
      for (const { path, values } of flow.compute(second, flow.unit(direction)))
        blocks.get(block(direction.path, path))!.set(values, direction.element * values.length);
    }
    return structured(at, (path) =>
      structured(at, (other) =>
        nest(blocks.get(block(path, other))!, [...flats.get(path)!.shape, ...flats.get(other)!.shape]),
      ),
    );
  };
}

/** What the gradients of a traced function are computed with: its real arguments, and a direction beside each. */
class Flow {
  /** One for every real number among the arguments. */
  readonly directions: readonly Direction[];
  private readonly leaves: readonly Leaf[];
  private readonly real: readonly Leaf[];
  private readonly tensors: readonly Tensor[];
  private readonly toward: readonly Tensor[];

  constructor(leaves: readonly Leaf[], tensors: Traced['tensors']) {
    this.leaves = leaves;
    this.real = leaves.filter(({ flat }) => flat.dataType === 'float');
    this.tensors = this.real.map(({ path }) => tensors.get(path)!);
    this.toward = this.real.map(({ path, flat }) => $.input(`#${path}`, flat.shape));
    this.directions = this.real.flatMap(({ path, flat }) =>
      Array.from(flat.values, (_, element) => ({ path, element })),
    );
  }

  /** The gradient of each real argument; undefined where nothing flows. */
  gradients(result: Tensor, seed: Tensor): readonly (Tensor | undefined)[] {
    return differentiate(new Map([[result, seed]]), this.tensors);
  }

  /** The sum of the gradients' products with the direction: how the function changes along it. */
  along(gradients: readonly (Tensor | undefined)[]): Tensor {
    return gradients.reduce<Tensor>(
      (total, gradient, i) =>
        gradient === undefined ? total : $.add(total, $.sum($.multiply(gradient, this.toward[i]))),
      $.constant(0),
    );
  }

  /** The direction of one element, as inputs. */
  unit({ path, element }: Direction): Record<string, Float64Array> {
    return Object.fromEntries(
      this.real.map((leaf) => {
        const values = new Float64Array(leaf.flat.values.length);
        if (leaf.path === path) values[element] = 1;
        return [`#${leaf.path}`, values];
      }),
    );
  }

  /** The numbers of gradients, those that nothing flows to left out. */
  compute(
    gradients: readonly (Tensor | undefined)[],
    inputs: Readonly<Record<string, ArrayLike<number>>>,
  ): { readonly path: string; readonly values: ArrayLike<number> }[] {
    const known = gradients.flatMap((tensor, i) =>
      tensor === undefined ? [] : [{ tensor, path: this.real[i].path }],
    );
    const numbers = this.at(
      known.map(({ tensor }) => tensor),
      inputs,
    );
    return known.map(({ path }, i) => ({ path, values: numbers[i] }));
  }

  /** The numbers of tensors at the arguments. */
  at(
    tensors: readonly Tensor[],
    inputs: Readonly<Record<string, ArrayLike<number>>>,
  ): readonly ArrayLike<number>[] {
    const given = Object.fromEntries(this.leaves.map(({ path, flat }) => [path, flat.values]));
    const arrays = interpret(tensors, {
      inputs: { ...given, ...inputs },
      parameters: (name) => given[name],
    });
    return arrays.map(({ values }) => values);
  }
}
