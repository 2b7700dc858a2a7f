export type { Decision, ModelConfig } from './config.ts';
export type { Dataset, InputsLike, MatrixLike, TargetsLike } from './inputs.ts';
export {
  type FunctionalOptions,
  functional,
  Model,
  type ModelFromConfigOptions,
  modelFromConfig,
  type SequentialOptions,
  sequential,
} from './model.ts';
export type { ComputeOptions, EvaluateOptions, FitOptions } from './options.ts';
export type { Prediction } from './predictions.ts';
export { type LoadedModel, loadModel, type SaveOptions, saveModel } from './savedModel.ts';
