import * as $ from '../../graph/operations.ts';
import { Tensor } from '../../graph/tensor.ts';
import { ArgumentError, ShapeError } from '../../util/errors.ts';
import { describeValue, isRecord } from '../../util/options.ts';
import { formatShape, isRows } from '../../util/shape.ts';
import { binaryCrossEntropy } from './binaryCrossEntropy.ts';
import type { FurtherLossName } from './further/named.ts';
import { type Loss, type LossFunction, meanOfRows } from './loss.ts';
import { meanSquaredError } from './meanSquaredError.ts';
import { softmaxCrossEntropy } from './softmaxCrossEntropy.ts';

const common = {
  meanSquaredError: meanSquaredError,
  binaryCrossEntropy,
  softmaxCrossEntropy,
};

/** The losses that can be named by a string. */
export type LossName = keyof typeof common | FurtherLossName;

/** Refuse what is no loss of a batch: a scalar, or numbers row by row. */
function requireLosses(losses: unknown): Tensor {
  if (!(losses instanceof Tensor)) {
    throw new ArgumentError({
      received: `a loss function that returned ${describeValue(losses)}`,
      expected: 'a scalar tensor',
      remedy: 'Build it of operations such as mean(square(subtract(prediction, target)))',
    });
  }
  if (losses.rank === 0 || isRows(losses.shape[0])) return losses;
  throw new ShapeError({
    received: `a loss function that returned the shape ${formatShape(losses.shape)}`,
    expected: 'a scalar, or one number a row',
    remedy: 'Reduce it with mean',
  });
}

const customLoss = (choice: LossFunction): Loss => ({
  name: 'custom',
  task: 'values',
  probabilities: 'identity',
  build(prediction, target) {
    const losses = requireLosses(choice(prediction, target));
    return losses.rank === 0 ? losses : $.mean(losses);
  },
  rows(prediction, target) {
    const losses = requireLosses(choice(prediction, target));
    if (losses.rank > 0) return meanOfRows(losses);
    throw new ShapeError({
      received: 'weights for a loss function that returns one number for the batch',
      expected: 'one number a row',
      remedy: 'Leave the mean over the rows out: return mean(square(subtract(p, t)), { axes: 1 })',
    });
  },
  config: () => ({ name: 'custom' }),
});

/**
 * Give the loss that an option names, is, or computes. Names other than the three most common are looked up in a module
 * that is loaded for them.
 */
export function resolveLoss(choice: Loss | LossName | LossFunction): Loss | Promise<Loss> {
  if (typeof choice === 'function') {
    if (choice.length > 0) return customLoss(choice);
    throw new ArgumentError({
      received: 'a function without parameters for a loss',
      expected: 'one of prediction and target',
      remedy: 'Write softmaxCrossEntropy() with its brackets',
    });
  }
  if (isRecord(choice) && typeof choice['build'] === 'function') return choice as Loss;
  if (typeof choice === 'string' && Object.hasOwn(common, choice)) {
    return common[choice as keyof typeof common]();
  }
  return import('./further/named.ts').then(({ namedLoss }) => namedLoss(choice, Object.keys(common)));
}
