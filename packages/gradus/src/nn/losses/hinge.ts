import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { defineLoss, type Loss } from './loss.ts';
import { bitsFromSigns } from './targets.ts';

/** max(0, 1 − s·z) with s = 2t − 1 for targets t of 0 and 1. */
const shortfall = (prediction: Tensor, target: Tensor): Tensor =>
  $.relu($.affine($.multiply($.affine(target, 2, -1), prediction), -1, 1));

/**
 * Measure max(0, 1 − s·z) for the score z and s = −1 or +1, averaged over rows and outputs (Cortes & Vapnik 1995): a
 * linear model with it and an L2 penalty is a support vector machine.
 *
 * @returns The loss; targets are 0 and 1, or −1 and +1, not both; a score above 0 says yes.
 * @example
 * import { constant, evaluate } from 'gradus/tensor';
 * import { hinge } from 'gradus/losses';
 * evaluate(hinge().build(constant([0.5, -2], [1, 2]), constant([1, 1], [1, 2]))); // 1.75
 */
export const hinge = (): Loss =>
  defineLoss({
    name: 'hinge',
    task: 'bits',
    probabilities: 'none',
    readTargets: bitsFromSigns,
    elements: shortfall,
  });

/**
 * Measure max(0, 1 − s·z)² for the score z and s = −1 or +1, averaged over rows and outputs: `hinge` without its
 * kink.
 *
 * @returns The loss; targets are 0 and 1, or −1 and +1, not both; a score above 0 says yes.
 * @example
 * import { constant, evaluate } from 'gradus/tensor';
 * import { squaredHinge } from 'gradus/losses';
 * evaluate(squaredHinge().build(constant([0.5, -2], [1, 2]), constant([1, 1], [1, 2]))); // 4.625
 */
export const squaredHinge = (): Loss =>
  defineLoss({
    name: 'squaredHinge',
    task: 'bits',
    probabilities: 'none',
    readTargets: bitsFromSigns,
    elements: (prediction, target) => $.square(shortfall(prediction, target)),
  });
