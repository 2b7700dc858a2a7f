import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { defineLoss, type Loss } from './loss.ts';

/** Rows of no length count as this long, squared, as in Keras. */
const LEAST_SQUARE = 1e-12;

const dot = (a: Tensor, b: Tensor): Tensor => $.sum($.multiply(a, b), { axes: -1 });

const lengthOf = (x: Tensor): Tensor => $.sqrt($.maximum(dot(x, x), LEAST_SQUARE));

/**
 * Measure 1 − cos of the angle between prediction and target, averaged over the rows: 0 for one direction, 2 for opposite
 * ones, whatever the lengths. Keras's `CosineSimilarity` is this minus 1.
 *
 * @returns The loss; targets are values, as many for each row as the model has outputs.
 * @example
 * import { constant, evaluate } from 'gradus/tensor';
 * import { cosineSimilarity } from 'gradus/losses';
 * evaluate(cosineSimilarity().build(constant([3, 4], [1, 2]), constant([2, 0], [1, 2]))); // 0.4
 */
export const cosineSimilarity = (): Loss =>
  defineLoss({
    name: 'cosineSimilarity',
    task: 'values',
    probabilities: 'identity',
    elements: (prediction, target) =>
      $.subtract(1, $.divide(dot(prediction, target), $.multiply(lengthOf(prediction), lengthOf(target)))),
  });
