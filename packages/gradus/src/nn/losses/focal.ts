import * as $ from '../../graph/operations.ts';
import { ArgumentError } from '../../util/errors.ts';
import { type Field, fields, numberFrom, type OptionsOf, plainField } from '../../util/fields.ts';
import { describeValue } from '../../util/options.ts';
import { defineLoss, type Loss } from './loss.ts';
import { classRows } from './targets.ts';

const gammaField = () => numberFrom(0).default(2);

const binaryFocalFields = /* @__PURE__ */ fields('binaryFocalCrossEntropy', () => ({
  /** γ ≥ 0: the larger, the less an answer counts that is already good. Default 2; 0 gives `binaryCrossEntropy`. */
  gamma: gammaField(),
  /** α between 0 and 1: the weight of a yes, where a no weighs 1 − α; the paper has 0.25. Default both weigh 1. */
  alpha: shareField().optional(),
}));

/** Options of the focal loss of yes/no questions. */
export type BinaryFocalOptions = OptionsOf<typeof binaryFocalFields>;

const softmaxFocalFields = /* @__PURE__ */ fields('softmaxFocalCrossEntropy', () => ({
  /** γ ≥ 0: the larger, the less a row counts that is already good. Default 2; 0 gives `softmaxCrossEntropy`. */
  gamma: gammaField(),
}));

/** Options of the focal loss of classes. */
export type SoftmaxFocalOptions = OptionsOf<typeof softmaxFocalFields>;

const shareField = (): Field<number> =>
  plainField((value, name): asserts value is number => {
    if (typeof value === 'number' && value >= 0 && value <= 1) return;
    throw new ArgumentError({
      received: `${name} is ${describeValue(value)}`,
      expected: 'a number from 0 to 1',
    });
  });

/** The missed probability counts at least this much, so that its power has a derivative where it rounds to 0. */
const LEAST_MISSED = 1e-30;

/**
 * Measure (1 − p)^γ·(−log p), where p is the probability that the logit gives to the right answer, averaged over rows and
 * outputs: yes/no questions of which most are easy (Lin et al. 2017).
 *
 * @param options - γ, and α for the rarer answer.
 * @returns The loss; targets are 0, 1 or between.
 * @throws ArgumentError for γ below 0 or α outside [0, 1].
 * @example
 * import { constant, evaluate } from 'gradus/tensor';
 * import { binaryFocalCrossEntropy } from 'gradus/losses';
 * evaluate(binaryFocalCrossEntropy().build(constant([0, 0], [1, 2]), constant([1, 0], [1, 2]))); // 0.173287
 */
export function binaryFocalCrossEntropy(options: BinaryFocalOptions = {}): Loss {
  const own = binaryFocalFields.read(options);
  const { gamma, alpha } = own;
  return defineLoss({
    name: 'binaryFocalCrossEntropy',
    task: 'bits',
    probabilities: 'sigmoid',
    elements(prediction, target) {
      const opposite = $.affine(target, -1, 1);
      // 1 − p = t·σ(−z) + (1 − t)·σ(z), a sum of what is small where p is near 1
      const left = $.multiply(target, $.sigmoid($.negate(prediction)));
      const missed = $.add(left, $.multiply(opposite, $.sigmoid(prediction)));
      const focus = $.powConstant($.maximum(missed, LEAST_MISSED), gamma);
      const losses = $.multiply(focus, $.logisticLoss(prediction, target));
      if (alpha === undefined) return losses;
      return $.multiply($.affine(target, 2 * alpha - 1, 1 - alpha), losses);
    },
    options: binaryFocalFields.write(own),
  });
}

/**
 * Measure Σ tₖ·(1 − pₖ)^γ·(−log pₖ) with p = softmax(z), averaged over the rows: one class of several, where most rows
 * are easy (Lin et al. 2017). The α of each class is what `classWeight` of `fit` does.
 *
 * @param options - `gamma`: γ ≥ 0, default 2; 0 gives `softmaxCrossEntropy`.
 * @returns The loss; targets are class numbers 0 … C − 1, or a row of C probabilities each.
 * @throws ArgumentError for γ below 0.
 * @example
 * import { constant, evaluate } from 'gradus/tensor';
 * import { softmaxFocalCrossEntropy } from 'gradus/losses';
 * evaluate(softmaxFocalCrossEntropy().build(constant([0, 0], [1, 2]), constant([1, 0], [1, 2]))); // 0.173287
 */
export function softmaxFocalCrossEntropy(options: SoftmaxFocalOptions = {}): Loss {
  const own = softmaxFocalFields.read(options);
  const { gamma } = own;
  return defineLoss({
    name: 'softmaxFocalCrossEntropy',
    task: 'classes',
    probabilities: 'softmax',
    elements(prediction, target) {
      const logarithms = $.logSoftmax(prediction);
      const missed = $.affine($.exp(logarithms), -1, 1);
      const focus = $.powConstant($.maximum(missed, LEAST_MISSED), gamma);
      const terms = $.multiply(classRows(prediction, target), $.multiply(focus, logarithms));
      return $.negate($.sum(terms, { axes: -1 }));
    },
    options: softmaxFocalFields.write(own),
  });
}
