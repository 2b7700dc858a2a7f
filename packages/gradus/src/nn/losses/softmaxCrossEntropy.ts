import * as $ from '../../graph/operations.ts';
import { ArgumentError } from '../../util/errors.ts';
import { requireOptions } from '../../util/options.ts';
import { defineLoss, type Loss } from './loss.ts';

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
export function softmaxCrossEntropy(options: { readonly labelSmoothing?: number } = {}): Loss {
  requireOptions(options, { labelSmoothing: true }, 'softmaxCrossEntropy');
  const { labelSmoothing = 0 } = options;
  if (!(labelSmoothing >= 0 && labelSmoothing < 1)) {
    throw new ArgumentError({
      received: `a label smoothing of ${labelSmoothing}`,
      expected: 'a number from 0 up to, not including, 1',
    });
  }
  return defineLoss({
    name: 'softmaxCrossEntropy',
    task: 'classes',
    probabilities: 'softmax',
    elements: (prediction, target) => $.softmaxCrossEntropy(prediction, target, labelSmoothing),
    options: { labelSmoothing },
  });
}
