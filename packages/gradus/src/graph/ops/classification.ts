import { ShapeError } from '../../util/errors.ts';
import { formatShape, sameShape } from '../../util/shape.ts';
import { apply, float, requireRank } from '../definition.ts';
import type { OpDefinition, Tensor } from '../tensor.ts';
import { affine } from './affine.ts';
import { multiply, subtract } from './binary.ts';
import { sum, sumTo } from './broadcast.ts';
import { reshape } from './layout.ts';
import { logSoftmax, rowGradient, softmax } from './row.ts';

/** Refuse targets that are neither labels [n] nor one row of probabilities a row of logits. */
export function requireTargets(logits: Tensor, targets: Tensor): void {
  requireRank(logits, 2, 'the logits of a softmax cross-entropy');
  const fits =
    targets.dataType === 'int'
      ? sameShape(targets.shape, [logits.shape[0]])
      : targets.dataType === 'float' && sameShape(targets.shape, logits.shape);
  if (!fits) {
    throw new ShapeError({
      received: `targets of shape ${formatShape(targets.shape)} and type '${targets.dataType}' for logits ${formatShape(logits.shape)}`,
      expected: `int labels of shape ${formatShape([logits.shape[0]])}, or float targets shaped like the logits`,
    });
  }
}

export interface SmoothingAttributes {
  readonly labelSmoothing: number;
}

/** The smoothed targets as a float matrix, for the rules of second order. */
const denseTargets = (logits: Tensor, targets: Tensor, smoothing: number): Tensor => {
  const classes = logits.shape[1];
  const sharp = targets.dataType === 'int' ? oneHot(targets, classes) : targets;
  return affine(sharp, 1 - smoothing, smoothing / classes);
};

/** inputs: logits, targets (int [n] or float [n, classes]); output: losses [n] */
export const softmaxCrossEntropyOp: OpDefinition<'softmaxCrossEntropy', SmoothingAttributes> = {
  op: 'softmaxCrossEntropy',
  types([logits, targets]) {
    requireTargets(logits, targets);
    return [float([logits.shape[0]])];
  },
  derivative({ attributes, inputs: [logits, targets], gradient }) {
    const byLogits = softmaxCrossEntropyGradient(logits, targets, gradient, attributes.labelSmoothing);
    if (targets.dataType === 'int') return [byLogits, undefined];
    const column = reshape(gradient, [gradient.shape[0], 1]);
    const factor = affine(logSoftmax(logits), attributes.labelSmoothing - 1, 0);
    return [byLogits, multiply(column, factor)];
  },
};

/** inputs: logits, targets, upstream ([n] or a scalar); output: gradient of the logits */
export const softmaxCrossEntropyGradientOp: OpDefinition<'softmaxCrossEntropyGradient', SmoothingAttributes> =
  {
    op: 'softmaxCrossEntropyGradient',
    types: ([logits]) => [float(logits.shape)],
    // z = u(pm − t), m = Σt: by the logits u·m·p(h − Σhp), by t u(Σhp − h), by u Σh(pm − t)
    derivative({ attributes, inputs: [logits, targets, upstream], gradient: h }) {
      const p = softmax(logits);
      const t = denseTargets(logits, targets, attributes.labelSmoothing);
      const mass = sum(t, { axes: -1, keepDimensions: true });
      const u = upstream.rank === 0 ? upstream : reshape(upstream, [upstream.shape[0], 1]);
      const byLogits = multiply(multiply(u, mass), rowGradient('softmax', h, p));
      const byRow = sum(multiply(h, subtract(multiply(p, mass), t)), { axes: -1 });
      if (targets.dataType === 'int') return [byLogits, undefined, sumTo(byRow, upstream.shape)];
      const mixed = subtract(sum(multiply(h, p), { axes: -1, keepDimensions: true }), h);
      const byTargets = affine(multiply(u, mixed), 1 - attributes.labelSmoothing, 0);
      return [byLogits, byTargets, sumTo(byRow, upstream.shape)];
    },
  };

/** Made by fusion; inputs: logits, targets, upstream; outputs: losses, gradient of the logits. */
export const softmaxCrossEntropyWithGradientOp: OpDefinition<
  'softmaxCrossEntropyWithGradient',
  SmoothingAttributes
> = {
  op: 'softmaxCrossEntropyWithGradient',
  types: ([logits]) => [float([logits.shape[0]]), float(logits.shape)],
  derivative: 'fused',
};

export const oneHotOp: OpDefinition<'oneHot', { readonly classes: number }> = {
  op: 'oneHot',
  types: ([labels], { classes }) => [float([...labels.shape, classes])],
  derivative: 'none',
};

/**
 * Compute the softmax cross-entropy of every row, −Σ tₖ·log softmax(z)ₖ with targets smoothed to (1 − ε)t + ε/C.
 *
 * @param logits - Shape [n, classes].
 * @param targets - Labels (int) of shape [n], or probabilities of shape [n, classes].
 * @param labelSmoothing - ε between 0 and 1. Default 0.
 * @returns Losses, shape [n].
 * @throws ShapeError when the logits are no matrix or the targets do not fit them.
 * @example
 * import { constant, evaluate, softmaxCrossEntropy } from 'gradus/tensor';
 * const logits = constant([0, 0, 5, 0], [2, 2]);
 * evaluate(softmaxCrossEntropy(logits, constant([1, 0, 1, 0], [2, 2]))); // [0.693147, 0.0067153]
 */
export const softmaxCrossEntropy = (logits: Tensor, targets: Tensor, labelSmoothing = 0): Tensor =>
  apply(softmaxCrossEntropyOp, [logits, targets], { labelSmoothing });

/** Compute upstream·(softmax(logits)·Σt − t). */
export const softmaxCrossEntropyGradient = (
  logits: Tensor,
  targets: Tensor,
  upstream: Tensor,
  labelSmoothing: number,
): Tensor => apply(softmaxCrossEntropyGradientOp, [logits, targets, upstream], { labelSmoothing });

/**
 * Encode labels as rows with a 1 at the label; a label outside 0 … classes − 1 gives a row of zeros.
 *
 * @param labels - Integer labels of any shape.
 * @param classes - The number of classes.
 * @returns The shape of the labels with an axis of size `classes` appended.
 * @example
 * import { evaluate, input, oneHot } from 'gradus/tensor';
 * evaluate(oneHot(input('labels', [2], 'int'), 3), { labels: [2, 0] }); // [[0, 0, 1], [1, 0, 0]]
 */
export const oneHot = (labels: Tensor, classes: number): Tensor => apply(oneHotOp, [labels], { classes });
