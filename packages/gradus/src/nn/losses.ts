/** What is minimised: the loss interface, every loss, and how one is found by its name. */

export { binaryCrossEntropy } from './losses/binaryCrossEntropy.ts';
export { categoricalCrossEntropy } from './losses/further/categoricalCrossEntropy.ts';
export { cosineSimilarityLoss } from './losses/further/cosineSimilarity.ts';
export {
  type BinaryFocalOptions,
  binaryFocalCrossEntropy,
  softmaxFocalCrossEntropy,
} from './losses/further/focal.ts';
export { hingeLoss, squaredHingeLoss } from './losses/further/hinge.ts';
export { huberLoss } from './losses/further/huber.ts';
export { type DivergenceInput, klDivergence } from './losses/further/klDivergence.ts';
export { type MaxMarginOptions, maxMarginLoss } from './losses/further/maxMargin.ts';
export { meanAbsoluteErrorLoss } from './losses/further/meanAbsoluteError.ts';
export { negativeLogLikelihood } from './losses/further/negativeLogLikelihood.ts';
export { type PoissonOptions, poissonLoss } from './losses/further/poisson.ts';
export { squaredErrorLoss } from './losses/further/squaredError.ts';
export type { Loss, LossFunction, ProbabilityFunction } from './losses/loss.ts';
export { meanSquaredErrorLoss } from './losses/meanSquaredError.ts';
export { type LossName, resolveLoss } from './losses/resolveLoss.ts';
export { softmaxCrossEntropy } from './losses/softmaxCrossEntropy.ts';
