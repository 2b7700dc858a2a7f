import * as $ from '../../graph/operations.ts';
import { fields, type OptionsOf, positiveNumber } from '../../util/fields.ts';
import { defineLoss, type Loss } from './loss.ts';

const huberFields = /* @__PURE__ */ fields('huber', () => ({
  /** δ above 0, in units of the targets: where squares become absolute values. Default 1. */
  delta: positiveNumber().default(1),
}));

/** Options of the Huber loss. */
export type HuberOptions = OptionsOf<typeof huberFields>;

/**
 * Measure ½r² for residuals r = prediction − target up to δ and δ(|r| − ½δ) beyond, averaged over rows and outputs
 * (Huber 1964): squares near 0, absolute values far from it. PyTorch's `smooth_l1_loss` with β = δ is this divided by δ.
 *
 * @param options - `delta`: δ above 0, in units of the targets. Default 1.
 * @returns The loss; targets are values, as many for each row as the model has outputs.
 * @throws ArgumentError for a δ that is not above 0.
 * @example
 * import { constant, evaluate } from 'gradus/tensor';
 * import { huber } from 'gradus/losses';
 * evaluate(huber().build(constant([0.5, 4], [1, 2]), constant([0, 0], [1, 2]))); // 1.8125
 */
export function huber(options: HuberOptions = {}): Loss {
  const own = huberFields.read(options);
  const { delta } = own;
  return defineLoss({
    name: 'huber',
    task: 'values',
    probabilities: 'identity',
    // c(|r| − ½c) with c = min(|r|, δ): its derivative c·sign r is right at |r| = δ too, as |r| − c is 0 there.
    elements(prediction, target) {
      const size = $.absolute($.subtract(prediction, target));
      const cut = $.clip(size, 0, delta);
      return $.multiply(cut, $.subtract(size, $.affine(cut, 0.5, 0)));
    },
    options: huberFields.write(own),
  });
}
