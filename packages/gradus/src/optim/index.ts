export { type AdamOptions, type AdamWOptions, adam, adamW } from './adam.ts';
export type { Formula, LearningRate, Optimizer, OptimizerConfig } from './optimizer.ts';
export type { OptimizerName } from './resolve.ts';
export { type SgdOptions, sgd } from './sgd.ts';
