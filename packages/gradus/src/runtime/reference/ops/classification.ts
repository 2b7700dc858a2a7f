import * as math from '../../../util/math.ts';
import { logSumExp } from '../../../util/softmax.ts';
import type { ArrayValue, Maths } from './evaluation.ts';

/** The target of class k in a row, smoothed: (1 − ε)t + ε/C. */
const target = (targets: ArrayValue, row: number, k: number, classes: number, smoothing: number): number => {
  const sharp =
    targets.values instanceof Int32Array
      ? targets.values[row] === k
        ? 1
        : 0
      : targets.values[row * classes + k];
  return (1 - smoothing) * sharp + smoothing / classes;
};

/** Fill the losses −Σ t·log p and, where asked, the gradient u·(p·Σt − t). */
function crossEntropy(
  [logits, targets]: readonly ArrayValue[],
  smoothing: number,
  losses: ArrayValue | undefined,
  gradient: { out: ArrayValue; upstream: ArrayValue } | undefined,
): void {
  const [rows, classes] = logits.shape;
  for (let row = 0; row < rows; row++) {
    const offset = row * classes;
    const total = logSumExp(logits.values, offset, classes);
    let loss = 0;
    let mass = 0;
    for (let k = 0; k < classes; k++) {
      const t = target(targets, row, k, classes, smoothing);
      mass += t;
      if (t !== 0) loss -= t * (logits.values[offset + k] - total);
    }
    if (losses !== undefined) losses.values[row] = loss;
    if (gradient === undefined) continue;
    const { out, upstream } = gradient;
    const u = upstream.values[upstream.values.length === 1 ? 0 : row];
    for (let k = 0; k < classes; k++) {
      const p = math.exp(logits.values[offset + k] - total);
      out.values[offset + k] = u * (p * mass - target(targets, row, k, classes, smoothing));
    }
  }
}

export const classificationMaths: Maths<
  | 'softmaxCrossEntropy'
  | 'softmaxCrossEntropyGradient'
  | 'softmaxCrossEntropyWithGradient'
  | 'oneHot'
  | 'countCorrect'
> = {
  softmaxCrossEntropy: ({ attributes, inputs, outputs }) =>
    crossEntropy(inputs, attributes.labelSmoothing, outputs[0], undefined),
  softmaxCrossEntropyGradient: ({ attributes, inputs, outputs }) =>
    crossEntropy(inputs, attributes.labelSmoothing, undefined, { out: outputs[0], upstream: inputs[2] }),
  softmaxCrossEntropyWithGradient: ({ attributes, inputs, outputs }) =>
    crossEntropy(inputs, attributes.labelSmoothing, outputs[0], { out: outputs[1], upstream: inputs[2] }),
  oneHot({ attributes: { classes }, inputs: [labels], outputs: [out] }) {
    out.values.fill(0);
    for (let i = 0; i < labels.values.length; i++) {
      const label = labels.values[i];
      if (label >= 0 && label < classes) out.values[i * classes + label] = 1;
    }
  },
  countCorrect({ inputs: [scores, labels], outputs: [out] }) {
    const [rows, classes] = scores.shape;
    let correct = 0;
    for (let row = 0; row < rows; row++) {
      let best = 0;
      for (let k = 1; k < classes; k++)
        if (scores.values[row * classes + k] > scores.values[row * classes + best]) best = k;
      if (labels.values[row] === best) correct++;
    }
    out.values[0] = correct;
  },
};
