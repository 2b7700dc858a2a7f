import { requireOptions, requireRange } from '../util/options.ts';
import {
  type LearningRate,
  makeOptimizer,
  type Optimizer,
  rateAlone,
  requireCoupledDecay,
  requireFormula,
} from './optimizer.ts';

/** Options of Adagrad. */
export interface AdagradOptions {
  /** Step size η. Default 0.01, with the formula `keras` 0.001. PyTorch's `lr_decay` is `inverseTimeDecay`. */
  readonly learningRate?: LearningRate | undefined;
  /** What the sum of squares begins with. Default 0, with the formula `keras` 0.1. */
  readonly initialAccumulator?: number | undefined;
  /** Keeps the divisor above 0. Default 1e-10, with the formula `keras` 1e-7. */
  readonly epsilon?: number | undefined;
  /** λ of g ← g + λw; `pytorch` only. Default 0. */
  readonly weightDecay?: number | undefined;
  /** Where ε stands. Default `pytorch`. */
  readonly formula?: 'pytorch' | 'keras' | undefined;
}

const known = {
  learningRate: true,
  initialAccumulator: true,
  epsilon: true,
  weightDecay: true,
  formula: true,
} as const;

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
export function adagrad(options: AdagradOptions = {}): Optimizer {
  requireOptions(options, known, 'adagrad');
  const { weightDecay = 0, formula = 'pytorch' } = options;
  requireFormula(formula, ['pytorch', 'keras']);
  const isKeras = formula === 'keras';
  const { learningRate = isKeras ? 0.001 : 0.01 } = options;
  const { initialAccumulator = isKeras ? 0.1 : 0, epsilon = isKeras ? 1e-7 : 1e-10 } = options;
  requireRange('initialAccumulator', initialAccumulator, { least: 0, below: Number.POSITIVE_INFINITY });
  requireRange('epsilon', epsilon, { least: 0, below: Number.POSITIVE_INFINITY });
  requireCoupledDecay(weightDecay, formula);
  return makeOptimizer({
    name: 'adagrad',
    rule: 'adagrad',
    // The slot begins with 0; what the sum begins with is added to it under every root.
    constants: {
      weightDecay,
      epsilon: isKeras ? 0 : epsilon,
      underRoot: initialAccumulator + (isKeras ? epsilon : 0),
    },
    learningRate,
    scalars: rateAlone,
    options: { initialAccumulator, epsilon, weightDecay, formula },
  });
}
