// Every optimizer, under the name by which options and files call it.

export { type AdadeltaOptions, adadelta } from './adadelta.ts';
export { type AdagradOptions, adagrad } from './adagrad.ts';
export { type AdamOptions, adam } from './adam.ts';
export { type AdamWOptions, adamW } from './adamW.ts';
export { type LbfgsOptions, lbfgs } from './lbfgs/index.ts';
export { type NadamOptions, nadam } from './nadam.ts';
export { type RmsPropOptions, rmsProp } from './rmsProp.ts';
export { type SgdOptions, sgd } from './sgd.ts';
