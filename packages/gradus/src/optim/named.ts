// The optimizers by their names, with their default options: an application loads them only when somebody names one.
import { adadelta } from './adadelta.ts';
import { adagrad } from './adagrad.ts';
import { adam } from './adam.ts';
import { adamW } from './adamW.ts';
import { lbfgs } from './lbfgs/index.ts';
import { nadam } from './nadam.ts';
import { rmsProp } from './rmsProp.ts';
import { sgd } from './sgd.ts';

/** What each name stands for. */
export const namedOptimizers = { sgd, adam, adamW, rmsProp, adagrad, adadelta, nadam, lbfgs };
