import * as $ from '../../graph/operations.ts';
import { Tensor } from '../../graph/tensor.ts';
import { ArgumentError, ShapeError } from '../../util/errors.ts';
import { describeValue } from '../../util/options.ts';
import { formatShape, isRows } from '../../util/shape.ts';
import { type Loss, type LossFunction, meanOfRows } from './loss.ts';

/** Require the loss of a batch: a scalar, or one value for each row. */
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
    expected: 'a scalar, or one value a row',
    remedy: 'Reduce it with mean',
  });
}

/** Make a loss from a function of prediction and target. It sees each row whole. */
export const customLoss = (choice: LossFunction): Loss => ({
  name: 'custom',
  task: 'values',
  probabilities: 'identity',
  wholeRows: true,
  build(prediction, target) {
    const losses = requireLosses(choice(prediction, target));
    return losses.rank === 0 ? losses : $.mean(losses);
  },
  rows(prediction, target) {
    const losses = requireLosses(choice(prediction, target));
    if (losses.rank > 0) return meanOfRows(losses);
    throw new ShapeError({
      received: 'weights for a loss function that returns one value for the batch',
      expected: 'one value a row',
      remedy: 'Leave the mean over the rows out: return mean(square(subtract(p, t)), { axes: 1 })',
    });
  },
  config: () => ({ name: 'custom' }),
});
