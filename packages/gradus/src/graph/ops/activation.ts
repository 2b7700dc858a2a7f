import * as math from '../../util/math.ts';
import { apply, elementwiseType, float } from '../definition.ts';
import type { OpDefinition, Tensor } from '../tensor.ts';
import { affine, negate } from './affine.ts';
import { add, greaterEqual, multiply, subtract } from './binary.ts';
import { constant } from './leaves.ts';
import { exp, square } from './unary.ts';

/** An activation function y = f(x), with a parameter alpha that few of them use. */
interface ActivationFormula {
  /** f(x), on numbers. */
  readonly value: (x: number, alpha: number) => number;
  /** Whether f′ is computed from the output y or from the input x. */
  readonly saves: 'output' | 'input';
  /** f′ as a function of what is saved, on numbers. */
  readonly slope: (saved: number, alpha: number) => number;
  /** The derivative of the slope by what is saved, for derivatives of second order; 'none' where it is 0. */
  readonly curvature: ((saved: Tensor, alpha: number) => Tensor) | 'none';
}

const INVERSE_ROOT_TWO_PI = 0.3989422804014327;
const ROOT_TWO_OVER_PI = 0.7978845608028654;
const CUBIC = 0.044715;

/** log(1 + e^x), the form that does not overflow */
const softplusOf = (x: number): number => Math.max(x, 0) + math.log1p(math.exp(-Math.abs(x)));

/** φ(x) = e^(−x²/2)/√(2π) */
const normalDensity = (x: Tensor): Tensor => affine(exp(affine(square(x), -0.5, 0)), INVERSE_ROOT_TWO_PI, 0);

/** One row an activation. */
export const activationFormulas = {
  identity: { value: (x) => x, saves: 'output', slope: () => 1, curvature: 'none' },
  // y = 1/(1 + e^−x), y′ = y(1 − y)
  sigmoid: {
    value: (x) => math.sigmoid(x),
    saves: 'output',
    slope: (y) => y * (1 - y),
    curvature: (y) => affine(y, -2, 1),
  },
  // y′ = 1 − y²
  tanh: {
    value: (x) => math.tanh(x),
    saves: 'output',
    slope: (y) => 1 - y * y,
    curvature: (y) => affine(y, -2, 0),
  },
  relu: {
    value: (x) => (x < 0 ? 0 : x),
    saves: 'output',
    slope: (y) => (y > 0 ? 1 : 0),
    curvature: 'none',
  },
  leakyRelu: {
    value: (x, alpha) => (x < 0 ? alpha * x : x),
    saves: 'output',
    slope: (y, alpha) => (y > 0 ? 1 : alpha),
    curvature: 'none',
  },
  // α(e^x − 1) below 0, where y′ = y + α (Clevert et al. 2016)
  elu: {
    value: (x, alpha) => (x < 0 ? alpha * math.expm1(x) : x),
    saves: 'output',
    slope: (y, alpha) => (y > 0 ? 1 : y + alpha),
    curvature: (y) => greaterEqual(constant(0), y),
  },
  // y = log(1 + e^x), y′ = σ(x) = 1 − e^−y
  softplus: {
    value: softplusOf,
    saves: 'output',
    slope: (y) => -math.expm1(-y),
    curvature: (y) => exp(negate(y)),
  },
  // y = xΦ(x), y′ = Φ + xφ, y″ = φ(2 − x²) (Hendrycks & Gimpel 2016)
  gelu: {
    value: (x) => 0.5 * x * (1 + math.erf(x * Math.SQRT1_2)),
    saves: 'input',
    slope: (x) => 0.5 * (1 + math.erf(x * Math.SQRT1_2)) + x * INVERSE_ROOT_TWO_PI * math.exp(-0.5 * x * x),
    curvature: (x) => multiply(normalDensity(x), affine(square(x), -1, 2)),
  },
  // y = ½x(1 + t), t = tanh u, u = √(2/π)(x + 0.044715x³)
  geluTanh: {
    value: (x) => 0.5 * x * (1 + math.tanh(ROOT_TWO_OVER_PI * (x + CUBIC * x * x * x))),
    saves: 'input',
    // y′ = ½(1 + t) + ½x(1 − t²)u′
    slope(x) {
      const t = math.tanh(ROOT_TWO_OVER_PI * (x + CUBIC * x * x * x));
      return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * ROOT_TWO_OVER_PI * (1 + 3 * CUBIC * x * x);
    },
    // y″ = (1 − t²)(u′ + ½xu″ − xtu′²)
    curvature(x) {
      const cube = multiply(x, square(x));
      const t = tanh(affine(add(x, affine(cube, CUBIC, 0)), ROOT_TWO_OVER_PI, 0));
      const u1 = affine(square(x), 3 * CUBIC * ROOT_TWO_OVER_PI, ROOT_TWO_OVER_PI);
      const u2 = affine(x, 6 * CUBIC * ROOT_TWO_OVER_PI, 0);
      const half = affine(multiply(x, u2), 0.5, 0);
      const inner = subtract(add(u1, half), multiply(multiply(x, t), square(u1)));
      return multiply(affine(square(t), -1, 1), inner);
    },
  },
  // y = xσ(x), y′ = σ(1 + x(1 − σ)) (Elfwing et al. 2018)
  silu: {
    value: (x) => x * math.sigmoid(x),
    saves: 'input',
    slope(x) {
      const s = math.sigmoid(x);
      return s * (1 + x * (1 - s));
    },
    // y″ = σ(1 − σ)(2 + x(1 − 2σ))
    curvature(x) {
      const s = sigmoid(x);
      const inner = affine(multiply(x, affine(s, -2, 1)), 1, 2);
      return multiply(multiply(s, affine(s, -1, 1)), inner);
    },
  },
  // y = xt, t = tanh(log(1 + e^x)), y′ = t + xt′, t′ = (1 − t²)σ(x) (Misra 2020)
  mish: {
    value: (x) => x * math.tanh(softplusOf(x)),
    saves: 'input',
    slope(x) {
      const t = math.tanh(softplusOf(x));
      return t + x * (1 - t * t) * math.sigmoid(x);
    },
    // y″ = t′(2 + x(1 − σ − 2tσ))
    curvature(x) {
      const s = sigmoid(x);
      const t = tanh(softplus(x));
      const slope = multiply(affine(square(t), -1, 1), s);
      const bent = subtract(affine(s, -1, 1), affine(multiply(t, s), 2, 0));
      return multiply(slope, affine(multiply(x, bent), 1, 2));
    },
  },
} satisfies Record<string, ActivationFormula>;

