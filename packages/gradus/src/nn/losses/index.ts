// Losses, each a function that makes one; a string names the same one.
export { type BinaryCrossEntropyOptions, binaryCrossEntropy } from './binaryCrossEntropy.ts';
export { categoricalCrossEntropy } from './categoricalCrossEntropy.ts';
export { cosineSimilarity } from './cosineSimilarity.ts';
export {
  type BinaryFocalOptions,
  binaryFocalCrossEntropy,
  type SoftmaxFocalOptions,
  softmaxFocalCrossEntropy,
} from './focal.ts';
export { hinge, squaredHinge } from './hinge.ts';
export { type HuberOptions, huber } from './huber.ts';
export { type DivergenceInput, type KlDivergenceOptions, klDivergence } from './klDivergence.ts';
export type { Loss, LossFunction, ProbabilityFunction } from './loss.ts';
export { type MaxMarginOptions, maxMargin } from './maxMargin.ts';
export { meanAbsoluteError } from './meanAbsoluteError.ts';
export { meanSquaredError } from './meanSquaredError.ts';
export type { LossName } from './named.ts';
export { negativeLogLikelihood } from './negativeLogLikelihood.ts';
export { type PoissonOptions, poisson } from './poisson.ts';
export { type SoftmaxCrossEntropyOptions, softmaxCrossEntropy } from './softmaxCrossEntropy.ts';
export { squaredError } from './squaredError.ts';
