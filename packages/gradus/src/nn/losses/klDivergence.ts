import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { fields, type OptionsOf, oneOf } from '../../util/fields.ts';
import { defineLoss, LEAST_PROBABILITY, type Loss } from './loss.ts';
import { classRows } from './targets.ts';

const inputs = ['logits', 'logProbabilities', 'probabilities'] as const;

/** What the outputs of a model are, from which a divergence is measured. */
export type DivergenceInput = (typeof inputs)[number];

const klDivergenceFields = /* @__PURE__ */ fields('klDivergence', () => ({
  /** What the model gives: logits, logarithms of probabilities, or probabilities. Default `logits`. */
  from: oneOf(inputs).default('logits'),
}));

/** Options of the Kullback–Leibler divergence. */
export type KlDivergenceOptions = OptionsOf<typeof klDivergenceFields>;

/** The logarithms of the model's probabilities. */
const logarithms: Record<DivergenceInput, (prediction: Tensor) => Tensor> = {
  logits: $.logSoftmax,
  logProbabilities: (prediction) => prediction,
  probabilities: (prediction) => $.log($.clip(prediction, LEAST_PROBABILITY, 1)),
};

/** Far below any probability that counts; 0·log of it is 0. */
const TINY = 1e-30;

/**
 * Measure Σ tₖ·(log tₖ − log pₖ) ≥ 0, the divergence of the model's distribution from the target's, averaged over the
 * rows (Kullback & Leibler 1951); terms with tₖ = 0 are 0. PyTorch calls this mean 'batchmean'; its 'mean' divides by
 * the classes as well.
 *
 * @param options - `from`: whether the model gives logits (default), logarithms of probabilities, as `kl_div` of PyTorch
 *   takes, or probabilities, as Keras; these are clipped to [1e-7, 1].
 * @returns The loss; targets are a row of C probabilities each, or class numbers.
 * @throws ArgumentError for an unknown `from`.
 * @example
 * import { constant, evaluate } from 'gradus/tensor';
 * import { klDivergence } from 'gradus/losses';
 * const loss = klDivergence();
 * evaluate(loss.build(constant([0, 0], [1, 2]), constant([0.25, 0.75], [1, 2]))); // 0.130812
 */
export function klDivergence(options: KlDivergenceOptions = {}): Loss {
  const own = klDivergenceFields.read(options);
  const { from } = own;
  return defineLoss({
    name: 'klDivergence',
    task: 'classes',
    probabilities: from === 'probabilities' ? 'identity' : 'softmax',
    elements(prediction, target) {
      const t = classRows(prediction, target);
      const difference = $.subtract($.log($.maximum(t, TINY)), logarithms[from](prediction));
      return $.sum($.multiply(t, difference), { axes: -1 });
    },
    options: klDivergenceFields.write(own),
  });
}
