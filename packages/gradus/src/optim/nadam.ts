import { pow } from '../util/math.ts';
import { requireOptions, requireRange } from '../util/options.ts';
import {
  type LearningRate,
  makeOptimizer,
  type Optimizer,
  requireCoupledDecay,
  requireFormula,
} from './optimizer.ts';
import { powersOf } from './powers.ts';

/** Options of Nadam. */
export interface NadamOptions {
  /** Step size η. Default 0.002, with the formula `keras` 0.001. */
  readonly learningRate?: LearningRate | undefined;
  /** The momentum that is reached in the end, from 0 up to 1. Default 0.9. */
  readonly beta1?: number | undefined;
  /** How much of the mean squared gradient is kept, from 0 up to 1. Default 0.999. */
  readonly beta2?: number | undefined;
  /** Keeps the divisor above 0. Default 1e-8, with the formula `keras` 1e-7. */
  readonly epsilon?: number | undefined;
  /** How fast the momentum is reached, ψ of μₜ = β₁(1 − ½·0.96^(ψt)). Default 0.004, with the formula `keras` 1. */
  readonly momentumDecay?: number | undefined;
  /** λ of g ← g + λw; `pytorch` only. Default 0. */
  readonly weightDecay?: number | undefined;
  /** Whose defaults; the formula is the same. Default `pytorch`. */
  readonly formula?: 'pytorch' | 'keras' | undefined;
}

const known = {
  learningRate: true,
  beta1: true,
  beta2: true,
  epsilon: true,
  momentumDecay: true,
  weightDecay: true,
  formula: true,
} as const;

/**
 * Give a function that computes μₜ, μₜ₊₁ and the product μ₁…μₜ of a step t, quickly for the step behind the last one.
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
    // What is less than half a unit of 1 in float64 changes nothing any more, nor is it followed to 0.
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
export function nadam(options: NadamOptions = {}): Optimizer {
  requireOptions(options, known, 'nadam');
  const { beta1 = 0.9, beta2 = 0.999, weightDecay = 0, formula = 'pytorch' } = options;
  requireFormula(formula, ['pytorch', 'keras']);
  const isKeras = formula === 'keras';
  const { learningRate = isKeras ? 0.001 : 0.002, epsilon = isKeras ? 1e-7 : 1e-8 } = options;
  const { momentumDecay = isKeras ? 1 : 0.004 } = options;
  requireRange('beta1', beta1, { least: 0, below: 1 });
  requireRange('beta2', beta2, { least: 0, below: 1 });
  requireRange('epsilon', epsilon, { least: 0, below: Number.POSITIVE_INFINITY });
  requireRange('momentumDecay', momentumDecay, { least: 0, below: Number.POSITIVE_INFINITY });
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
    options: { beta1, beta2, epsilon, momentumDecay, weightDecay, formula },
  });
}
