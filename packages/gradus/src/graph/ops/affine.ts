import { apply, elementwiseType } from '../definition.ts';
import type { OpDefinition, Tensor } from '../tensor.ts';
import { defineUnary, type UnaryFormula } from './elementwise.ts';

// Linear functions of one number: their derivatives are constants, so that they need no other ops.

/** −x, whose derivative is −1. */
export const negation = {
  negate: { value: (x) => -x, derivative: (g) => negate(g) },
} satisfies Record<string, UnaryFormula>;

export const negateOp = /* @__PURE__ */ defineUnary(negation);

/** scale·x + shift */
export const affineOp: OpDefinition<'affine', { readonly scale: number; readonly shift: number }> = {
  op: 'affine',
  types: (inputs) => elementwiseType(inputs, 'affine'),
  derivative: ({ attributes, gradient }) => [affine(gradient, attributes.scale, 0)],
};

/**
 * Compute −x element by element.
 *
 * @param x - A float tensor of any shape.
 * @returns The same shape as x.
 * @example
 * import { constant, evaluate, negate } from 'gradus/tensor';
 * evaluate(negate(constant([1, -2]))); // [-1, 2]
 */
export const negate = (x: Tensor): Tensor => apply(negateOp, [x], { function: 'negate' });

/** Compute scale·x + shift with a fixed scale and shift. */
export const affine = (x: Tensor, scale: number, shift: number): Tensor =>
  apply(affineOp, [x], { scale, shift });
