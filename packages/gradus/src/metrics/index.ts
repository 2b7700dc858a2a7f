export { accuracyScore, balancedAccuracyScore } from './accuracy.ts';
export {
  averagePrecisionScore,
  type PrecisionRecallCurve,
  precisionRecallCurve,
} from './averagePrecision.ts';
export { type ConfusionMatrix, confusionMatrix } from './confusionMatrix.ts';
export {
  cocoThresholds,
  type DetectedImage,
  type DetectionOptions,
  detectionAveragePrecision,
} from './detection.ts';
export { accuracyInterval, type BootstrapOptions, bootstrapInterval, type Interval } from './intervals.ts';
export type { Label } from './labels.ts';
export { type Box, intersectionOverUnion } from './overlap.ts';
export {
  type Average,
  type AverageOptions,
  f1Score,
  precisionScore,
  recallScore,
} from './precisionRecall.ts';
export { brierLoss, logLoss, type ProbabilityOptions, rocAucScore } from './probabilities.ts';
export { meanAbsoluteError, meanSquaredError, r2Score, rootMeanSquaredError } from './regression.ts';
