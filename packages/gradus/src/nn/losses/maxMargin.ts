import * as $ from '../../graph/operations.ts';
import { ArgumentError } from '../../util/errors.ts';
import { type Field, fields, type OptionsOf, plainField, positiveNumber } from '../../util/fields.ts';
import { describeValue } from '../../util/options.ts';
import { defineLoss, type Loss } from './loss.ts';
import { classRows } from './targets.ts';

const maxMarginFields = /* @__PURE__ */ fields('maxMargin', () => ({
  /** How far the score of the right class must exceed every other one. Default 1. */
  margin: positiveNumber().default(1),
  /** The power to which each shortfall is raised, 1 (default) or 2. */
  power: powerField().default(1),
}));

/** Options of the multi-class margin. */
export type MaxMarginOptions = OptionsOf<typeof maxMarginFields>;

const powerField = (): Field<1 | 2> =>
  plainField((value): asserts value is 1 | 2 => {
    if (value === 1 || value === 2) return;
    throw new ArgumentError({ received: `power is ${describeValue(value)}`, expected: '1 or 2' });
  });

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
  const own = maxMarginFields.read(options);
  const { margin, power } = own;
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
    options: maxMarginFields.write(own),
  });
}
