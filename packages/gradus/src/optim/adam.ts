import { requireOptions, requireRange } from '../util/options.ts';
import {
  type Formula,
  type LearningRate,
  makeOptimizer,
  type Optimizer,
  requireCoupledDecay,
  requireFormula,
} from './optimizer.ts';
import { powersOf } from './powers.ts';

/** Options of Adam. */
export interface AdamOptions {
  /** Step size η. Default 0.001. */
  readonly learningRate?: LearningRate | undefined;
  /** How much of the mean gradient is kept, from 0 up to 1. Default 0.9. */
  readonly beta1?: number | undefined;
  /** How much of the mean squared gradient is kept, from 0 up to 1. Default 0.999. */
  readonly beta2?: number | undefined;
  /** Keeps the divisor above 0. Default 1e-8, with the formula `keras` 1e-7. */
  readonly epsilon?: number | undefined;
  /** λ of g ← g + λw. Default 0. Decay that is not coupled to the gradient is `adamW`. */
  readonly weightDecay?: number | undefined;
  /** Where ε stands. Default `pytorch`. */
  readonly formula?: Formula | undefined;
}

/** Every option of both. */
export const adamOptions = {
  learningRate: true,
  beta1: true,
  beta2: true,
  epsilon: true,
  weightDecay: true,
  formula: true,
} as const;

/** Refuse numbers outside their ranges. */
export function requireMoments(options: {
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
}): void {
  requireRange('beta1', options.beta1, { least: 0, below: 1 });
  requireRange('beta2', options.beta2, { least: 0, below: 1 });
  requireRange('epsilon', options.epsilon, { least: 0, below: Number.POSITIVE_INFINITY });
  requireRange('weightDecay', options.weightDecay, { least: 0, below: Number.POSITIVE_INFINITY });
}

/**
 * Scale each step by the history of its gradient: m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g².
 *
 * `pytorch`: w ← w − η·m̂/(√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ).
 * `keras` and `sklearn`: w ← w − η·√(1 − β₂ᵗ)/(1 − β₁ᵗ)·m/(√v + ε), whose ε weighs more in the first steps.
 * Source: Kingma & Ba 2015, algorithm 1 and the note below it.
 *
 * @param options - Learning rate, β₁, β₂, ε, weight decay, formula.
 * @returns An optimizer.
 * @throws ArgumentError for an option outside its range, or weight decay with a formula that has none.
 * @example
 * import { adam } from 'gradus';
 * adam().config().epsilon; // 1e-8
 */
export function adam(options: AdamOptions = {}): Optimizer {
  requireOptions(options, adamOptions, 'adam');
  const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, weightDecay = 0, formula = 'pytorch' } = options;
  requireFormula(formula);
  const epsilon = options.epsilon ?? (formula === 'keras' ? 1e-7 : 1e-8);
  requireMoments({ beta1, beta2, epsilon, weightDecay });
  requireCoupledDecay(weightDecay, formula);
  const constants = { beta1, beta2, epsilon, weightDecay };
  const [power1, power2] = [powersOf(beta1), powersOf(beta2)];
  return makeOptimizer({
    name: 'adam',
    rule: formula === 'pytorch' ? 'adam' : 'adamUncorrectedEpsilon',
    constants,
    learningRate,
    scalars(step, rate, _decayFactor, into = []) {
      const first = 1 - power1(step);
      const second = Math.sqrt(1 - power2(step));
      if (formula === 'pytorch') {
        into[0] = rate / first;
        into[1] = second;
      } else into[0] = (rate * second) / first;
      return into;
    },
    options: { ...constants, formula },
  });
}