/** Activation functions: each is one op, with a gradient kernel of its own. */
export type ActivationFunction = keyof typeof activationFormulas;

/** Which activation function, with its parameter. */
export interface ActivationAttributes {
  readonly function: ActivationFunction;
  readonly alpha: number;
}

export const activationOp: OpDefinition<'activation', ActivationAttributes> = {
  op: 'activation',
  types: (inputs, attributes) => elementwiseType(inputs, attributes.function),
  derivative({ attributes, inputs, outputs, gradient }) {
    const saved = activationFormulas[attributes.function].saves === 'output' ? outputs[0] : inputs[0];
    return [activationGradient(attributes, gradient, saved)];
  },
};

/** inputs: gradient of the output, saved (the output or the input, as the activation's row says) */
export const activationGradientOp: OpDefinition<'activationGradient', ActivationAttributes> = {
  op: 'activationGradient',
  types: (inputs) => [float(inputs[0].shape)],
  // z = g·s(v): dz/dg is the op itself, dz/dv = g·s′(v)
  derivative({ attributes, inputs: [g, saved], gradient }) {
    const { curvature }: ActivationFormula = activationFormulas[attributes.function];
    return [
      activationGradient(attributes, gradient, saved),
      curvature === 'none' ? undefined : multiply(multiply(gradient, g), curvature(saved, attributes.alpha)),
    ];
  },
};

/** Apply an activation function by name. */
export const activation = (x: Tensor, name: ActivationFunction, alpha = 0): Tensor =>
  apply(activationOp, [x], { function: name, alpha });

/** Multiply a gradient by the slope of an activation, computed from what the activation saves. */
export const activationGradient = (
  attributes: ActivationAttributes,
  gradient: Tensor,
  saved: Tensor,
): Tensor =>
  apply(activationGradientOp, [gradient, saved], { function: attributes.function, alpha: attributes.alpha });

/**
 * Compute the logistic function element by element, σ(x) = 1/(1 + e⁻ˣ).
 *
 * @param x - A float tensor of any shape.
 * @returns Between 0 and 1, the same shape as x.
 * @example
 * import { constant, evaluate, sigmoid } from 'gradus/tensor';
 * evaluate(sigmoid(constant([0, 2]))); // [0.5, 0.880797]
 */
export const sigmoid = (x: Tensor): Tensor => activation(x, 'sigmoid');

