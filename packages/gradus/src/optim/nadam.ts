import { fields, fraction, numberFrom, type OptionsOf } from '../util/fields.ts';
import { pow } from '../util/math.ts';
import { byFormula, formulaField, requireCoupledDecay } from './formula.ts';
import { learningRateField } from './learningRate.ts';
import { makeOptimizer, type StepOptimizer } from './optimizer.ts';
import { powersOf } from './powers.ts';

const nadamFields = /* @__PURE__ */ fields('nadam', () => ({
  /** Step size η. Default 0.002, with the formula `keras` 0.001. */
  learningRate: learningRateField().default(byFormula(0.002, 0.001)),
  /** The final momentum, from 0 up to 1. Default 0.9. */
  beta1: fraction().default(0.9),
  /** How much of the mean squared gradient is kept, from 0 up to 1. Default 0.999. */
  beta2: fraction().default(0.999),
  /** Keeps the divisor above 0. Default 1e-8, with the formula `keras` 1e-7. */
  epsilon: numberFrom(0).default(byFormula(1e-8, 1e-7)),
  /** How fast the momentum approaches it, ψ of μₜ = β₁(1 − ½·0.96^(ψt)). Default 0.004, with the formula `keras` 1. */
  momentumDecay: numberFrom(0).default(byFormula(0.004, 1)),
  /** λ of g ← g + λw; `pytorch` only. Default 0. */
  weightDecay: numberFrom(0).default(0),
  /** Whose defaults; the formula is the same. Default `pytorch`. */
  formula: formulaField(),
}));

/** Options of Nadam. */
export type NadamOptions = OptionsOf<typeof nadamFields>;

/**
 * Give a function that computes μₜ, μₜ₊₁ and the product μ₁…μₜ of a step t, quickly for the step after the last one.
 * They depend on t alone, so a resumed run gets the same bits.
 */
function momentumOf(beta1: number, decay: number): (step: number) => readonly [number, number, number] {
  const at = (step: number): number => beta1 * (1 - 0.5 * pow(0.96, step * decay));
  let last = 0;
  let product = 1;
  return (step) => {
    if (step < last) {
      last = 0;
      product = 1;
    }
    // A product below half a unit in the last place of 1 changes nothing any more.
    while (last < step && product >= 2 ** -54) product *= at(++last);
    last = step;
    return [at(step), at(step + 1), product];
  };
}

/**
 * Run Adam with Nesterov's look ahead: the step is made of the gradient and of the momentum as it will be.
 *
 * m and v as in Adam, μₜ = β₁(1 − ½·0.96^(ψt)), Πₜ = μ₁…μₜ:
 * w ← w − η·(μₜ₊₁·m/(1 − Πₜ₊₁) + (1 − μₜ)·g/(1 − Πₜ))/(√(v/(1 − β₂ᵗ)) + ε).
 * Source: Dozat 2016; PyTorch's and Keras's formula, which differ in ψ.
 *
 * @param options - Learning rate, β₁, β₂, ε, ψ, weight decay, whose defaults.
 * @returns An optimizer.
 * @throws ArgumentError for an option outside its range, or weight decay with a formula that has none.
 * @example
 * import { nadam } from 'gradus';
 * nadam().config().momentumDecay; // 0.004
 */
export function nadam(options: NadamOptions = {}): StepOptimizer {
  const own = nadamFields.read(options);
  const { learningRate, beta1, beta2, epsilon, momentumDecay, weightDecay, formula } = own;
  requireCoupledDecay(weightDecay, formula);
  const momentum = momentumOf(beta1, momentumDecay);
  const power = powersOf(beta2);
  return makeOptimizer({
    name: 'nadam',
    rule: 'nadam',
    constants: { beta1, beta2, epsilon, weightDecay },
    learningRate,
    scalars(step, rate, _decayFactor, into = []) {
      const [current, next, product] = momentum(step);
      into[0] = (rate * (1 - current)) / (1 - product);
      into[1] = (rate * next) / (1 - product * next);
      into[2] = Math.sqrt(1 - power(step));
      return into;
    },
    options: nadamFields.write(own),
  });
}
