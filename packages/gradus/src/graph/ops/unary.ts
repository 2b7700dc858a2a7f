import * as math from '../../util/math.ts';
import { apply, elementwiseType } from '../definition.ts';
import type { OpDefinition, Tensor } from '../tensor.ts';
import { affine, negate } from './affine.ts';
import { divide, greaterEqual, multiply } from './binary.ts';
import { defineUnary, type UnaryFormula } from './elementwise.ts';
import { constant } from './leaves.ts';

const TWO_OVER_ROOT_PI = 1.1283791670955126;

/** Functions of one number; for `negate` see affine.ts. */
export const unaryFormulas = {
  absolute: { value: Math.abs, derivative: (g, x) => multiply(g, sign(x)) },
  exp: { value: math.exp, derivative: (g, _x, y) => multiply(g, y) },
  log: { value: math.log, derivative: (g, x) => divide(g, x) },
  log1p: { value: math.log1p, derivative: (g, x) => divide(g, affine(x, 1, 1)) },
  // y′ = 1/(2y)
  sqrt: { value: Math.sqrt, derivative: (g, _x, y) => divide(g, affine(y, 2, 0)) },
  // 2·g first, since g is often one scalar for many elements of x.
  square: { value: (x) => x * x, derivative: (g, x) => multiply(affine(g, 2, 0), x) },
  // y′ = −y²
  reciprocal: { value: (x) => 1 / x, derivative: (g, _x, y) => negate(multiply(g, square(y))) },
  sin: { value: math.sin, derivative: (g, x) => multiply(g, cos(x)) },
  cos: { value: math.cos, derivative: (g, x) => negate(multiply(g, sin(x))) },
  sign: { value: Math.sign, derivative: 'none' },
  // y′ = 2/√π·e^(−x²)
  erf: {
    value: math.erf,
    derivative: (g, x) => multiply(g, affine(exp(negate(square(x))), TWO_OVER_ROOT_PI, 0)),
  },
  step: { value: (x) => (x > 0 ? 1 : x <= 0 ? 0 : x), derivative: 'none' },
} satisfies Record<string, UnaryFormula>;

export const unaryOp = /* @__PURE__ */ defineUnary(unaryFormulas);

const unary = (name: keyof typeof unaryFormulas, x: Tensor): Tensor =>
  apply(unaryOp, [x], { function: name });

/** min(max(x, low), high) */
export const clipOp: OpDefinition<'clip', { readonly low: number; readonly high: number }> = {
  op: 'clip',
  types: (inputs) => elementwiseType(inputs, 'clip'),
  // 1 inside the closed interval, 0 outside, as PyTorch's clamp
  derivative({ attributes: { low, high }, inputs: [x], gradient }) {
    const inside = multiply(greaterEqual(x, constant(low)), greaterEqual(constant(high), x));
    return [multiply(gradient, inside)];
  },
};

export const stopGradientOp: OpDefinition<'stopGradient', Readonly<Record<never, never>>> = {
  op: 'stopGradient',
  types: (inputs) => [inputs[0]],
  derivative: 'none',
};

/**
 * Compute |x| element by element; the derivative at 0 is 0.
 *
 * @param x - A float tensor of any shape.
 * @returns The same shape as x.
 * @example
 * import { absolute, constant, evaluate } from 'gradus/tensor';
 * evaluate(absolute(constant([-1.5, 2]))); // [1.5, 2]
 */
export const absolute = (x: Tensor): Tensor => unary('absolute', x);

/**
 * Compute eˣ element by element.
 *
 * @param x - A float tensor of any shape.
 * @returns The same shape as x.
 * @example
 * import { constant, evaluate, exp } from 'gradus/tensor';
 * evaluate(exp(constant([0, 1]))); // [1, 2.71828]
 */
export const exp = (x: Tensor): Tensor => unary('exp', x);

/**
 * Compute the natural logarithm log x element by element: −Infinity at 0, NaN below.
 *
 * @param x - A float tensor of any shape.
 * @returns The same shape as x.
 * @example
 * import { constant, evaluate, log } from 'gradus/tensor';
 * evaluate(log(constant([1, 10]))); // [0, 2.302585]
 */
export const log = (x: Tensor): Tensor => unary('log', x);

/**
 * Compute log(1 + x) element by element, exact to the last bits near 0 too.
 *
 * @param x - A float tensor of any shape.
 * @returns The same shape as x.
 * @example
 * import { constant, evaluate, log1p } from 'gradus/tensor';
 * evaluate(log1p(constant([0, 1e-20]))); // [0, 1e-20]
 */
