import { unknownName } from '../../../util/options.ts';
import type { Loss } from '../loss.ts';
import { categoricalCrossEntropy } from './categoricalCrossEntropy.ts';
import { cosineSimilarity } from './cosineSimilarity.ts';
import { binaryFocalCrossEntropy, softmaxFocalCrossEntropy } from './focal.ts';
import { hinge, squaredHinge } from './hinge.ts';
import { huber } from './huber.ts';
import { klDivergence } from './klDivergence.ts';
import { maxMargin } from './maxMargin.ts';
import { meanAbsoluteError } from './meanAbsoluteError.ts';
import { negativeLogLikelihood } from './negativeLogLikelihood.ts';
import { poisson } from './poisson.ts';
import { squaredError } from './squaredError.ts';

/** Every loss but the most common, by its name. */
export const furtherLosses = {
  squaredError: squaredError,
  meanAbsoluteError: meanAbsoluteError,
  huber: huber,
  poisson: poisson,
  cosineSimilarity: cosineSimilarity,
  hinge: hinge,
  squaredHinge: squaredHinge,
  binaryFocalCrossEntropy,
  maxMargin: maxMargin,
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
