import { fields, fraction, numberFrom, type OptionsOf } from '../util/fields.ts';
import { byFormula, formulaField, requireCoupledDecay } from './formula.ts';
import { learningRateField } from './learningRate.ts';
import { makeOptimizer, rateAlone, type StepOptimizer } from './optimizer.ts';

const adadeltaFields = /* @__PURE__ */ fields('adadelta', () => ({
  /** Factor η of the step, 1 in the paper. Default 1, with the formula `keras` 0.001. */
  learningRate: learningRateField().default(byFormula(1, 0.001)),
  /** How much of both mean squares is kept, ρ from 0 up to 1. Default 0.9, with the formula `keras` 0.95. */
  rho: fraction().default(byFormula(0.9, 0.95)),
  /** Added under both roots; what the first step is made of. Default 1e-6, with the formula `keras` 1e-7. */
  epsilon: numberFrom(0).default(byFormula(1e-6, 1e-7)),
  /** λ of g ← g + λw; `pytorch` only. Default 0. */
  weightDecay: numberFrom(0).default(0),
  /** Whose defaults; the formula is the same. Default `pytorch`. */
  formula: formulaField(),
}));

/** Options of Adadelta. */
export type AdadeltaOptions = OptionsOf<typeof adadeltaFields>;

/**
 * Scale each step by the ratio of past steps to past gradients, so that no learning rate has to be chosen.
 *
 * v ← ρv + (1 − ρ)g², d = g·√(u + ε)/√(v + ε), u ← ρu + (1 − ρ)d², w ← w − ηd.
 * Source: Zeiler 2012, algorithm 1.
 *
 * @param options - Factor of the step, ρ, ε, weight decay, whose defaults.
 * @returns An optimizer.
 * @throws ArgumentError for an option outside its range, or weight decay with a formula that has none.
 * @example
 * import { adadelta } from 'gradus';
 * adadelta().config().rho; // 0.9
 */
export function adadelta(options: AdadeltaOptions = {}): StepOptimizer {
  const own = adadeltaFields.read(options);
  const { learningRate, rho, epsilon, weightDecay } = own;
  requireCoupledDecay(weightDecay, own.formula);
  return makeOptimizer({
    name: 'adadelta',
    rule: 'adadelta',
    constants: { beta2: rho, underRoot: epsilon, weightDecay },
    learningRate,
    scalars: rateAlone,
    options: adadeltaFields.write(own),
  });
}
