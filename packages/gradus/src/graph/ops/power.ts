import * as math from '../../util/math.ts';
import { apply, elementwiseType } from '../definition.ts';
import type { OpDefinition, Tensor } from '../tensor.ts';
import { affine } from './affine.ts';
import { add, asTensor, equal, multiply, type Operand } from './binary.ts';
import { type BinaryFormula, defineBinary } from './elementwise.ts';
import { constant } from './leaves.ts';
import { log } from './unary.ts';

/** a^b: by a b·a^(b−1), by b a^b·log a. */
export const powerFormulas = {
  power: {
    value: math.pow,
    // The second holds 0 where a = 0, as 0^b does not move with b > 0.
    derivative(g, a, b, y) {
      const safe = add(a, equal(a, constant(0)));
      return [multiply(g, multiply(b, power(a, affine(b, 1, -1)))), multiply(multiply(g, y), log(safe))];
    },
  },
} satisfies Record<string, BinaryFormula>;

export const powerOp = /* @__PURE__ */ defineBinary(powerFormulas);

/** x^exponent with a fixed exponent. */
export const powerConstantOp: OpDefinition<'powerConstant', { readonly exponent: number }> = {
  op: 'powerConstant',
  types: (inputs) => elementwiseType(inputs, 'pow'),
  // d(x^p) = p·x^(p−1)
  derivative: ({ attributes: { exponent }, inputs, gradient }) => [
    exponent === 0
      ? undefined
      : multiply(gradient, affine(powConstant(inputs[0], exponent - 1), exponent, 0)),
  ],
};

/**
 * Compute a^b element by element, both of them differentiable; `pow` is quicker where the exponent is a number.
 *
 * @param a - The base, a tensor or a number; below 0 it needs whole exponents.
 * @param b - The exponent, a tensor or a number; the shapes are broadcast.
 * @returns The broadcast shape.
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * import { constant, evaluate, power } from 'gradus/tensor';
 * evaluate(power(constant([2, 9]), constant([3, 0.5]))); // [8, 3]
 */
export const power = (a: Operand, b: Operand): Tensor =>
  apply(powerOp, [asTensor(a), asTensor(b)], { function: 'power' });

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
 * import { constant, evaluate, pow } from 'gradus/tensor';
 * evaluate(pow(constant([1, -2, 3]), 3)); // [1, -8, 27]
 */
export const pow = (x: Operand, exponent: Operand): Tensor =>
  typeof exponent === 'number' ? powConstant(asTensor(x), exponent) : power(x, exponent);
