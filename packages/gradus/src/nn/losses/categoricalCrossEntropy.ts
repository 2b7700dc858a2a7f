import * as $ from '../../graph/operations.ts';
import { defineLoss, LEAST_PROBABILITY, type Loss } from './loss.ts';
import { classRows } from './targets.ts';

/**
 * Measure −Σ tₖ·log pₖ of the probabilities p, averaged over the rows: log loss, for a model that ends with softmax.
 * Probabilities are clipped to [1e-7, 1 − 1e-7], as in Keras (which also divides each row by its sum first).
 * `softmaxCrossEntropy` takes logits, is exact for any of them, and is faster.
 *
 * @returns The loss; targets are class numbers 0 … C − 1, or a row of C probabilities each.
 * @example
 * import { constant, evaluate } from 'gradus/tensor';
 * import { categoricalCrossEntropy } from 'gradus/losses';
 * const loss = categoricalCrossEntropy();
 * evaluate(loss.build(constant([0.25, 0.75], [1, 2]), constant([1, 0], [1, 2]))); // 1.386294
 */
export const categoricalCrossEntropy = (): Loss =>
  defineLoss({
    name: 'categoricalCrossEntropy',
    task: 'classes',
    probabilities: 'identity',
    elements(prediction, target) {
      const logarithms = $.log($.clip(prediction, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY));
      return $.negate($.sum($.multiply(classRows(prediction, target), logarithms), { axes: -1 }));
    },
  });
