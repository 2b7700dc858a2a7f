export { accuracy, balancedAccuracy } from './accuracy.ts';
export {
  averagePrecision,
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
  f1,
  precision,
  recall,
} from './precisionRecall.ts';
export { brierLoss, logLoss, type ProbabilityOptions, rocAuc } from './probabilities.ts';
export { meanAbsoluteError, meanSquaredError, r2, rootMeanSquaredError } from './regression.ts';
