import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { fields, flag, type OptionsOf, positiveNumber } from '../../util/fields.ts';
import { defineLoss, type Loss } from './loss.ts';
import { requireCounts } from './targets.ts';

const poissonFields = /* @__PURE__ */ fields('poisson', () => ({
  /** Whether the model gives the logarithm of the rate (default) or the rate itself, which must not be below 0. */
  logInput: flag().default(true),
  /** Whether log t! is added, by Stirling's formula, for targets above 1. Default false. */
  full: flag().default(false),
  /** Is added to a rate before its logarithm. Default 1e-8, as in PyTorch; Keras has 1e-7. */
  epsilon: positiveNumber().default(1e-8),
}));

/** Options of the Poisson loss. */
export type PoissonOptions = OptionsOf<typeof poissonFields>;

const TWO_PI = 6.283185307179586;

/** log t! ≈ t·log t − t + ½·log(2πt) where t > 1, else 0. */
function stirling(target: Tensor): Tensor {
  const t = $.maximum(target, 1);
  const logarithm = $.log(t);
  const first = $.multiply(t, $.affine(logarithm, 1, -1));
  const second = $.affine($.log($.affine(t, TWO_PI, 0)), 0.5, 0);
  return $.multiply($.greater(target, 1), $.add(first, second));
}

/**
 * Measure r − t·log r for a rate r and a count t, averaged over rows and outputs: the negative logarithm of Poisson's
 * probability without its constant. From logarithms z of the rate it is eᶻ − t·z.
 *
 * @param options - What the model gives, and whether the constant is added.
 * @returns The loss; targets are numbers of at least 0.
 * @throws ArgumentError for an ε that is not above 0.
 * @example
 * import { constant, evaluate } from 'gradus/tensor';
 * import { poisson } from 'gradus/losses';
 * evaluate(poisson().build(constant([0, 1], [1, 2]), constant([2, 3], [1, 2]))); // 0.359141
 */
export function poisson(options: PoissonOptions = {}): Loss {
  const own = poissonFields.read(options);
  const { logInput, full, epsilon } = own;
  return defineLoss({
    name: 'poisson',
    task: 'values',
    probabilities: 'identity',
    readTargets: requireCounts,
    elements(prediction, target) {
      const rate = logInput ? $.exp(prediction) : prediction;
      const logarithm = logInput ? prediction : $.log($.affine(prediction, 1, epsilon));
      const losses = $.subtract(rate, $.multiply(target, logarithm));
      return full ? $.add(losses, stirling(target)) : losses;
    },
    options: poissonFields.write(own),
  });
}
