import * as $ from '../../../graph/operations.ts';
import { ArgumentError } from '../../../util/errors.ts';
import { describeValue, requireOptions } from '../../../util/options.ts';
import { defineLoss, type Loss } from '../loss.ts';
import { classRows } from './classRows.ts';
import { requireAboveZero } from './requireAboveZero.ts';

/** Options of the multi-class margin. */
export interface MaxMarginOptions {
  /** How far the right class's score shall stand above every other one. Default 1. */
  readonly margin?: number;
  /** What each shortfall is raised to, 1 (default) or 2. */
  readonly power?: 1 | 2;
}

/**
 * Measure Σ max(0, margin − z_y + z_k)^power / C over the classes k other than the right one y, for scores z of C
 * classes, averaged over the rows (Weston & Watkins 1999); PyTorch's `multi_margin_loss`.
 *
 * @param options - Margin and power.
 * @returns The loss; targets are class numbers 0 … C − 1, or rows with a 1 at the class.
 * @throws ArgumentError for a margin that is not above 0 or a power other than 1 and 2.
 * @example
 * import { constant, evaluate } from 'gradus/tensor';
 * import { maxMargin } from 'gradus/losses';
 * evaluate(maxMargin().build(constant([0.5, 2], [1, 2]), constant([1, 0], [1, 2]))); // 1.25
 */
export function maxMargin(options: MaxMarginOptions = {}): Loss {
  requireOptions(options, { margin: true, power: true }, 'maxMargin');
  const { margin = 1, power = 1 } = options;
  requireAboveZero('margin', margin);
  if (power !== 1 && power !== 2) {
    throw new ArgumentError({ received: `power is ${describeValue(power)}`, expected: '1 or 2' });
  }
  return defineLoss({
    name: 'maxMargin',
    task: 'classes',
    probabilities: 'none',
    elements(prediction, target) {
      const t = classRows(prediction, target);
      const right = $.sum($.multiply(t, prediction), { axes: -1, keepDimensions: true });
      const shortfall = $.relu($.affine($.subtract(prediction, right), 1, margin));
      const raised = power === 1 ? shortfall : $.square(shortfall);
      return $.multiply(raised, $.affine(t, -1, 1));
    },
    options: { margin, power },
  });
}
