import * as $ from '../../graph/operations.ts';
import { fields, flag, type OptionsOf } from '../../util/fields.ts';
import { defineLoss, LEAST_PROBABILITY, type Loss } from './loss.ts';

const binaryCrossEntropyFields = /* @__PURE__ */ fields('binaryCrossEntropy', () => ({
  /** Whether the model gives logits, else probabilities. Default true. */
  fromLogits: flag().default(true),
}));

/** Options of the binary cross-entropy. */
export type BinaryCrossEntropyOptions = OptionsOf<typeof binaryCrossEntropyFields>;

/**
 * Measure −t·log p − (1 − t)·log(1 − p), averaged over rows and outputs: independent yes/no questions. It is also called the
 * logistic loss or, for one output, log loss.
 *
 * From logits z it is computed as max(z, 0) − z·t + log(1 + e^−|z|), which cannot overflow.
 *
 * @param options - `fromLogits`: whether the model gives logits (default) or probabilities, that is, ends with a
 *   sigmoid; these are clipped to [1e-7, 1 − 1e-7], as in Keras (PyTorch bounds the logarithm instead, by −100).
 * @returns The loss; targets are 0, 1 or between.
 * @example
 * import { binaryCrossEntropy } from 'gradus/losses';
 * binaryCrossEntropy().probabilities; // 'sigmoid'
 */
export function binaryCrossEntropy(options: BinaryCrossEntropyOptions = {}): Loss {
  const own = binaryCrossEntropyFields.read(options);
  const { fromLogits } = own;
  return defineLoss({
    name: 'binaryCrossEntropy',
    task: 'bits',
    probabilities: fromLogits ? 'sigmoid' : 'identity',
    elements(prediction, target) {
      if (fromLogits) return $.logisticLoss(prediction, target);
      const p = $.clip(prediction, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY);
      const yes = $.multiply(target, $.log(p));
      const no = $.multiply($.affine(target, -1, 1), $.log1p($.negate(p)));
      return $.negate($.add(yes, no));
    },
    options: binaryCrossEntropyFields.write(own),
  });
}
