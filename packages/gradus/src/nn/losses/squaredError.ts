import * as $ from '../../graph/operations.ts';
import { defineLoss, type Loss } from './loss.ts';

/**
 * Measure ½ Σₖ (predictionₖ − targetₖ)², averaged over the rows: half the squared distance, whose gradient is the plain
 * difference. It is outputs/2 times `meanSquaredError`.
 *
 * @returns The loss; targets are values, as many for each row as the model has outputs.
 * @example
 * import { constant, evaluate } from 'gradus/tensor';
 * import { squaredError } from 'gradus/losses';
 * evaluate(squaredError().build(constant([1, 2], [1, 2]), constant([0, 4], [1, 2]))); // 2.5
 */
export const squaredError = (): Loss =>
  defineLoss({
    name: 'squaredError',
    task: 'values',
    probabilities: 'identity',
    elements: (prediction, target) =>
      $.affine($.sum($.squaredDifference(prediction, target), { axes: -1 }), 0.5, 0),
  });
