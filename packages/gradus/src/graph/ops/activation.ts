import * as math from '../../util/math.ts';
import type { ActivationFunction } from '../attributes.ts';
import { apply, float, type OpDefinition, type Operations, requireFloat } from '../definition.ts';
import type { Tensor } from '../tensor.ts';

/** One activation: its value, what its gradient is computed from, and the two derivatives. */
export interface ActivationRow {
  /** f(x) */
  readonly value: (x: number, alpha: number) => number;
  /** Whether f′ is computed from the output y or from the input x. */
  readonly saves: 'output' | 'input';
  /** f′ as a function of what is saved. */
  readonly slope: (saved: number, alpha: number) => number;
  /** The derivative of `slope` by what is saved, for derivatives of second order; 'none' where it is 0. */
  readonly curvature: (($: Operations, saved: Tensor, alpha: number) => Tensor) | 'none';
}

const ROOT_HALF = 0.7071067811865476;
const INVERSE_ROOT_TWO_PI = 0.3989422804014327;
const ROOT_TWO_OVER_PI = 0.7978845608028654;
const CUBIC = 0.044715;

const normalDensity = ($: Operations, x: Tensor): Tensor =>
  $.affine($.exp($.affine($.square(x), -0.5, 0)), INVERSE_ROOT_TWO_PI, 0);

/** One row an activation (Hendrycks & Gimpel 2016 for GELU; Elfwing et al. 2018 for SiLU; Clevert et al. 2016 for ELU). */
export const activationFunctions: Record<ActivationFunction, ActivationRow> = {
  identity: { value: (x) => x, saves: 'output', slope: () => 1, curvature: 'none' },
  // y = 1/(1 + e^−x), y′ = y(1 − y)
  sigmoid: {
    value: (x) => math.sigmoid(x),
    saves: 'output',
    slope: (y) => y * (1 - y),
    curvature: ($, y) => $.affine(y, -2, 1),
  },
  // y′ = 1 − y²
  tanh: {
    value: (x) => math.tanh(x),
    saves: 'output',
    slope: (y) => 1 - y * y,
    curvature: ($, y) => $.affine(y, -2, 0),
  },
  relu: { value: (x) => (x < 0 ? 0 : x), saves: 'output', slope: (y) => (y > 0 ? 1 : 0), curvature: 'none' },
  leakyRelu: {
    value: (x, alpha) => (x < 0 ? alpha * x : x),
    saves: 'output',
    slope: (y, alpha) => (y > 0 ? 1 : alpha),
    curvature: 'none',
  },
  // α(e^x − 1) below 0, where y′ = y + α
  elu: {
    value: (x, alpha) => (x < 0 ? alpha * math.expm1(x) : x),
    saves: 'output',
    slope: (y, alpha) => (y > 0 ? 1 : y + alpha),
    curvature: ($, y) => $.greaterEqual($.constant(0), y),
  },
  // y = log(1 + e^x), y′ = σ(x) = 1 − e^−y
  softplus: {
    value: (x) => Math.max(x, 0) + math.log1p(math.exp(-Math.abs(x))),
    saves: 'output',
    slope: (y) => -math.expm1(-y),
    curvature: ($, y) => $.exp($.negate(y)),
  },
  // y = xΦ(x), y′ = Φ + xφ, y″ = φ(2 − x²)
  gelu: {
    value: (x) => 0.5 * x * (1 + math.erf(x * ROOT_HALF)),
    saves: 'input',
    slope: (x) => 0.5 * (1 + math.erf(x * ROOT_HALF)) + x * INVERSE_ROOT_TWO_PI * math.exp(-0.5 * x * x),
    curvature: ($, x) => $.multiply(normalDensity($, x), $.affine($.square(x), -1, 2)),
  },
  // y = ½x(1 + t), t = tanh u, u = √(2/π)(x + 0.044715x³)
  geluTanh: {
    value: (x) => 0.5 * x * (1 + math.tanh(ROOT_TWO_OVER_PI * (x + CUBIC * x * x * x))),
    saves: 'input',
    slope(x) {
      const t = math.tanh(ROOT_TWO_OVER_PI * (x + CUBIC * x * x * x));
      return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * ROOT_TWO_OVER_PI * (1 + 3 * CUBIC * x * x);
    },
    // y″ = (1 − t²)(u′ + ½xu″ − xtu′²)
    curvature($, x) {
      const cube = $.multiply(x, $.square(x));
      const t = $.tanh($.affine($.add(x, $.affine(cube, CUBIC, 0)), ROOT_TWO_OVER_PI, 0));
      const u1 = $.affine($.square(x), 3 * CUBIC * ROOT_TWO_OVER_PI, ROOT_TWO_OVER_PI);
      const u2 = $.affine(x, 6 * CUBIC * ROOT_TWO_OVER_PI, 0);
      const half = $.affine($.multiply(x, u2), 0.5, 0);
      const inner = $.subtract($.add(u1, half), $.multiply($.multiply(x, t), $.square(u1)));
      return $.multiply($.affine($.square(t), -1, 1), inner);
    },
  },
  // y = xσ(x), y′ = σ(1 + x(1 − σ))
  silu: {
    value: (x) => x * math.sigmoid(x),
    saves: 'input',
    slope(x) {
      const s = math.sigmoid(x);
      return s * (1 + x * (1 - s));
    },
    // y″ = σ(1 − σ)(2 + x(1 − 2σ))
    curvature($, x) {
      const s = $.sigmoid(x);
      const inner = $.affine($.multiply(x, $.affine(s, -2, 1)), 1, 2);
      return $.multiply($.multiply(s, $.affine(s, -1, 1)), inner);
    },
  },
};

