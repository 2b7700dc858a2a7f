export type { GradientClipping } from './clipGradients.ts';
export type { Formula } from './formula.ts';
export type { LearningRate } from './learningRate.ts';
// The command lists the names.
export { type OptimizerName, optimizerFromConfig, optimizerNames } from './named.ts';
export type { Optimizer, OptimizerConfig, StepOptimizer, WholeDataOptimizer } from './optimizer.ts';
export * from './optimizers.ts';
export {
  type CosineDecayOptions,
  type CosineRestartsOptions,
  cosineDecay,
  cosineRestarts,
} from './schedules/cosine.ts';
export { type CyclicOptions, cyclic, type OneCycleOptions, oneCycle } from './schedules/cycles.ts';
export {
  type DecayOptions,
  exponentialDecay,
  type InverseScalingOptions,
  type InverseTimeDecayOptions,
  inverseScaling,
  inverseTimeDecay,
  type PiecewiseConstantOptions,
  piecewiseConstant,
  stepDecay,
} from './schedules/decays.ts';
export { scheduleFromConfig } from './schedules/named.ts';
export type { Schedule, ScheduleConfig } from './schedules/schedule.ts';
export { type WarmUpOptions, warmUp } from './schedules/warmUp.ts';
