export {
  type FunctionalOptions,
  functional,
  type ModelFromConfigOptions,
  modelFromConfig,
  type SequentialOptions,
  sequential,
} from './build.ts';
export type { Decision, ModelConfig } from './config.ts';
export { type ExtendModelOptions, extendModel } from './extendModel.ts';
export { type BatchTrainer, type BatchTrainerOptions, batchTrainer } from './fit/batchTrainer.ts';
export type {
  ClassWeight,
  ComputeOptions,
  EvaluationOptions,
  FitOptions,
  WeightingOptions,
} from './fit/options.ts';
export type { Dataset, InputsLike, MatrixLike, NumericArray, TargetsLike } from './inputs/inputs.ts';
export { Model } from './model.ts';
export type { SummaryOptions } from './network/summary.ts';
export type { Prediction } from './predict/outputs.ts';
export { Predictor, type PredictorInput, type PredictorOptions } from './predict/predictor.ts';
export { type LoadedModel, loadModel, type SaveOptions, saveModel } from './savedModel.ts';
export {
  type FindLearningRateOptions,
  findLearningRate,
  type LearningRateCurve,
} from './search/findLearningRate.ts';
export { type MultiStart, type MultiStartOptions, multiStart, type Start } from './search/multiStart.ts';
