import { fields, numberFrom, type OptionsOf, positiveInteger } from '../../util/fields.ts';
import type { WholeDataOptimizer } from '../optimizer.ts';

const lbfgsFields = /* @__PURE__ */ fields('lbfgs', () => ({
  /** The number of pairs of step and gradient change that describe the curvature. Default 10. */
  memory: positiveInteger().default(10),
  /** Training ends where no element of the gradient is larger. Default 1e-5; scikit-learn's networks take 1e-4. */
  gradientTolerance: numberFrom(0).default(1e-5),
  /** Training ends when an epoch lowers the loss by no more than this, times the larger loss and 1. Default 2.2e-9. */
  valueTolerance: numberFrom(0).default(2.220446049250313e-9),
  /** The most evaluations of the loss in all. Default 15000. */
  maximumEvaluations: positiveInteger().default(15000),
}));

/** Options of L-BFGS. */
export type LbfgsOptions = OptionsOf<typeof lbfgsFields>;

/**
 * Minimise the loss over all rows at once by L-BFGS: for small data and networks without noise.
 *
 * An epoch is an iteration: a step along −Hg, where H is the inverse Hessian described by the last pairs, of a length
 * that satisfies the strong Wolfe conditions, found by Moré and Thuente's line search. Rows are read in blocks of
 * `batchSize`, whose gradients are added. Dropout draws the same masks within an iteration.
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
export function lbfgs(options: LbfgsOptions = {}): WholeDataOptimizer {
  const settings = lbfgsFields.read(options);
  return {
    kind: 'wholeData',
    name: 'lbfgs',
    settings,
    config: () => ({ name: 'lbfgs', ...lbfgsFields.write(settings) }),
  };
}
