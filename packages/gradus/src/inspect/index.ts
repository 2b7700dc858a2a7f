export { type BiasVariance, type BiasVarianceOptions, biasVariance } from './biasVariance.ts';
export type { Finding, FindingKind } from './findings.ts';
export type { GradientVerdict } from './finiteDifferences.ts';
export { checkGradients, type GradientCheckOptions } from './gradientCheck.ts';
export type { GradientCheck, GradientDeviation, ParameterCheck } from './gradientReport.ts';
export {
  inspectLayers,
  type LayerProbe,
  type LayerProbeOptions,
  type LayersReport,
  layerProbe,
} from './layerProbe.ts';
export type { LayerReport, ParameterReport } from './layerReport.ts';
export {
  type LossLine,
  type LossLineOptions,
  type LossSurface,
  type LossSurfaceOptions,
  lossLine,
  lossSurface,
  type PathPoint,
} from './lossSurface.ts';
export { type Mistake, type MistakesOptions, mostConfidentMistakes } from './mistakes.ts';
export {
  type MonitorOptions,
  type MonitorRecord,
  monitorTraining,
  type TrainingMonitor,
} from './monitorTraining.ts';
export {
  type ColumnImportance,
  type FeatureImportanceOptions,
  featureImportance,
  type PermutationImportanceOptions,
  permutationImportance,
} from './permutationImportance.ts';
export {
  type Picture,
  type PictureColors,
  type PictureGridOptions,
  pictureGrid,
  type WeightPicturesOptions,
  weightPictures,
} from './pictures.ts';
export { type RecordWeightsOptions, recordWeights, type WeightRecorder } from './recordWeights.ts';
export type { Statistics } from './statistics.ts';
