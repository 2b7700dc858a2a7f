import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import { ArgumentError } from '../util/errors.ts';
import { requireOptions, requireRange } from '../util/options.ts';
import { requireFormula } from './optimizer.ts';

/** How gradients are kept short before the optimizer sees them: exactly one of `value`, `norm` and `globalNorm`. */
export interface GradientClipping {
  /** The most that one number may be, c, either way: g ← min(max(g, −c), c). */
  readonly value?: number | undefined;
  /** The most that the norm of one parameter's gradient may be, c: g ← g·min(1, c/‖g‖). */
  readonly norm?: number | undefined;
  /** The most that the norm of all gradients together may be, c: each g ← g·min(1, c/√Σ‖g‖²). */
  readonly globalNorm?: number | undefined;
  /** `pytorch` divides by ‖g‖ + 1e-6, `keras` by ‖g‖ as it is. Default `pytorch`. */
  readonly formula?: 'pytorch' | 'keras' | undefined;
}

/** Refuse what is no clipping. */
export function requireClipping(clipping: GradientClipping): void {
  const known = { value: true, norm: true, globalNorm: true, formula: true } as const;
  requireOptions(clipping, known, 'clipGradient');
  const { value, norm, globalNorm, formula = 'pytorch' } = clipping;
  requireFormula(formula, ['pytorch', 'keras']);
  const given = Object.entries({ value, norm, globalNorm }).filter(([, limit]) => limit !== undefined);
  if (given.length !== 1) {
    throw new ArgumentError({
      received: `a clipping by ${given.map(([name]) => name).join(' and ') || 'nothing'}`,
      expected: 'one of value, norm and globalNorm',
    });
  }
  const [[name, limit]] = given;
  requireRange(name, limit as number, { least: 0, below: Number.POSITIVE_INFINITY });
}

/** ‖g‖² of one gradient. */
const squaredNorm = (gradient: Tensor): Tensor => $.sum($.square(gradient));

/** The factor that brings a norm down to the limit, at most 1. */
function factorOf(norm: Tensor, limit: number, formula: 'pytorch' | 'keras'): Tensor {
  if (formula === 'keras') return $.divide(limit, $.maximum(norm, limit));
  return $.minimum($.divide(limit, $.affine(norm, 1, 1e-6)), 1);
}

/**
 * Build what clipped gradients are, from the gradients. All norms stand before the first product, as the products take
 * the gradients' places.
 *
 * Source: Pascanu, Mikolov & Bengio 2013; the formulas are those of PyTorch's `clip_grad_value_` and `clip_grad_norm_`
 * and of Keras's `clipvalue`, `clipnorm` and `global_clipnorm`.
 */
export function clipGradients(gradients: readonly Tensor[], clipping: GradientClipping): Tensor[] {
  const { value, norm, globalNorm, formula = 'pytorch' } = clipping;
  if (value !== undefined) return gradients.map((gradient) => $.clip(gradient, -value, value));
  if (gradients.length === 0) return [];
  const squares = gradients.map(squaredNorm);
  const limit = (norm ?? globalNorm)!;
  if (globalNorm === undefined) {
    const factors = squares.map((square) => factorOf($.sqrt(square), limit, formula));
    return gradients.map((gradient, i) => $.multiply(gradient, factors[i]));
  }
  const factor = factorOf($.sqrt(squares.reduce((a, b) => $.add(a, b))), limit, formula);
  return gradients.map((gradient) => $.multiply(gradient, factor));
}
