import { fields, flag, fraction, numberFrom, type OptionsOf } from '../util/fields.ts';
import { byFormula, formulaField, requireCoupledDecay } from './formula.ts';
import { learningRateField } from './learningRate.ts';
import { makeOptimizer, rateAlone, type StepOptimizer } from './optimizer.ts';

const rmsPropFields = /* @__PURE__ */ fields('rmsProp', () => ({
  /** Step size η. Default 0.01, with the formula `keras` 0.001. */
  learningRate: learningRateField().default(byFormula(0.01, 0.001)),
  /** How much of the mean squared gradient is kept, ρ from 0 up to 1. Default 0.99, with the formula `keras` 0.9. */
  rho: fraction().default(byFormula(0.99, 0.9)),
  /** Momentum μ of the scaled gradient, from 0 (default, none) up to 1. */
  momentum: fraction().default(0),
  /** Whether to divide by the root of the gradient's variance instead of its mean square. Default false. */
  centered: flag().default(false),
  /** Keeps the divisor above 0. Default 1e-8, with the formula `keras` 1e-7. */
  epsilon: numberFrom(0).default(byFormula(1e-8, 1e-7)),
  /** λ of g ← g + λw; `pytorch` only. Default 0. */
  weightDecay: numberFrom(0).default(0),
  /** Where ε stands and what the momentum holds. Default `pytorch`. */
  formula: formulaField(),
}));

/** Options of RMSProp. */
export type RmsPropOptions = OptionsOf<typeof rmsPropFields>;

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
export function rmsProp(options: RmsPropOptions = {}): StepOptimizer {
  const own = rmsPropFields.read(options);
  const { learningRate, rho, momentum, centered, epsilon, weightDecay, formula } = own;
  const isKeras = formula === 'keras';
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
    options: rmsPropFields.write(own),
  });
}
