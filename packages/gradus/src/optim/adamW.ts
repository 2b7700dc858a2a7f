import { fields, fraction, numberFrom, type OptionsOf } from '../util/fields.ts';
import { byFormula, formulaField } from './formula.ts';
import { learningRateField } from './learningRate.ts';
import { makeOptimizer, type StepOptimizer } from './optimizer.ts';
import { powersOf } from './powers.ts';

const adamWFields = /* @__PURE__ */ fields('adamW', () => ({
  /** Step size η. Default 0.001. */
  learningRate: learningRateField().default(0.001),
  /** How much of the mean gradient is kept, from 0 up to 1. Default 0.9. */
  beta1: fraction().default(0.9),
  /** How much of the mean squared gradient is kept, from 0 up to 1. Default 0.999. */
  beta2: fraction().default(0.999),
  /** Keeps the divisor above 0. Default 1e-8, with the formula `keras` 1e-7. */
  epsilon: numberFrom(0).default(byFormula(1e-8, 1e-7)),
  /** λ of w ← (1 − ηλ)w. Default 0.01, with the formula `keras` 0.004. */
  weightDecay: numberFrom(0).default(byFormula(0.01, 0.004)),
  /** Where ε stands, as in `adam`. Default `pytorch`. */
  formula: formulaField(),
}));

/** Options of AdamW. */
export type AdamWOptions = OptionsOf<typeof adamWFields>;

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
export function adamW(options: AdamWOptions = {}): StepOptimizer {
  const own = adamWFields.read(options);
  const { learningRate, beta1, beta2, epsilon, weightDecay, formula } = own;
  const isKeras = formula === 'keras';
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
    options: adamWFields.write(own),
  });
}
