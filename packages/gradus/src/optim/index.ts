export { type AdadeltaOptions, adadelta } from './adadelta.ts';
export { type AdagradOptions, adagrad } from './adagrad.ts';
export { type AdamOptions, adam } from './adam.ts';
export { type AdamWOptions, adamW } from './adamW.ts';
export type { GradientClipping } from './clipGradients.ts';
export { type LbfgsOptions, lbfgs } from './lbfgs/index.ts';
export { type NadamOptions, nadam } from './nadam.ts';
export type { Formula, LearningRate, Optimizer, OptimizerConfig } from './optimizer.ts';
export type { OptimizerName } from './resolve.ts';
export { type RmsPropOptions, rmsProp } from './rmsProp.ts';
export type { Schedule, ScheduleConfig } from './schedule.ts';
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
export { scheduleFromConfig } from './schedules/fromConfig.ts';
export { type WarmUpOptions, warmUp } from './schedules/warmUp.ts';
export { type SgdOptions, sgd } from './sgd.ts';
