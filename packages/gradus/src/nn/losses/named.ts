import { ArgumentError } from '../../util/errors.ts';
import { isRecord, unknownName } from '../../util/options.ts';
import { binaryCrossEntropy } from './binaryCrossEntropy.ts';
import { categoricalCrossEntropy } from './categoricalCrossEntropy.ts';
import { cosineSimilarity } from './cosineSimilarity.ts';
import { customLoss } from './customLoss.ts';
import { binaryFocalCrossEntropy, softmaxFocalCrossEntropy } from './focal.ts';
import { hinge, squaredHinge } from './hinge.ts';
import { huber } from './huber.ts';
import { klDivergence } from './klDivergence.ts';
import type { Loss, LossFunction } from './loss.ts';
import { maxMargin } from './maxMargin.ts';
import { meanAbsoluteError } from './meanAbsoluteError.ts';
import { meanSquaredError } from './meanSquaredError.ts';
import { negativeLogLikelihood } from './negativeLogLikelihood.ts';
import { poisson } from './poisson.ts';
import { softmaxCrossEntropy } from './softmaxCrossEntropy.ts';
import { squaredError } from './squaredError.ts';

/** Every loss by its name. */
export const namedLosses = {
  meanSquaredError,
  binaryCrossEntropy,
  softmaxCrossEntropy,
  squaredError,
  meanAbsoluteError,
  huber,
  poisson,
  cosineSimilarity,
  hinge,
  squaredHinge,
  binaryFocalCrossEntropy,
  maxMargin,
  categoricalCrossEntropy,
  negativeLogLikelihood,
  klDivergence,
  softmaxFocalCrossEntropy,
};

/** The losses that can be named by a string. */
export type LossName = keyof typeof namedLosses;

const isLossName = (choice: unknown): choice is LossName =>
  typeof choice === 'string' && Object.hasOwn(namedLosses, choice);

const isLoss = (choice: unknown): choice is Loss => isRecord(choice) && typeof choice['build'] === 'function';

/** Give the loss that an option names, with its default options, is, or computes. */
export function resolveLoss(choice: Loss | LossName | LossFunction): Loss {
  if (typeof choice === 'function') {
    if (choice.length > 0) return customLoss(choice);
    throw new ArgumentError({
      received: 'a function without parameters for a loss',
      expected: 'a function of prediction and target',
      remedy: 'Write softmaxCrossEntropy() with its brackets',
    });
  }
  if (isLossName(choice)) return namedLosses[choice]();
  if (isLoss(choice)) return choice;
  throw unknownName('loss', choice, Object.keys(namedLosses), 'a function of prediction and target');
}