export const log1p = (x: Tensor): Tensor => unary('log1p', x);

/**
 * Compute √x element by element: NaN below 0.
 *
 * @param x - A float tensor of any shape.
 * @returns The same shape as x.
 * @example
 * import { constant, evaluate, sqrt } from 'gradus/tensor';
 * evaluate(sqrt(constant([4, 9]))); // [2, 3]
 */
export const sqrt = (x: Tensor): Tensor => unary('sqrt', x);

/**
 * Compute x² element by element.
 *
 * @param x - A float tensor of any shape.
 * @returns The same shape as x.
 * @example
 * import { constant, evaluate, square } from 'gradus/tensor';
 * evaluate(square(constant([-3, 0.5]))); // [9, 0.25]
 */
export const square = (x: Tensor): Tensor => unary('square', x);

/**
 * Compute 1/x element by element.
 *
 * @param x - A float tensor of any shape.
 * @returns The same shape as x.
 * @example
 * import { constant, evaluate, reciprocal } from 'gradus/tensor';
 * evaluate(reciprocal(constant([2, -4]))); // [0.5, -0.25]
 */
export const reciprocal = (x: Tensor): Tensor => unary('reciprocal', x);

/**
 * Compute sin x element by element.
 *
 * @param x - Angles in radians, of any shape.
 * @returns The same shape as x.
 * @example
 * import { constant, evaluate, sin } from 'gradus/tensor';
 * evaluate(sin(constant([0, Math.PI / 6]))); // [0, 0.5]
 */
export const sin = (x: Tensor): Tensor => unary('sin', x);

/**
 * Compute cos x element by element.
 *
 * @param x - Angles in radians, of any shape.
 * @returns The same shape as x.
 * @example
 * import { constant, cos, evaluate } from 'gradus/tensor';
 * evaluate(cos(constant([0, Math.PI / 3]))); // [1, 0.5]
 */
export const cos = (x: Tensor): Tensor => unary('cos', x);

/**
 * Compute the sign of x element by element; the derivative counts as 0 everywhere.
 *
 * @param x - A float tensor of any shape.
 * @returns −1, 0 or 1, the same shape as x.
 * @example
 * import { constant, evaluate, sign } from 'gradus/tensor';
 * evaluate(sign(constant([-2, 0, 3]))); // [-1, 0, 1]
 */
export const sign = (x: Tensor): Tensor => unary('sign', x);

/**
 * Compute the error function element by element, erf x = 2/√π ∫₀ˣ e^(−t²) dt.
 *
 * @param x - A float tensor of any shape.
 * @returns Between −1 and 1, the same shape as x.
 * @example
 * import { constant, erf, evaluate } from 'gradus/tensor';
 * evaluate(erf(constant([0, 1]))); // [0, 0.842701]
 */
export const erf = (x: Tensor): Tensor => unary('erf', x);

/**
 * Compute the unit step element by element, 1 where x > 0 and else 0; the derivative counts as 0 everywhere.
 *
 * @param x - A float tensor of any shape.
 * @returns 0 or 1, the same shape as x.
 * @example
 * import { constant, evaluate, step } from 'gradus/tensor';
 * evaluate(step(constant([-2, 0, 3]))); // [0, 0, 1]
 */
export const step = (x: Tensor): Tensor => unary('step', x);

/**
 * Keep x within bounds element by element, min(max(x, low), high); the derivative is 1 inside, the bounds included,
 * and 0 outside.
 *
 * @param x - A float tensor of any shape.
 * @param low - The lower bound.
 * @param high - The upper bound; where it is below `low`, it wins.
 * @returns The same shape as x.
 * @example
 * import { clip, constant, evaluate } from 'gradus/tensor';
 * evaluate(clip(constant([-5, 0.3, 5]), -1, 1)); // [-1, 0.3, 1]
 */
export const clip = (x: Tensor, low: number, high: number): Tensor => apply(clipOp, [x], { low, high });

/**
 * Return x and block its gradient: for derivatives it is a constant.
 *
 * @param x - Of any shape.
 * @returns The same values.
 * @example
 * import { grad, multiply, stopGradient } from 'gradus/tensor';
 * grad((x) => multiply(x, stopGradient(x)))(3); // 3
 */
export const stopGradient = (x: Tensor): Tensor => apply(stopGradientOp, [x], {});
