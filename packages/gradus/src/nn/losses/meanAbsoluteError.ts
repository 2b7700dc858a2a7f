import * as $ from '../../graph/operations.ts';
import { defineLoss, type Loss } from './loss.ts';

/**
 * Measure the mean of |prediction − target| over rows and outputs, which a few wild targets move less than squares; the
 * derivative at 0 is 0.
 *
 * @returns The loss; targets are values, as many for each row as the model has outputs.
 * @example
 * import { constant, evaluate } from 'gradus/tensor';
 * import { meanAbsoluteError } from 'gradus/losses';
 * evaluate(meanAbsoluteError().build(constant([1, 2], [1, 2]), constant([0, 4], [1, 2]))); // 1.5
 */
export const meanAbsoluteError = (): Loss =>
  defineLoss({
    name: 'meanAbsoluteError',
    task: 'values',
    probabilities: 'identity',
    elements: (prediction, target) => $.absolute($.subtract(prediction, target)),
  });
