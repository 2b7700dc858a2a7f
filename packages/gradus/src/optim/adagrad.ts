import { fields, numberFrom, type OptionsOf } from '../util/fields.ts';
import { byFormula, formulaField, requireCoupledDecay } from './formula.ts';
import { learningRateField } from './learningRate.ts';
import { makeOptimizer, rateAlone, type StepOptimizer } from './optimizer.ts';

const adagradFields = /* @__PURE__ */ fields('adagrad', () => ({
  /** Step size η. Default 0.01, with the formula `keras` 0.001. PyTorch's `lr_decay` is `inverseTimeDecay`. */
  learningRate: learningRateField().default(byFormula(0.01, 0.001)),
  /** The first value of the sum of squares. Default 0, with the formula `keras` 0.1. */
  initialAccumulator: numberFrom(0).default(byFormula(0, 0.1)),
  /** Keeps the divisor above 0. Default 1e-10, with the formula `keras` 1e-7. */
  epsilon: numberFrom(0).default(byFormula(1e-10, 1e-7)),
  /** λ of g ← g + λw; `pytorch` only. Default 0. */
  weightDecay: numberFrom(0).default(0),
  /** Where ε stands. Default `pytorch`. */
  formula: formulaField(),
}));

/** Options of Adagrad. */
export type AdagradOptions = OptionsOf<typeof adagradFields>;

/**
 * Divide each step by the root of the sum of all squared gradients: s ← s + g².
 *
 * `pytorch`: w ← w − η·g/(√s + ε). `keras`: w ← w − η·g/√(s + ε).
 * The root divides the step, never the weight itself.
 * Source: Duchi, Hazan & Singer 2011.
 *
 * @param options - Learning rate, first sum, ε, weight decay, formula.
 * @returns An optimizer.
 * @throws ArgumentError for an option outside its range, or weight decay with a formula that has none.
 * @example
 * import { adagrad } from 'gradus';
 * adagrad({ formula: 'keras' }).config().initialAccumulator; // 0.1
 */
export function adagrad(options: AdagradOptions = {}): StepOptimizer {
  const own = adagradFields.read(options);
  const { learningRate, initialAccumulator, epsilon, weightDecay, formula } = own;
  const isKeras = formula === 'keras';
  requireCoupledDecay(weightDecay, formula);
  return makeOptimizer({
    name: 'adagrad',
    rule: 'adagrad',
    // The slot begins with 0; the first value of the sum is added to it under every root.
    constants: {
      weightDecay,
      epsilon: isKeras ? 0 : epsilon,
      underRoot: initialAccumulator + (isKeras ? epsilon : 0),
    },
    learningRate,
    scalars: rateAlone,
    options: adagradFields.write(own),
  });
}
