import { unknownName } from '../../../util/options.ts';
import type { Loss } from '../loss.ts';
import { categoricalCrossEntropy } from './categoricalCrossEntropy.ts';
import { cosineSimilarityLoss } from './cosineSimilarity.ts';
import { binaryFocalCrossEntropy, softmaxFocalCrossEntropy } from './focal.ts';
import { hingeLoss, squaredHingeLoss } from './hinge.ts';
import { huberLoss } from './huber.ts';
import { klDivergence } from './klDivergence.ts';
import { maxMarginLoss } from './maxMargin.ts';
import { meanAbsoluteErrorLoss } from './meanAbsoluteError.ts';
import { negativeLogLikelihood } from './negativeLogLikelihood.ts';
import { poissonLoss } from './poisson.ts';
import { squaredErrorLoss } from './squaredError.ts';

/** Every loss but the most common, by its name. */
export const furtherLosses = {
  squaredError: squaredErrorLoss,
  meanAbsoluteError: meanAbsoluteErrorLoss,
  huber: huberLoss,
  poisson: poissonLoss,
  cosineSimilarity: cosineSimilarityLoss,
  hinge: hingeLoss,
  squaredHinge: squaredHingeLoss,
  binaryFocalCrossEntropy,
  maxMargin: maxMarginLoss,
  categoricalCrossEntropy,
  negativeLogLikelihood,
  klDivergence,
  softmaxFocalCrossEntropy,
};

/** Their names. */
export type FurtherLossName = keyof typeof furtherLosses;

/** Give the loss of a name; `others` are names that are known elsewhere. */
export function namedLoss(name: unknown, others: readonly string[]): Loss {
  if (typeof name === 'string' && Object.hasOwn(furtherLosses, name)) {
    return furtherLosses[name as FurtherLossName]();
  }
  const names = [...others, ...Object.keys(furtherLosses)];
  throw unknownName('loss', name, names, 'a function of prediction and target');
}
