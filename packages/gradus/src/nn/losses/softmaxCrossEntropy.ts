import * as $ from '../../graph/operations.ts';
import { fields, fraction, type OptionsOf } from '../../util/fields.ts';
import { defineLoss, type Loss } from './loss.ts';

const softmaxCrossEntropyFields = /* @__PURE__ */ fields('softmaxCrossEntropy', () => ({
  /** ε from 0 up to 1: targets become (1 − ε)t + ε/classes. Default 0. */
  labelSmoothing: fraction().default(0),
}));

/** Options of the softmax cross-entropy. */
export type SoftmaxCrossEntropyOptions = OptionsOf<typeof softmaxCrossEntropyFields>;

/**
 * Measure −Σ tₖ·log softmax(z)ₖ of the logits z, averaged over the rows: one class of several.
 *
 * @param options - `labelSmoothing` ε, from 0 (default) up to 1: targets become (1 − ε)t + ε/classes.
 * @returns The loss; targets are class numbers 0 … C − 1, or a row of C probabilities each.
 * @throws ArgumentError for smoothing outside [0, 1).
 * @example
 * import { softmaxCrossEntropy } from 'gradus/losses';
 * softmaxCrossEntropy({ labelSmoothing: 0.1 }).probabilities; // 'softmax'
 */
export function softmaxCrossEntropy(options: SoftmaxCrossEntropyOptions = {}): Loss {
  const own = softmaxCrossEntropyFields.read(options);
  const { labelSmoothing } = own;
  return defineLoss({
    name: 'softmaxCrossEntropy',
    task: 'classes',
    probabilities: 'softmax',
    elements: (prediction, target) => $.softmaxCrossEntropy(prediction, target, labelSmoothing),
    options: softmaxCrossEntropyFields.write(own),
  });
}
