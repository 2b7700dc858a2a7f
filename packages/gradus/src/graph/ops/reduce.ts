import { sizeOf } from '../../util/shape.ts';
import { apply } from '../definition.ts';
import type { Tensor } from '../tensor.ts';
import { divide, equal, multiply } from './binary.ts';
import {
  defineReduce,
  type ReduceFunction,
  type ReduceOptions,
  reduceAxes,
  spread,
  sumRun,
} from './broadcast.ts';
import { count } from './leaves.ts';

export const reduceOp = /* @__PURE__ */ defineReduce<'mean' | 'maximum'>(
  ({ attributes, inputs: [x], outputs: [y], gradient }) => {
    const { function: name, start, end } = attributes;
    if (name === 'mean') {
      const size = count(sizeOf(x.shape.slice(start, end)));
      return [spread(divide(gradient, size), x.shape, attributes)];
    }
    // Equal maxima share the gradient evenly, as PyTorch's amax does.
    const ties = equal(x, spread(y, x.shape, attributes));
    const shared = divide(gradient, sumRun(ties, start, end));
    return [multiply(ties, spread(shared, x.shape, attributes))];
  },
);

/** Reduce the axes start … end − 1. */
export function reduceRun(x: Tensor, name: ReduceFunction, start: number, end: number): Tensor {
  if (name === 'sum') return sumRun(x, start, end);
  return start === end ? x : apply(reduceOp, [x], { function: name, start, end });
}

/**
 * Average over axes, Σ x / n.
 *
 * @param x - A float tensor of any shape.
 * @param options - Which axes, all by default, and whether they stay with size 1.
 * @returns The shape of x without the reduced axes.
 * @throws ShapeError for an axis that x does not have.
 * @example
 * import { constant, evaluate, mean } from 'gradus/tensor';
 * const x = constant([1, 2, 3, 4], [2, 2]);
 * evaluate(mean(x)); // 2.5
 * evaluate(mean(x, { axes: -1, keepDimensions: true })); // [[1.5], [3.5]]
 */
export const mean = (x: Tensor, options: ReduceOptions = {}): Tensor =>
  reduceAxes(x, (part, start, end) => reduceRun(part, 'mean', start, end), options);

/**
 * Take the largest value over axes; equal ones share the gradient evenly, NaN passes through.
 *
 * @param x - A float tensor of any shape.
 * @param options - Which axes, all by default, and whether they stay with size 1.
 * @returns The shape of x without the reduced axes.
 * @throws ShapeError for an axis that x does not have, or an empty one.
 * @example
 * import { constant, evaluate, max } from 'gradus/tensor';
 * evaluate(max(constant([1, 5, 3, 4], [2, 2]), { axes: 1 })); // [5, 4]
 */
export const max = (x: Tensor, options: ReduceOptions = {}): Tensor =>
  reduceAxes(x, (part, start, end) => reduceRun(part, 'maximum', start, end), options);
