// Losses, each a function that makes one; a string names the same one.
export { binaryCrossEntropy } from './binaryCrossEntropy.ts';
export { categoricalCrossEntropy } from './further/categoricalCrossEntropy.ts';
export { cosineSimilarity } from './further/cosineSimilarity.ts';
export {
  type BinaryFocalOptions,
  binaryFocalCrossEntropy,
  softmaxFocalCrossEntropy,
} from './further/focal.ts';
export { hinge, squaredHinge } from './further/hinge.ts';
export { huber } from './further/huber.ts';
export { type DivergenceInput, klDivergence } from './further/klDivergence.ts';
export { type MaxMarginOptions, maxMargin } from './further/maxMargin.ts';
export { meanAbsoluteError } from './further/meanAbsoluteError.ts';
export { negativeLogLikelihood } from './further/negativeLogLikelihood.ts';
export { type PoissonOptions, poisson } from './further/poisson.ts';
export { squaredError } from './further/squaredError.ts';
export type { Loss, LossFunction, ProbabilityFunction } from './loss.ts';
export { meanSquaredError } from './meanSquaredError.ts';
export type { LossName } from './resolveLoss.ts';
export { softmaxCrossEntropy } from './softmaxCrossEntropy.ts';
