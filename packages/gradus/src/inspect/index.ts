export { type BiasVariance, type BiasVarianceOptions, biasVariance } from './biasVariance.ts';
export type { Finding, FindingKind } from './findings.ts';
export type { GradientVerdict } from './finiteDifferences.ts';
export {
  checkGradients,
  type GradientCheck,
  type GradientCheckOptions,
  type GradientDeviation,
  type ParameterCheck,
} from './gradientCheck.ts';
export {
  inspectLayers,
  type LayerProbe,
  type LayerProbeOptions,
  type LayerReport,
  type LayersReport,
  layerProbe,
  type ParameterReport,
} from './layerProbe.ts';
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
