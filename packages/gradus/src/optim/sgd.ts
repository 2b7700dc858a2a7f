import { ArgumentError } from '../util/errors.ts';
import { requireOptions, requireRange } from '../util/options.ts';
import {
  type Formula,
  type LearningRate,
  makeOptimizer,
  type Optimizer,
  rateAlone,
  requireFormula,
} from './optimizer.ts';

/** Options of gradient descent. */
export interface SgdOptions {
  /** Step size η. Default 0.01. */
  readonly learningRate?: LearningRate | undefined;
  /** Momentum μ, from 0 (default, none) up to 1. */
  readonly momentum?: number | undefined;
  /** Share of the gradient that does not enter the velocity; `pytorch` only. Default 0. */
  readonly dampening?: number | undefined;
  /** Look ahead along the velocity; needs momentum. Default false. */
  readonly nesterov?: boolean | undefined;
  /** λ of g ← g + λw. Default 0. */
  readonly weightDecay?: number | undefined;
  /** Whose momentum. Default `pytorch`. */
  readonly formula?: Formula | undefined;
}

const known = {
  learningRate: true,
  momentum: true,
  dampening: true,
  nesterov: true,
  weightDecay: true,
  formula: true,
} as const;

/**
 * Descend along the gradient: w ← w − ηg, with momentum where asked.
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
export function sgd(options: SgdOptions = {}): Optimizer {
  requireOptions(options, known, 'sgd');
  const { learningRate = 0.01, momentum = 0, dampening = 0, nesterov = false } = options;
  const { weightDecay = 0, formula = 'pytorch' } = options;
  requireFormula(formula);
  requireRange('momentum', momentum, { least: 0, below: 1 });
  requireRange('dampening', dampening, { least: 0, below: Number.POSITIVE_INFINITY });
  requireRange('weightDecay', weightDecay, { least: 0, below: Number.POSITIVE_INFINITY });
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    throw new ArgumentError({
      received: `nesterov with momentum ${momentum} and dampening ${dampening}`,
      expected: 'momentum above 0 and no dampening',
    });
  }
  if (dampening !== 0 && formula !== 'pytorch') {
    throw new ArgumentError({ received: `dampening with the formula '${formula}'`, expected: "'pytorch'" });
  }
  const constants = { momentum, weightDecay };
  const written = { momentum, dampening, nesterov, weightDecay, formula };
  if (momentum === 0) {
    return makeOptimizer({
      name: 'sgd',
      rule: 'sgd',
      constants: { weightDecay },
      learningRate,
      scalars: rateAlone,
      options: written,
    });
  }
  if (formula !== 'pytorch') {
    return makeOptimizer({
      name: 'sgd',
      rule: nesterov ? 'velocityNesterov' : 'velocityMomentum',
      constants,
      learningRate,
      scalars: rateAlone,
      options: written,
    });
  }
  return makeOptimizer({
    name: 'sgd',
    rule: nesterov ? 'nesterov' : 'momentum',
    constants,
    learningRate,
    scalars(step, rate, _decayFactor, into = []) {
      into[0] = rate;
      into[1] = step === 1 ? 1 : 1 - dampening;
      return into;
    },
    options: written,
  });
}
