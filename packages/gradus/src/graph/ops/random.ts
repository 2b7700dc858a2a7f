import { ArgumentError } from '../../util/errors.ts';
import type { Shape } from '../../util/shape.ts';
import { apply, elementwiseType, float } from '../definition.ts';
import type { OpDefinition, Tensor } from '../tensor.ts';

/** x ⊙ mask / (1 − rate); the mask is drawn again, the same one, wherever the stream is the same */
export const dropoutOp: OpDefinition<'dropout', { readonly rate: number; readonly stream: string }> = {
  op: 'dropout',
  types: (inputs) => elementwiseType(inputs, 'dropout'),
  // The mask is a function of (stream, step, element), so the rule draws it again instead of keeping it.
  derivative: ({ attributes, gradient }) => [dropout(gradient, attributes.rate, attributes.stream)],
};

/** Random values: uniform (low, high) or normal (mean, deviation). */
export interface RandomAttributes {
  readonly distribution: 'uniform' | 'normal';
  readonly a: number;
  readonly b: number;
  readonly shape: Shape;
  readonly stream: string;
}

export const randomOp: OpDefinition<'random', RandomAttributes> = {
  op: 'random',
  types: (_, { shape }) => [float(shape)],
  derivative: 'none',
};

/**
 * Set each element to 0 with probability `rate` and scale the others by 1/(1 − rate) (Srivastava et al. 2014).
 *
 * @param x - A float tensor of any shape.
 * @param rate - The probability, from 0 up to, not including, 1.
 * @param stream - The name of the random stream: the same name draws the same mask within a step.
 * @returns The same shape as x.
 * @throws ArgumentError when the rate is not in [0, 1).
 * @example
 * import { constant, dropout, evaluate } from 'gradus/tensor';
 * evaluate(dropout(constant([1, 2, 3, 4]), 0.5, 'mask')); // [0, 4, 0, 8]
 */
export function dropout(x: Tensor, rate: number, stream: string): Tensor {
  if (!(rate >= 0 && rate < 1)) {
    throw new ArgumentError({
      received: `dropout rate ${rate}`,
      expected: 'a number from 0 up to, not including, 1',
    });
  }
  return rate === 0 ? x : apply(dropoutOp, [x], { rate, stream });
}

/**
 * Fill a tensor with uniform random values in [low, high), new ones every step.
 *
 * @param shape - Its shape.
 * @param low - The lower bound.
 * @param high - The upper bound.
 * @param stream - The name of the random stream: the same name draws the same values within a step.
 * @returns A tensor of the shape.
 * @example
 * import { evaluate, randomUniform } from 'gradus/tensor';
 * evaluate(randomUniform([3], 0, 1, 'noise')); // [0.015552, 0.345944, 0.530509]
 */
export const randomUniform = (shape: Shape, low: number, high: number, stream: string): Tensor =>
  apply(randomOp, [], { distribution: 'uniform', a: low, b: high, shape, stream });

/**
 * Fill a tensor with normally distributed random values, new ones every step.
 *
 * @param shape - Its shape.
 * @param average - Their mean.
 * @param deviation - Their standard deviation.
 * @param stream - The name of the random stream: the same name draws the same values within a step.
 * @returns A tensor of the shape.
 * @example
 * import { evaluate, randomNormal } from 'gradus/tensor';
 * evaluate(randomNormal([3], 0, 1, 'noise')); // [-1.636115, 2.377022, -0.883967]
 */
export const randomNormal = (shape: Shape, average: number, deviation: number, stream: string): Tensor =>
  apply(randomOp, [], { distribution: 'normal', a: average, b: deviation, shape, stream });