/**
 * Compute the hyperbolic tangent element by element, (eˣ − e⁻ˣ)/(eˣ + e⁻ˣ).
 *
 * @param x - A float tensor of any shape.
 * @returns Between −1 and 1, the same shape as x.
 * @example
 * import { constant, evaluate, tanh } from 'gradus/tensor';
 * evaluate(tanh(constant([0, 1]))); // [0, 0.761594]
 */
export const tanh = (x: Tensor): Tensor => activation(x, 'tanh');

/**
 * Compute the rectifier max(x, 0) element by element; the derivative at 0 is 0 (Nair & Hinton 2010).
 *
 * @param x - A float tensor of any shape.
 * @returns The same shape as x.
 * @example
 * import { constant, evaluate, relu } from 'gradus/tensor';
 * evaluate(relu(constant([-2, 3]))); // [0, 3]
 */
export const relu = (x: Tensor): Tensor => activation(x, 'relu');

/**
 * Compute x where x ≥ 0, else slope·x; the derivative at 0 is the slope (Maas, Hannun & Ng 2013).
 *
 * @param x - A float tensor of any shape.
 * @param slope - The derivative below 0, at least 0. Default 0.01.
 * @returns The same shape as x.
 * @example
 * import { constant, evaluate, leakyRelu } from 'gradus/tensor';
 * evaluate(leakyRelu(constant([-2, 3]), 0.1)); // [-0.2, 3]
 */
export const leakyRelu = (x: Tensor, slope = 0.01): Tensor => activation(x, 'leakyRelu', slope);

/**
 * Compute x where x ≥ 0, else α(eˣ − 1) (Clevert, Unterthiner & Hochreiter 2016).
 *
 * @param x - A float tensor of any shape.
 * @param alpha - α > 0: far below 0 the function tends to −α. Default 1.
 * @returns The same shape as x.
 * @example
 * import { constant, elu, evaluate } from 'gradus/tensor';
 * evaluate(elu(constant([-1, 2]))); // [-0.632121, 2]
 */
export const elu = (x: Tensor, alpha = 1): Tensor => activation(x, 'elu', alpha);

/**
 * Compute log(1 + e^βx)/β element by element, a smooth rectifier (Dugas et al. 2001).
 *
 * @param x - A float tensor of any shape.
 * @param beta - β > 0: the larger, the nearer to `relu`. Default 1.
 * @returns Above 0, the same shape as x.
 * @example
 * import { constant, evaluate, softplus } from 'gradus/tensor';
 * evaluate(softplus(constant([0, 100]))); // [0.693147, 100]
 */
export const softplus = (x: Tensor, beta = 1): Tensor =>
  beta === 1 ? activation(x, 'softplus') : affine(activation(affine(x, beta, 0), 'softplus'), 1 / beta, 0);

/**
 * Compute x·Φ(x) element by element, Φ the distribution function of the standard normal (Hendrycks & Gimpel 2016).
 *
 * @param x - A float tensor of any shape.
 * @returns The same shape as x.
 * @example
 * import { constant, evaluate, gelu } from 'gradus/tensor';
 * evaluate(gelu(constant([-1, 1]))); // [-0.158655, 0.841345]
 */
export const gelu = (x: Tensor): Tensor => activation(x, 'gelu');

/**
 * Compute the approximation of `gelu` by tanh, ½x(1 + tanh(√(2/π)(x + 0.044715x³))) (Hendrycks & Gimpel 2016).
 *
 * @param x - A float tensor of any shape.
 * @returns The same shape as x.
 * @example
 * import { constant, evaluate, geluTanh } from 'gradus/tensor';
 * evaluate(geluTanh(constant([-1, 1]))); // [-0.158808, 0.841192]
 */
export const geluTanh = (x: Tensor): Tensor => activation(x, 'geluTanh');

/**
 * Compute x·σ(x) element by element, also called Swish (Elfwing, Uchibe & Doya 2018).
 *
 * @param x - A float tensor of any shape.
 * @returns The same shape as x.
 * @example
 * import { constant, evaluate, silu } from 'gradus/tensor';
 * evaluate(silu(constant([-1, 1]))); // [-0.268941, 0.731059]
 */
export const silu = (x: Tensor): Tensor => activation(x, 'silu');

/**
 * Compute x·tanh(log(1 + eˣ)) element by element (Misra 2020).
 *
 * @param x - A float tensor of any shape.
 * @returns Above −0.309, the same shape as x.
 * @example
 * import { constant, evaluate, mish } from 'gradus/tensor';
 * evaluate(mish(constant([-1, 1]))); // [-0.303401, 0.865098]
 */
export const mish = (x: Tensor): Tensor => activation(x, 'mish');
