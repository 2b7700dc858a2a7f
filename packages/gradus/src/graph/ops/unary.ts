import * as math from '../../util/math.ts';
import type { UnaryFunction } from '../attributes.ts';
import { apply, float, type OpDefinition, type Operations, requireFloat } from '../definition.ts';
import type { Tensor } from '../tensor.ts';

interface UnaryRow {
  /** The function. */
  readonly value: (x: number) => number;
  /** g ↦ g·f′(x), or 'none' where f′ is zero wherever it exists. */
  readonly derivative: (($: Operations, g: Tensor, x: Tensor, y: Tensor) => Tensor) | 'none';
}

const TWO_OVER_ROOT_PI = 1.1283791670955126;

/** One row a function: its value, and its derivative rule. */
export const unaryFunctions: Record<UnaryFunction, UnaryRow> = {
  negate: { value: (x) => -x, derivative: ($, g) => $.negate(g) },
  absolute: { value: Math.abs, derivative: ($, g, x) => $.multiply(g, $.sign(x)) },
  exp: { value: math.exp, derivative: ($, g, _x, y) => $.multiply(g, y) },
  log: { value: math.log, derivative: ($, g, x) => $.divide(g, x) },
  log1p: { value: math.log1p, derivative: ($, g, x) => $.divide(g, $.affine(x, 1, 1)) },
  sqrt: { value: Math.sqrt, derivative: ($, g, _x, y) => $.divide(g, $.affine(y, 2, 0)) },
  square: { value: (x) => x * x, derivative: ($, g, x) => $.multiply(g, $.affine(x, 2, 0)) },
  reciprocal: { value: (x) => 1 / x, derivative: ($, g, _x, y) => $.negate($.multiply(g, $.square(y))) },
  sin: { value: math.sin, derivative: ($, g, x) => $.multiply(g, $.cos(x)) },
  cos: { value: math.cos, derivative: ($, g, x) => $.negate($.multiply(g, $.sin(x))) },
  sign: { value: Math.sign, derivative: 'none' },
  erf: {
    value: math.erf,
    derivative: ($, g, x) => $.multiply(g, $.affine($.exp($.negate($.square(x))), TWO_OVER_ROOT_PI, 0)),
  },
  step: { value: (x) => (x > 0 ? 1 : x <= 0 ? 0 : x), derivative: 'none' },
};

export const unaryOp: OpDefinition<'unary'> = {
  op: 'unary',
  types(inputs, attributes) {
    requireFloat(inputs, attributes.function);
    return [float(inputs[0].shape)];
  },
  derivative({ $, attributes, inputs, outputs, gradient }) {
    const rule = unaryFunctions[attributes.function].derivative;
    return [rule === 'none' ? undefined : rule($, gradient, inputs[0], outputs[0])];
  },
  evaluate({ attributes, inputs, outputs }) {
    const { value } = unaryFunctions[attributes.function];
    const x = inputs[0].values;
    const y = outputs[0].values;
    for (let i = 0; i < y.length; i++) y[i] = value(x[i]);
  },
};

export const powerConstantOp: OpDefinition<'powerConstant'> = {
  op: 'powerConstant',
  types(inputs) {
    requireFloat(inputs, 'pow');
    return [float(inputs[0].shape)];
  },
  // d(x^p) = p·x^(p−1)
  derivative: ({ $, attributes: { exponent }, inputs, gradient }) => [
    exponent === 0 ? undefined : $.multiply(gradient, $.affine($.pow(inputs[0], exponent - 1), exponent, 0)),
  ],
  evaluate({ attributes, inputs, outputs }) {
    const x = inputs[0].values;
    const y = outputs[0].values;
    for (let i = 0; i < y.length; i++) y[i] = math.pow(x[i], attributes.exponent);
  },
};

export const affineOp: OpDefinition<'affine'> = {
  op: 'affine',
  types(inputs) {
    requireFloat(inputs, 'affine');
    return [float(inputs[0].shape)];
  },
  derivative: ({ $, attributes, gradient }) => [$.affine(gradient, attributes.scale, 0)],
  evaluate({ attributes: { scale, shift }, inputs, outputs }) {
    const x = inputs[0].values;
    const y = outputs[0].values;
    for (let i = 0; i < y.length; i++) y[i] = scale * x[i] + shift;
  },
};

export const clipOp: OpDefinition<'clip'> = {
  op: 'clip',
  types(inputs) {
    requireFloat(inputs, 'clip');
    return [float(inputs[0].shape)];
  },
  // 1 inside the closed interval, 0 outside, as PyTorch's clamp
  derivative({ $, attributes: { low, high }, inputs: [x], gradient }) {
    const inside = $.multiply($.greaterEqual(x, $.constant(low)), $.greaterEqual($.constant(high), x));
    return [$.multiply(gradient, inside)];
  },
  evaluate({ attributes: { low, high }, inputs, outputs }) {
    const x = inputs[0].values;
    const y = outputs[0].values;
    for (let i = 0; i < y.length; i++) y[i] = Math.min(Math.max(x[i], low), high);
  },
};

export const stopGradientOp: OpDefinition<'stopGradient'> = {
  op: 'stopGradient',
  types: (inputs) => [inputs[0]],
  derivative: 'none',
  evaluate: ({ inputs, outputs }) => outputs[0].values.set(inputs[0].values),
};

const unary =
  (name: UnaryFunction) =>
  (x: Tensor): Tensor =>
    apply(unaryOp, [x], { function: name });

/** Compute −x. */
export const negate = unary('negate');
/** Compute |x|. The derivative at 0 is 0. */
export const absolute = unary('absolute');
/** Compute e^x. */
export const exp = unary('exp');
/** Compute the natural logarithm of x. */
export const log = unary('log');
/** Compute log(1 + x), exact near 0. */
export const log1p = unary('log1p');
/** Compute √x. */
export const sqrt = unary('sqrt');
/** Compute x². */
export const square = unary('square');
/** Compute 1/x. */
export const reciprocal = unary('reciprocal');
/** Compute sin x, x in radians. */
export const sin = unary('sin');
/** Compute cos x, x in radians. */
export const cos = unary('cos');
/** Compute the sign of x: −1, 0 or 1. The derivative counts as 0. */
export const sign = unary('sign');
/** Compute the error function, 2/√π ∫₀ˣ e^(−t²) dt. */
export const erf = unary('erf');
/** Compute 1 where x > 0, else 0. The derivative counts as 0. */
export const step = unary('step');

/** Compute scale·x + shift with fixed numbers. */
export const affine = (x: Tensor, scale: number, shift: number): Tensor =>
  apply(affineOp, [x], { scale, shift });

/** Compute x^exponent with a fixed exponent. */
export const powConstant = (x: Tensor, exponent: number): Tensor => apply(powerConstantOp, [x], { exponent });

/** Compute min(max(x, low), high). The derivative is 1 inside the interval, its ends included. */
export const clip = (x: Tensor, low: number, high: number): Tensor => apply(clipOp, [x], { low, high });

/** Pass x on and let no gradient through. */
export const stopGradient = (x: Tensor): Tensor => apply(stopGradientOp, [x], {});
