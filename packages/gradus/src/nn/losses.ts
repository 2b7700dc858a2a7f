import * as $ from '../graph/operations.ts';
import { Tensor } from '../graph/tensor.ts';
import { ArgumentError, ShapeError } from '../util/errors.ts';
import { describeValue, isRecord, requireOptions, unknownName } from '../util/options.ts';
import { formatShape } from '../util/shape.ts';
import type { JsonObject } from './config.ts';

/** How a model's outputs become probabilities. */
export type ProbabilityFunction = 'softmax' | 'sigmoid' | 'identity';

/** What is minimised, and how predictions are to be read under it. */
export interface Loss {
  /** The name, such as `softmaxCrossEntropy`. */
  readonly name: string;
  /** What the targets are: one class of several, independent yes/no questions, or numbers. */
  readonly task: 'classes' | 'bits' | 'values';
  /** How outputs of the model become probabilities. */
  readonly probabilities: ProbabilityFunction;
  /** Build the loss of a batch, a scalar, averaged over the rows. */
  build(prediction: Tensor, target: Tensor): Tensor;
  /** Give name and options as JSON. */
  config(): JsonObject;
}

/** A loss of your own: from prediction [rows, outputs] and target [rows, numbers] to a scalar, averaged over the rows. */
export type LossFunction = (prediction: Tensor, target: Tensor) => Tensor;

/** The losses that can be named by a string. */
export type LossName = 'meanSquaredError' | 'binaryCrossEntropy' | 'softmaxCrossEntropy';

/**
 * Measure the mean of (prediction − target)² over rows and outputs, as `mse_loss` does in PyTorch.
 *
 * @returns The loss; targets are numbers, as many a row as the model has outputs.
 * @example
 * import { meanSquaredErrorLoss } from 'gradus';
 * meanSquaredErrorLoss().name; // 'meanSquaredError'
 */
export const meanSquaredErrorLoss = (): Loss => ({
  name: 'meanSquaredError',
  task: 'values',
  probabilities: 'identity',
  build: (prediction, target) => $.mean($.squaredDifference(prediction, target)),
  config: () => ({ name: 'meanSquaredError' }),
});

/** Probabilities are kept this far from 0 and 1 before the logarithm, as in Keras. */
const LEAST_PROBABILITY = 1e-7;

/**
 * Measure −t·log p − (1 − t)·log(1 − p), averaged over rows and outputs: independent yes/no questions.
 *
 * From logits z it is computed as max(z, 0) − z·t + log(1 + e^−|z|), which cannot overflow.
 *
 * @param options - `fromLogits`: whether the model gives logits (default) or probabilities, that is, ends with a
 *   sigmoid; these are clipped to [1e-7, 1 − 1e-7].
 * @returns The loss; targets are 0, 1 or between.
 * @example
 * import { binaryCrossEntropy } from 'gradus';
 * binaryCrossEntropy().probabilities; // 'sigmoid'
 */
export function binaryCrossEntropy(options: { readonly fromLogits?: boolean } = {}): Loss {
  requireOptions(options, { fromLogits: true }, 'binaryCrossEntropy');
  const { fromLogits = true } = options;
  return {
    name: 'binaryCrossEntropy',
    task: 'bits',
    probabilities: fromLogits ? 'sigmoid' : 'identity',
    build(prediction, target) {
      if (fromLogits) return $.mean($.logisticLoss(prediction, target));
      const p = $.clip(prediction, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY);
      const yes = $.multiply(target, $.log(p));
      const no = $.multiply($.affine(target, -1, 1), $.log1p($.negate(p)));
      return $.negate($.mean($.add(yes, no)));
    },
    config: () => ({ name: 'binaryCrossEntropy', fromLogits }),
  };
}

/**
 * Measure −Σ tₖ·log softmax(z)ₖ of the logits z, averaged over the rows: one class of several.
 *
 * @param options - `labelSmoothing` ε, from 0 (default) up to 1: targets become (1 − ε)t + ε/classes.
 * @returns The loss; targets are class numbers 0 … C − 1, or a row of C probabilities each.
 * @throws ArgumentError for smoothing outside [0, 1).
 * @example
 * import { softmaxCrossEntropy } from 'gradus';
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
  return {
    name: 'softmaxCrossEntropy',
    task: 'classes',
    probabilities: 'softmax',
    build: (prediction, target) => $.mean($.softmaxCrossEntropy(prediction, target, labelSmoothing)),
    config: () => ({ name: 'softmaxCrossEntropy', labelSmoothing }),
  };
}

const named: Record<LossName, () => Loss> = {
  meanSquaredError: meanSquaredErrorLoss,
  binaryCrossEntropy,
  softmaxCrossEntropy,
};

/** Refuse what is no loss of a batch. */
function requireScalar(loss: unknown): Tensor {
  if (!(loss instanceof Tensor)) {
    throw new ArgumentError({
      received: `a loss function that returned ${describeValue(loss)}`,
      expected: 'a scalar tensor',
      remedy: 'Build it of operations such as mean(square(subtract(prediction, target)))',
    });
  }
  if (loss.rank === 0) return loss;
  throw new ShapeError({
    received: `a loss function that returned the shape ${formatShape(loss.shape)}`,
    expected: 'a scalar',
    remedy: 'Reduce it with mean',
  });
}

/** Give the loss that an option names, is, or computes. */
export function resolveLoss(choice: Loss | LossName | LossFunction): Loss {
  if (typeof choice === 'function') {
    return {
      name: 'custom',
      task: 'values',
      probabilities: 'identity',
      build: (prediction, target) => requireScalar(choice(prediction, target)),
      config: () => ({ name: 'custom' }),
    };
  }
  if (typeof choice !== 'string' && isRecord(choice) && typeof choice.build === 'function') return choice;
  if (typeof choice === 'string' && Object.hasOwn(named, choice)) return named[choice]();
  throw unknownName('loss', choice, Object.keys(named), 'a function of prediction and target');
}
