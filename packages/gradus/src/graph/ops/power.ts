import { apply, elementwiseType, type OpDefinition } from '../definition.ts';
import type { Tensor } from '../tensor.ts';
import { asTensor, type Operand, power } from './binary.ts';
import { affine } from './unary.ts';

export const powerConstantOp: OpDefinition<'powerConstant'> = {
  op: 'powerConstant',
  types: (inputs) => elementwiseType(inputs, 'pow'),
  // d(x^p) = p·x^(p−1)
  derivative: ({ $, attributes: { exponent }, inputs, gradient }) => [
    exponent === 0
      ? undefined
      : $.multiply(gradient, affine(powConstant(inputs[0], exponent - 1), exponent, 0)),
  ],
};

/** Compute x^exponent with a fixed exponent. */
export const powConstant = (x: Tensor, exponent: number): Tensor => apply(powerConstantOp, [x], { exponent });

/**
 * Compute x^exponent element by element.
 *
 * @param x - A tensor or a number; below 0 it needs whole exponents.
 * @param exponent - A number, or a tensor as in `power`.
 * @returns The shape of x, broadcast with that of the exponent.
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * import { constant, evaluate, pow } from 'gradus';
 * evaluate(pow(constant([1, -2, 3]), 3)); // [1, -8, 27]
 */
export const pow = (x: Operand, exponent: Operand): Tensor =>
  typeof exponent === 'number' ? powConstant(asTensor(x), exponent) : power(x, exponent);
