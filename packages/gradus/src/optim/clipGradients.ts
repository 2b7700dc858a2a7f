import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import { ArgumentError } from '../util/errors.ts';
import { fields, numberFrom, type OptionsOf } from '../util/fields.ts';
import { formulaField } from './formula.ts';

const clippingFields = /* @__PURE__ */ fields('clipGradient', () => ({
  /** The largest absolute value of an element, c: g ← min(max(g, −c), c). */
  value: numberFrom(0).optional(),
  /** The largest norm of one parameter's gradient, c: g ← g·min(1, c/‖g‖). */
  norm: numberFrom(0).optional(),
  /** The largest norm of all gradients together, c: each g ← g·min(1, c/√Σ‖g‖²). */
  globalNorm: numberFrom(0).optional(),
  /** `pytorch` divides by ‖g‖ + 1e-6, `keras` by ‖g‖ as it is. Default `pytorch`. */
  formula: formulaField(),
}));

/** How gradients are clipped before the optimizer sees them: exactly one of `value`, `norm` and `globalNorm`. */
export type GradientClipping = OptionsOf<typeof clippingFields>;

/** ‖g‖² of one gradient. */
const squaredNorm = (gradient: Tensor): Tensor => $.sum($.square(gradient));

/** The factor that brings a norm down to the limit, at most 1. */
function factorOf(norm: Tensor, limit: number, formula: 'pytorch' | 'keras'): Tensor {
  if (formula === 'keras') return $.divide(limit, $.maximum(norm, limit));
  return $.minimum($.divide(limit, $.affine(norm, 1, 1e-6)), 1);
}

/**
 * Give the function that clips gradients. All norms are computed before the first product, as the products take the
 * place of the gradients in memory.
 *
 * Source: Pascanu, Mikolov & Bengio 2013; the formulas are those of PyTorch's `clip_grad_value_` and `clip_grad_norm_`
 * and of Keras's `clipvalue`, `clipnorm` and `global_clipnorm`.
 */
export function gradientClipping(options: GradientClipping): (gradients: readonly Tensor[]) => Tensor[] {
  const { value, norm, globalNorm, formula } = clippingFields.read(options);
  const limits = Object.entries({ value, norm, globalNorm }).filter(([, limit]) => limit !== undefined);
  if (limits.length !== 1) {
    throw new ArgumentError({
      received: `a clipping by ${limits.map(([name]) => name).join(' and ') || 'nothing'}`,
      expected: 'one of value, norm and globalNorm',
    });
  }
  if (value !== undefined) return (gradients) => gradients.map((gradient) => $.clip(gradient, -value, value));
  if (norm !== undefined) {
    return (gradients) => {
      const factors = gradients.map((gradient) => factorOf($.sqrt(squaredNorm(gradient)), norm, formula));
      return gradients.map((gradient, i) => $.multiply(gradient, factors[i]));
    };
  }
  return (gradients) => {
    if (gradients.length === 0) return [];
    const squares = gradients.map(squaredNorm).reduce((a, b) => $.add(a, b));
    const factor = factorOf($.sqrt(squares), globalNorm!, formula);
    return gradients.map((gradient) => $.multiply(gradient, factor));
  };
}
