export { type BatchTrainer, type BatchTrainerOptions, batchTrainer } from './batchTrainer.ts';
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
export {
  type FindLearningRateOptions,
  findLearningRate,
  type LearningRateCurve,
} from './findLearningRate.ts';
export type { Dataset, InputsLike, MatrixLike, NumericArray, TargetsLike } from './inputs.ts';
export { Model } from './model.ts';
export { type MultiStart, type MultiStartOptions, multiStart, type Start } from './multiStart.ts';
export type {
  ClassWeight,
  ComputeOptions,
  EvaluationOptions,
  FitOptions,
  WeightingOptions,
} from './options.ts';
export type { Prediction } from './predictions.ts';
export { Predictor, type PredictorInput, type PredictorOptions } from './predictor.ts';
export { type LoadedModel, loadModel, type SaveOptions, saveModel } from './savedModel.ts';
export type { SummaryOptions } from './summary.ts';