export const activationOp: OpDefinition<'activation'> = {
  op: 'activation',
  types(inputs, attributes) {
    requireFloat(inputs, attributes.function);
    return [float(inputs[0].shape)];
  },
  derivative({ $, attributes, inputs, outputs, gradient }) {
    const saved = activationFunctions[attributes.function].saves === 'output' ? outputs[0] : inputs[0];
    return [$.activationGradient(attributes, gradient, saved)];
  },
  evaluate({ attributes: { function: name, alpha }, inputs, outputs }) {
    const { value } = activationFunctions[name];
    const x = inputs[0].values;
    const y = outputs[0].values;
    for (let i = 0; i < y.length; i++) y[i] = value(x[i], alpha);
  },
};

export const activationGradientOp: OpDefinition<'activationGradient'> = {
  op: 'activationGradient',
  types: (inputs) => [float(inputs[0].shape)],
  // z = g·s(v): dz/dg is the op itself, dz/dv = g·s′(v)
  derivative({ $, attributes, inputs: [g, saved], gradient }) {
    const { curvature } = activationFunctions[attributes.function];
    return [
      $.activationGradient(attributes, gradient, saved),
      curvature === 'none'
        ? undefined
        : $.multiply($.multiply(gradient, g), curvature($, saved, attributes.alpha)),
    ];
  },
  evaluate({ attributes: { function: name, alpha }, inputs: [g, saved], outputs: [out] }) {
    const { slope } = activationFunctions[name];
    for (let i = 0; i < out.values.length; i++) out.values[i] = g.values[i] * slope(saved.values[i], alpha);
  },
};

/** Apply an activation function by name. */
export const activation = (x: Tensor, name: ActivationFunction, alpha = 0): Tensor =>
  apply(activationOp, [x], { function: name, alpha });

/** Multiply a gradient by the slope of an activation, computed from what the activation saves. */
export const activationGradient = (
  attributes: { readonly function: ActivationFunction; readonly alpha: number },
  gradient: Tensor,
  saved: Tensor,
): Tensor =>
  apply(activationGradientOp, [gradient, saved], { function: attributes.function, alpha: attributes.alpha });

const plain =
  (name: ActivationFunction) =>
  (x: Tensor): Tensor =>
    activation(x, name);

/** Compute the logistic function σ(x) = 1/(1 + e^−x), between 0 and 1. */
export const sigmoid = plain('sigmoid');
/** Compute the hyperbolic tangent, between −1 and 1. */
export const tanh = plain('tanh');
/** Compute max(x, 0); the derivative at 0 is 0. */
export const relu = plain('relu');
/** Compute x where x ≥ 0, else slope·x. */
export const leakyRelu = (x: Tensor, slope = 0.01): Tensor => activation(x, 'leakyRelu', slope);
/** Compute x where x ≥ 0, else α(e^x − 1). */
export const elu = (x: Tensor, alpha = 1): Tensor => activation(x, 'elu', alpha);
/** Compute log(1 + e^x). */
export const softplus = plain('softplus');
/** Compute xΦ(x), Φ the normal distribution function. */
export const gelu = plain('gelu');
/** Compute ½x(1 + tanh(√(2/π)(x + 0.044715x³))). */
export const geluTanh = plain('geluTanh');
/** Compute x·σ(x), also called Swish. */
export const silu = plain('silu');
