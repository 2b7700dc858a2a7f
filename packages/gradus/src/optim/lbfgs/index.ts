import { ArgumentError } from '../../util/errors.ts';
import { requireCount, requireOptions, requireRange } from '../../util/options.ts';
import { makeOptimizer, type Optimizer } from '../optimizer.ts';

/** Options of L-BFGS. */
export interface LbfgsOptions {
  /** How many pairs of step and change of the gradient describe the curvature. Default 10. */
  readonly memory?: number | undefined;
  /** Training ends where no part of the gradient is larger. Default 1e-5; scikit-learn's networks take 1e-4. */
  readonly gradientTolerance?: number | undefined;
  /** Training ends when an epoch lowers the loss by no more than this, times the larger loss and 1. Default 2.2e-9. */
  readonly valueTolerance?: number | undefined;
  /** The most evaluations of the loss in all. Default 15000. */
  readonly maximumEvaluations?: number | undefined;
}

/**
 * Minimise the loss over all rows at once by L-BFGS, for `fit` of small data and networks without noise.
 *
 * An epoch is an iteration: a step along −Hg, where H is the inverse Hessian that the last pairs describe, of a length
 * that satisfies the strong Wolfe conditions, found by Moré and Thuente's line search. Rows stream in blocks of
 * `batchSize`, whose gradients add up. Dropout draws the same masks within an iteration.
 * Sources: Liu & Nocedal 1989; Byrd, Lu, Nocedal & Zhu 1995; steps and tests are those of SciPy's L-BFGS-B.
 *
 * @param options - Pairs, tolerances, evaluations.
 * @returns An optimizer that only `fit` takes.
 * @throws ArgumentError for an option outside its range.
 * @example
 * import { dense, lbfgs, sequential } from 'gradus';
 * const model = sequential([dense(8, { activation: 'tanh' }), dense(1)]);
 * const x = [[0, 0], [0, 1], [1, 0], [1, 1]];
 * const history = await model.fit({ x, y: [0, 1, 1, 0] }, { loss: 'meanSquaredError', optimizer: lbfgs(), epochs: 100 });
 * (history.epochs.at(-1)?.loss ?? 1) < 1e-6; // true
 */
export function lbfgs(options: LbfgsOptions = {}): Optimizer {
  const known = {
    memory: true,
    gradientTolerance: true,
    valueTolerance: true,
    maximumEvaluations: true,
  } as const;
  requireOptions(options, known, 'lbfgs');
  const { memory = 10, gradientTolerance = 1e-5, valueTolerance = 2.220446049250313e-9 } = options;
  const { maximumEvaluations = 15000 } = options;
  requireCount('memory', memory, 1);
  requireRange('gradientTolerance', gradientTolerance, { least: 0, below: Number.POSITIVE_INFINITY });
  requireRange('valueTolerance', valueTolerance, { least: 0, below: Number.POSITIVE_INFINITY });
  requireCount('maximumEvaluations', maximumEvaluations, 1);
  const settings = { memory, gradientTolerance, valueTolerance, maximumEvaluations };
  const { config, ...inert } = makeOptimizer({
    name: 'lbfgs',
    rule: 'sgd',
    constants: {},
    learningRate: 1,
    scalars() {
      throw new ArgumentError({
        received: 'lbfgs for steps on batches',
        expected: 'an optimizer that makes them, such as adam()',
        remedy: 'Give lbfgs() to fit',
      });
    },
    options: settings,
  });
  // Its steps have no learning rate.
  const { learningRate: _, ...written } = config();
  return { ...inert, minimizer: settings, config: () => ({ ...written, name: 'lbfgs' }) };
}
