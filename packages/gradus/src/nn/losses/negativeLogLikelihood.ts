import * as $ from '../../graph/operations.ts';
import { defineLoss, type Loss } from './loss.ts';
import { classRows } from './targets.ts';

/**
 * Measure −Σ tₖ·log pₖ of the logarithms of probabilities, averaged over the rows, for a model that ends with the
 * activation `logSoftmax`; PyTorch's `nll_loss`.
 *
 * @returns The loss; targets are class numbers 0 … C − 1, or a row of C probabilities each.
 * @example
 * import { constant, evaluate } from 'gradus/tensor';
 * import { negativeLogLikelihood } from 'gradus/losses';
 * const loss = negativeLogLikelihood();
 * evaluate(loss.build(constant([-0.1, -2.35], [1, 2]), constant([0, 1], [1, 2]))); // 2.35
 */
export const negativeLogLikelihood = (): Loss =>
  defineLoss({
    name: 'negativeLogLikelihood',
    task: 'classes',
    // The softmax of logarithms of probabilities gives them back.
    probabilities: 'softmax',
    elements: (prediction, target) =>
      $.negate($.sum($.multiply(classRows(prediction, target), prediction), { axes: -1 })),
  });
