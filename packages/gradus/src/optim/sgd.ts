import { ArgumentError } from '../util/errors.ts';
import { fields, flag, fraction, numberFrom, type OptionsOf } from '../util/fields.ts';
import { anyFormulaField } from './formula.ts';
import { learningRateField } from './learningRate.ts';
import { makeOptimizer, rateAlone, type StepOptimizer } from './optimizer.ts';

const sgdFields = /* @__PURE__ */ fields('sgd', () => ({
  /** Step size η. Default 0.01. */
  learningRate: learningRateField().default(0.01),
  /** Momentum μ, from 0 (default, none) up to 1. */
  momentum: fraction().default(0),
  /** Share of the gradient that does not enter the velocity; `pytorch` only. Default 0. */
  dampening: numberFrom(0).default(0),
  /** Look ahead along the velocity; needs momentum. Default false. */
  nesterov: flag().default(false),
  /** λ of g ← g + λw. Default 0. */
  weightDecay: numberFrom(0).default(0),
  /** Whose momentum. Default `pytorch`. */
  formula: anyFormulaField(),
}));

/** Options of gradient descent. */
export type SgdOptions = OptionsOf<typeof sgdFields>;

/**
 * Descend along the gradient: w ← w − ηg, with momentum if wanted.
 *
 * `pytorch`: v ← μv + (1 − dampening)g, but v ← g at the first step; w ← w − ηv, with Nesterov w ← w − η(g + μv).
 * `keras` and `sklearn`: v ← μv − ηg; w ← w + v, with Nesterov w ← w + μv − ηg. They differ where η changes.
 * Sources: Robbins & Monro 1951; Polyak 1964; Nesterov 1983 in the form of Sutskever et al. 2013.
 *
 * @param options - Learning rate, momentum, weight decay, formula.
 * @returns An optimizer.
 * @throws ArgumentError for an option outside its range.
 * @example
 * import { sgd } from 'gradus';
 * sgd({ learningRate: 0.1, momentum: 0.9 }).rule; // 'momentum'
 */
export function sgd(options: SgdOptions = {}): StepOptimizer {
  const own = sgdFields.read(options);
  const { learningRate, momentum, dampening, nesterov, weightDecay, formula } = own;
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    throw new ArgumentError({
      received: `nesterov with momentum ${momentum} and dampening ${dampening}`,
      expected: 'momentum above 0 and no dampening',
    });
  }
  if (dampening !== 0 && formula !== 'pytorch') {
    throw new ArgumentError({ received: `dampening with the formula '${formula}'`, expected: "'pytorch'" });
  }
  const shared = { name: 'sgd', learningRate, options: sgdFields.write(own) };
  if (momentum === 0) {
    return makeOptimizer({ ...shared, rule: 'sgd', constants: { weightDecay }, scalars: rateAlone });
  }
  const constants = { momentum, weightDecay };
  if (formula !== 'pytorch') {
    const rule = nesterov ? 'velocityNesterov' : 'velocityMomentum';
    return makeOptimizer({ ...shared, rule, constants, scalars: rateAlone });
  }
  return makeOptimizer({
    ...shared,
    rule: nesterov ? 'nesterov' : 'momentum',
    constants,
    scalars(step, rate, _decayFactor, into = []) {
      into[0] = rate;
      into[1] = step === 1 ? 1 : 1 - dampening;
      return into;
    },
  });
}
