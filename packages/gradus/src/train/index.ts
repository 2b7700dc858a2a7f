export {
  type Callback,
  type EarlyStoppingOptions,
  earlyStopping,
  type TrainingControl,
} from './callbacks.ts';
export { DivergedError, type DivergencePlace } from './divergedError.ts';
export { AbortedError } from './errors.ts';
export type {
  CheckpointEvent,
  EndEvent,
  EpochEvent,
  EpochRecord,
  HintEvent,
  History,
  StartEvent,
  TrainingEvent,
  WarningEvent,
} from './events.ts';
export type { Metric, MetricName } from './metrics.ts';
export { type ReduceOnPlateauOptions, reduceOnPlateau } from './reduceOnPlateau.ts';
export type { CallbackState, NamedTensor, TrainingFingerprint, TrainingState } from './state.ts';
export type { CheckpointOptions } from './task.ts';
