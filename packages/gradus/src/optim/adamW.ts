import { requireOptions } from '../util/options.ts';
import { adamOptions, requireMoments } from './adam.ts';
import { type LearningRate, makeOptimizer, type Optimizer, requireFormula } from './optimizer.ts';
import { powersOf } from './powers.ts';

/** Options of AdamW. */
export interface AdamWOptions {
  /** Step size η. Default 0.001. */
  readonly learningRate?: LearningRate | undefined;
  /** How much of the mean gradient is kept, from 0 up to 1. Default 0.9. */
  readonly beta1?: number | undefined;
  /** How much of the mean squared gradient is kept, from 0 up to 1. Default 0.999. */
  readonly beta2?: number | undefined;
  /** Keeps the divisor above 0. Default 1e-8, with the formula `keras` 1e-7. */
  readonly epsilon?: number | undefined;
  /** λ of w ← (1 − ηλ)w. Default 0.01, with the formula `keras` 0.004. */
  readonly weightDecay?: number | undefined;
  /** Where ε stands, as in `adam`. Default `pytorch`. */
  readonly formula?: 'pytorch' | 'keras' | undefined;
}

/**
 * Run Adam with a decay that is not coupled to the gradient: w ← (1 − ηλ)w, then Adam's step.
 *
 * Source: Loshchilov & Hutter 2019.
 *
 * @param options - Learning rate, β₁, β₂, ε, weight decay, formula.
 * @returns An optimizer.
 * @throws ArgumentError for an option outside its range.
 * @example
 * import { adamW } from 'gradus';
 * adamW({ weightDecay: 0.05 }).config().weightDecay; // 0.05
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  requireOptions(options, adamOptions, 'adamW');
  const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, formula = 'pytorch' } = options;
  requireFormula(formula, ['pytorch', 'keras']);
  const isKeras = formula === 'keras';
  const { epsilon = isKeras ? 1e-7 : 1e-8, weightDecay = isKeras ? 0.004 : 0.01 } = options;
  requireMoments({ beta1, beta2, epsilon, weightDecay });
  const [power1, power2] = [powersOf(beta1), powersOf(beta2)];
  return makeOptimizer({
    name: 'adamW',
    rule: 'adamW',
    constants: { beta1, beta2, epsilon },
    learningRate,
    scalars(step, rate, decayFactor = 1, into = []) {
      const second = Math.sqrt(1 - power2(step));
      into[0] = (rate * (isKeras ? second : 1)) / (1 - power1(step));
      into[1] = isKeras ? 1 : second;
      into[2] = 1 - rate * weightDecay * decayFactor;
      return into;
    },
    options: { beta1, beta2, epsilon, weightDecay, formula },
  });
}
