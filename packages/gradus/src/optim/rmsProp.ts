import { requireOptions, requireRange } from '../util/options.ts';
import {
  type LearningRate,
  makeOptimizer,
  type Optimizer,
  rateAlone,
  requireCoupledDecay,
  requireFormula,
} from './optimizer.ts';

/** Options of RMSProp. */
export interface RmsPropOptions {
  /** Step size η. Default 0.01, with the formula `keras` 0.001. */
  readonly learningRate?: LearningRate | undefined;
  /** How much of the mean squared gradient is kept, ρ from 0 up to 1. Default 0.99, with the formula `keras` 0.9. */
  readonly rho?: number | undefined;
  /** Momentum μ of the scaled gradient, from 0 (default, none) up to 1. */
  readonly momentum?: number | undefined;
  /** Whether to divide by the root of the gradient's variance instead of its mean square. Default false. */
  readonly centered?: boolean | undefined;
  /** Keeps the divisor above 0. Default 1e-8, with the formula `keras` 1e-7. */
  readonly epsilon?: number | undefined;
  /** λ of g ← g + λw; `pytorch` only. Default 0. */
  readonly weightDecay?: number | undefined;
  /** Where ε stands and what the momentum holds. Default `pytorch`. */
  readonly formula?: 'pytorch' | 'keras' | undefined;
}

const known = {
  learningRate: true,
  rho: true,
  momentum: true,
  centered: true,
  epsilon: true,
  weightDecay: true,
  formula: true,
} as const;

/**
 * Divide each step by the root of a mean of the squared gradient: v ← ρv + (1 − ρ)g².
 *
 * `pytorch`: w ← w − η·g/(√v + ε), with momentum b ← μb + g/(√v + ε), w ← w − ηb.
 * `keras`: w ← w − η·g/√(v + ε), with momentum b ← μb + η·g/√(v + ε), w ← w − b.
 * Centred, v − a² stands for v, with a ← ρa + (1 − ρ)g.
 * Sources: Tieleman & Hinton 2012, lecture 6.5; Graves 2013 for the centred form.
 *
 * @param options - Learning rate, ρ, momentum, whether centred, ε, weight decay, formula.
 * @returns An optimizer.
 * @throws ArgumentError for an option outside its range, or weight decay with a formula that has none.
 * @example
 * import { rmsProp } from 'gradus';
 * rmsProp({ momentum: 0.9 }).rule; // 'rmsPropMomentum'
 */
export function rmsProp(options: RmsPropOptions = {}): Optimizer {
  requireOptions(options, known, 'rmsProp');
  const { momentum = 0, centered = false, weightDecay = 0, formula = 'pytorch' } = options;
  requireFormula(formula, ['pytorch', 'keras']);
  const isKeras = formula === 'keras';
  const { learningRate = isKeras ? 0.001 : 0.01 } = options;
  const { rho = isKeras ? 0.9 : 0.99, epsilon = isKeras ? 1e-7 : 1e-8 } = options;
  requireRange('rho', rho, { least: 0, below: 1 });
  requireRange('momentum', momentum, { least: 0, below: 1 });
  requireRange('epsilon', epsilon, { least: 0, below: Number.POSITIVE_INFINITY });
  requireCoupledDecay(weightDecay, formula);
  const plain = centered ? 'rmsPropCentered' : 'rmsProp';
  return makeOptimizer({
    name: 'rmsProp',
    rule: momentum === 0 ? plain : `${plain}Momentum`,
    constants: { beta2: rho, momentum, weightDecay, [isKeras ? 'underRoot' : 'epsilon']: epsilon },
    learningRate,
    scalars:
      momentum === 0
        ? rateAlone
        : (_step, rate, _decayFactor, into = []) => {
            into[0] = isKeras ? 1 : rate;
            into[1] = isKeras ? rate : 1;
            return into;
          },
    options: { rho, momentum, centered, epsilon, weightDecay, formula },
  });
}
