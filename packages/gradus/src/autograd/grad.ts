import type { Tensor } from '../graph/tensor.ts';
import { CompiledFunction } from './compiledFunction.ts';
import { type NumberArray, type Numbers, unflatten } from './nestedValues.ts';
import {
  type Leaf,
  leavesOf,
  type Point,
  requireFunction,
  requireScalar,
  shapesOf,
  structured,
  type TensorFunction,
  trace,
} from './trace.ts';

/** An argument of a function: a tensor, or a record of tensors by name. */
export type FunctionInput = Tensor & Readonly<Record<string, Tensor>>;

/** A function of tensors whose value is a scalar. */
export type ScalarFunction = (...inputs: FunctionInput[]) => Tensor;

/** The values at which a function of such parameters can be evaluated. */
export type PointsOf<P extends readonly unknown[]> = {
  [I in keyof P]: P[I] extends FunctionInput ? Point : Numbers;
};

/** A function of one record of tensors whose names are declared. */
export type RecordFunction<P> = (inputs: P) => Tensor;

/** The values at which a function of a declared record can be evaluated. */
export type RecordPoint<P> = { readonly [K in keyof P]: Numbers };

/** A gradient, structured like the values it belongs to; typed arrays become Float64Array. */
export type GradientOf<V> = V extends number
  ? number
  : V extends NumberArray
    ? Float64Array
    : V extends readonly (infer U)[]
      ? GradientOf<U>[]
      : { -readonly [K in keyof V]: GradientOf<V[K]> };

/** The gradient of a single argument, or a list of those of several. */
export type GradientsOf<V extends readonly unknown[]> = V extends readonly [infer One]
  ? GradientOf<One>
  : { -readonly [I in keyof V]: GradientOf<V[I]> };

/** A function's value with its gradient. */
export interface ValueAndGradient<G> {
  /** The function's value. */
  readonly value: number;
  /** Its derivatives, structured like the argument. */
  readonly gradient: G;
}

/**
 * Differentiate a function of tensors: return a function that computes ∂f/∂x for all arguments of f, in float64, by
 * reverse-mode differentiation.
 *
 * @param f - Takes one record of tensors or tensors one by one; returns a scalar tensor. It is run once for every
 *   new combination of shapes, on tensors without values, so it must not look at values.
 * @returns A function of values: a number for a scalar, a typed array for a vector, nested lists for more axes;
 *   an Int32Array holds labels, whose gradient is 0. It returns the gradient in the structure of its argument, or
 *   a list for several arguments; what f does not depend on has gradient 0.
 * @throws ShapeError when f does not return a scalar, or lists are not equally long.
 * @throws ArgumentError when f returns no tensor, or reads tensors from outside.
 * @throws UnsupportedError when f depends on an argument through `step` alone, which has no slope to follow.
 * @example
 * import { add, grad, multiply, pow, square } from 'gradus/tensor';
 * const gradient = grad(({ x, y }) => add(multiply(3, pow(x, 3)), multiply(10, square(y))));
 * gradient({ x: 3, y: 3 }); // { x: 81, y: 60 }
 * grad((x, y) => multiply(x, y))(2, 5); // [5, 2]
 */
export function grad<F extends ScalarFunction>(
  f: F,
): <V extends PointsOf<Parameters<F>>>(...at: V) => GradientsOf<V>;
export function grad<P extends { readonly [K in keyof P]: Tensor }>(
  f: RecordFunction<P>,
): <V extends RecordPoint<P>>(at: V) => GradientOf<V>;
export function grad(f: TensorFunction): (...at: never[]) => unknown {
  const evaluate = evaluator(f);
  return (...at) => evaluate(at).gradient;
}

/**
 * Differentiate a function of tensors, and return its value as well; see `grad`.
 *
 * @param f - Takes one record of tensors or tensors one by one; returns a scalar tensor.
 * @returns A function of values that returns `{ value, gradient }`.
 * @throws ShapeError when f does not return a scalar, or lists are not equally long.
 * @throws ArgumentError when f returns no tensor, or reads tensors from outside.
 * @example
 * import { square, sum, valueAndGrad } from 'gradus/tensor';
 * valueAndGrad((x) => sum(square(x)))([1, 2, 3]); // { value: 14, gradient: [2, 4, 6] }
 */
export function valueAndGrad<F extends ScalarFunction>(
  f: F,
): <V extends PointsOf<Parameters<F>>>(...at: V) => ValueAndGradient<GradientsOf<V>>;
export function valueAndGrad<P extends { readonly [K in keyof P]: Tensor }>(
  f: RecordFunction<P>,
): <V extends RecordPoint<P>>(at: V) => ValueAndGradient<GradientOf<V>>;
export function valueAndGrad(f: TensorFunction): (...at: never[]) => unknown {
  const evaluate = evaluator(f);
  return (...at) => evaluate(at);
}

/** Shared by `grad` and `valueAndGrad`: evaluate f at points, traced once for every combination of shapes. */
function evaluator(f: TensorFunction): (points: readonly Point[]) => ValueAndGradient<unknown> {
  requireFunction(f, 'differentiate', 'Write grad((x) => square(x))(3)');
  const compiled = new Map<string, CompiledFunction>();
  return (points) => {
    const leaves = leavesOf(f, points);
    const key = shapesOf(leaves);
    const known = compiled.get(key) ?? compileAt(f, points, leaves);
    compiled.set(key, known);
    known.write(leaves);
    const value = known.value();
    const gradients = new Map(leaves.map((leaf) => [leaf.path, known.read(leaf, 'gradient')]));
    return {
      value,
      gradient: structured(points, (path, numbers) => unflatten(gradients.get(path)!, numbers)),
    };
  };
}

function compileAt(f: TensorFunction, points: readonly Point[], leaves: readonly Leaf[]): CompiledFunction {
  const traced = trace(f, points, leaves);
  requireScalar(traced.result, 'Reduce it with sum or mean, or take its jacobian');
  return new CompiledFunction(traced, leaves);
}
