import type { ActivationFunction } from '../../../graph/attributes.ts';
import * as math from '../../../util/math.ts';
import { type Maths, mapElements } from './evaluation.ts';

interface ActivationRow {
  /** f(x) */
  readonly value: (x: number, alpha: number) => number;
  /** f′ as a function of what the activation saves: its output or its input, as its row in graph/ops says. */
  readonly slope: (saved: number, alpha: number) => number;
}

const INVERSE_ROOT_TWO_PI = 0.3989422804014327;
const ROOT_TWO_OVER_PI = 0.7978845608028654;
const CUBIC = 0.044715;

const softplus = (x: number): number => Math.max(x, 0) + math.log1p(math.exp(-Math.abs(x)));

/** One row an activation. */
export const activationFunctions: Record<ActivationFunction, ActivationRow> = {
  identity: { value: (x) => x, slope: () => 1 },
  sigmoid: { value: (x) => math.sigmoid(x), slope: (y) => y * (1 - y) },
  tanh: { value: (x) => math.tanh(x), slope: (y) => 1 - y * y },
  relu: { value: (x) => (x < 0 ? 0 : x), slope: (y) => (y > 0 ? 1 : 0) },
  leakyRelu: { value: (x, alpha) => (x < 0 ? alpha * x : x), slope: (y, alpha) => (y > 0 ? 1 : alpha) },
  elu: {
    value: (x, alpha) => (x < 0 ? alpha * math.expm1(x) : x),
    slope: (y, alpha) => (y > 0 ? 1 : y + alpha),
  },
  softplus: {
    value: softplus,
    slope: (y) => -math.expm1(-y),
  },
  gelu: {
    value: (x) => 0.5 * x * (1 + math.erf(x * Math.SQRT1_2)),
    slope: (x) => 0.5 * (1 + math.erf(x * Math.SQRT1_2)) + x * INVERSE_ROOT_TWO_PI * math.exp(-0.5 * x * x),
  },
  geluTanh: {
    value: (x) => 0.5 * x * (1 + math.tanh(ROOT_TWO_OVER_PI * (x + CUBIC * x * x * x))),
    slope(x) {
      const t = math.tanh(ROOT_TWO_OVER_PI * (x + CUBIC * x * x * x));
      return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * ROOT_TWO_OVER_PI * (1 + 3 * CUBIC * x * x);
    },
  },
  silu: {
    value: (x) => x * math.sigmoid(x),
    slope(x) {
      const s = math.sigmoid(x);
      return s * (1 + x * (1 - s));
    },
  },
  mish: {
    value: (x) => x * math.tanh(softplus(x)),
    slope(x) {
      const t = math.tanh(softplus(x));
      return t + x * (1 - t * t) * math.sigmoid(x);
    },
  },
};

export const activationMaths: Maths<'activation' | 'activationGradient'> = {
  activation(evaluation) {
    const { function: name, alpha } = evaluation.attributes;
    const { value } = activationFunctions[name];
    mapElements(evaluation, (x) => value(x, alpha));
  },
  activationGradient({ attributes: { function: name, alpha }, inputs: [g, saved], outputs: [out] }) {
    const { slope } = activationFunctions[name];
    for (let i = 0; i < out.values.length; i++) out.values[i] = g.values[i] * slope(saved.values[i], alpha);
  },
};
