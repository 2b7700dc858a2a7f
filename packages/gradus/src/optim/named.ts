// The less common optimizers by their names, with their default options: a file that nothing else needs, so that an
// application loads it only when somebody names one.
import { adadelta } from './adadelta.ts';
import { adagrad } from './adagrad.ts';
import { lbfgs } from './lbfgs/index.ts';
import { nadam } from './nadam.ts';
import { rmsProp } from './rmsProp.ts';

/** What each name stands for. */
export const furtherOptimizers = { rmsProp, adagrad, adadelta, nadam, lbfgs };
