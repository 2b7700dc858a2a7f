import { differentiate } from '../graph/differentiate.ts';
import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import { sizeOf } from '../util/shape.ts';
import type { PointsOf, RecordFunction, RecordPoint, ScalarFunction } from './grad.ts';
import { type NestedNumbers, type NumberArray, nest } from './nestedValues.ts';
import { leavesOf, type Point, requireFunction, structured, type TensorFunction, trace } from './trace.ts';
import { TracedGradients } from './tracedGradients.ts';

/** Something for every tensor among the arguments: records by name. */
export type EachTensor<V, T> = V extends number | NumberArray | readonly unknown[]
  ? T
  : { -readonly [K in keyof V]: T };

/** The derivatives of a tensor by one argument as they are, by several as a list. */
export type JacobianOf<V extends readonly unknown[]> = V extends readonly [infer One]
  ? EachTensor<One, NestedNumbers>
  : { -readonly [I in keyof V]: EachTensor<V[I], NestedNumbers> };

/** The name of the input that holds the gradient of a result; no argument can have it. */
const SEED = '#seed';

/**
 * Differentiate a function of tensors by all its arguments: return a function that computes ∂fₖ/∂xᵢ for every element
 * k of the result and i of the arguments, in float64.
 *
 * Row by row in reverse mode where the result has no more elements than the arguments have; else column by column:
 * Jᵀu is linear in u, and its derivative in the direction v is Jv.
 *
 * @param f - Takes one record of tensors or tensors one by one; returns a tensor of any shape. It is run on tensors
 *   without values, so it must not look at values.
 * @returns A function of values, as that of `grad`. A tensor of shape [m] differentiated by one of shape [n] gives m
 *   lists of n numbers; in general the axes of the result come first, those of the argument follow. Records give records,
 *   several arguments a list. What f does not depend on, and labels, have derivatives 0.
 * @throws ArgumentError when f returns no tensor, or reads tensors from outside.
 * @throws ShapeError when lists are not equally long.
 * @example
 * import { jacobian, multiply, sin } from 'gradus/tensor';
 * jacobian((x) => multiply(x, x))([1, 2]); // [[2, 0], [0, 4]]
 * jacobian(({ r, angle }) => multiply(r, sin(angle)))({ r: 2, angle: 0 }); // { r: 0, angle: 2 }
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
    const flow = new TracedGradients(leaves, tensors);
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
