import { requireOptions, requireRange } from '../util/options.ts';
import {
  type LearningRate,
  makeOptimizer,
  type Optimizer,
  rateAlone,
  requireCoupledDecay,
  requireFormula,
} from './optimizer.ts';

/** Options of Adadelta. */
export interface AdadeltaOptions {
  /** Factor η of the step, 1 in the paper. Default 1, with the formula `keras` 0.001. */
  readonly learningRate?: LearningRate | undefined;
  /** How much of both mean squares is kept, ρ from 0 up to 1. Default 0.9, with the formula `keras` 0.95. */
  readonly rho?: number | undefined;
  /** Added under both roots; what the first step is made of. Default 1e-6, with the formula `keras` 1e-7. */
  readonly epsilon?: number | undefined;
  /** λ of g ← g + λw; `pytorch` only. Default 0. */
  readonly weightDecay?: number | undefined;
  /** Whose defaults; the formula is the same. Default `pytorch`. */
  readonly formula?: 'pytorch' | 'keras' | undefined;
}

const known = { learningRate: true, rho: true, epsilon: true, weightDecay: true, formula: true } as const;

/**
 * Scale each step by the ratio of past steps to past gradients, so that no learning rate need be chosen.
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
export function adadelta(options: AdadeltaOptions = {}): Optimizer {
  requireOptions(options, known, 'adadelta');
  const { weightDecay = 0, formula = 'pytorch' } = options;
  requireFormula(formula, ['pytorch', 'keras']);
  const isKeras = formula === 'keras';
  const { learningRate = isKeras ? 0.001 : 1 } = options;
  const { rho = isKeras ? 0.95 : 0.9, epsilon = isKeras ? 1e-7 : 1e-6 } = options;
  requireRange('rho', rho, { least: 0, below: 1 });
  requireRange('epsilon', epsilon, { least: 0, below: Number.POSITIVE_INFINITY });
  requireCoupledDecay(weightDecay, formula);
  return makeOptimizer({
    name: 'adadelta',
    rule: 'adadelta',
    constants: { beta2: rho, underRoot: epsilon, weightDecay },
    learningRate,
    scalars: rateAlone,
    options: { rho, epsilon, weightDecay, formula },
  });
}
