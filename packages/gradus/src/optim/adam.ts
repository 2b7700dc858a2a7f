import { fields, fraction, numberFrom, type OptionsOf } from '../util/fields.ts';
import { anyFormulaField, byFormula, requireCoupledDecay } from './formula.ts';
import { learningRateField } from './learningRate.ts';
import { makeOptimizer, type StepOptimizer } from './optimizer.ts';
import { powersOf } from './powers.ts';

const adamFields = /* @__PURE__ */ fields('adam', () => ({
  /** Step size η. Default 0.001. */
  learningRate: learningRateField().default(0.001),
  /** How much of the mean gradient is kept, from 0 up to 1. Default 0.9. */
  beta1: fraction().default(0.9),
  /** How much of the mean squared gradient is kept, from 0 up to 1. Default 0.999. */
  beta2: fraction().default(0.999),
  /** Keeps the divisor above 0. Default 1e-8, with the formula `keras` 1e-7. */
  epsilon: numberFrom(0).default(byFormula(1e-8, 1e-7)),
  /** λ of g ← g + λw. Default 0. Decay that is not coupled to the gradient is `adamW`. */
  weightDecay: numberFrom(0).default(0),
  /** Where ε stands. Default `pytorch`. */
  formula: anyFormulaField(),
}));

/** Options of Adam. */
export type AdamOptions = OptionsOf<typeof adamFields>;

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
export function adam(options: AdamOptions = {}): StepOptimizer {
  const own = adamFields.read(options);
  const { learningRate, beta1, beta2, epsilon, weightDecay, formula } = own;
  requireCoupledDecay(weightDecay, formula);
  const [power1, power2] = [powersOf(beta1), powersOf(beta2)];
  return makeOptimizer({
    name: 'adam',
    rule: formula === 'pytorch' ? 'adam' : 'adamUncorrectedEpsilon',
    constants: { beta1, beta2, epsilon, weightDecay },
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
    options: adamFields.write(own),
  });
}
