export { type AdadeltaOptions, adadelta } from './adadelta.ts';
export { type AdagradOptions, adagrad } from './adagrad.ts';
export { type AdamOptions, type AdamWOptions, adam, adamW } from './adam.ts';
export { type NadamOptions, nadam } from './nadam.ts';
export type { Formula, LearningRate, Optimizer, OptimizerConfig } from './optimizer.ts';
export type { OptimizerName } from './resolve.ts';
export { type RmsPropOptions, rmsProp } from './rmsProp.ts';
export { type SgdOptions, sgd } from './sgd.ts';
