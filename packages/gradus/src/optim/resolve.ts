import { isRecord, unknownName } from '../util/options.ts';
import { adam, adamW } from './adam.ts';
import type { Optimizer } from './optimizer.ts';
import { sgd } from './sgd.ts';

/** The optimizers that can be named by a string, with their default options. */
export type OptimizerName = 'sgd' | 'adam' | 'adamW';

const named: Record<OptimizerName, () => Optimizer> = { sgd, adam, adamW };

/** Give the optimizer that an option names or is. */
export function resolveOptimizer(choice: Optimizer | OptimizerName): Optimizer {
  if (typeof choice !== 'string' && isRecord(choice) && 'rule' in choice && 'scalars' in choice)
    return choice;
  if (typeof choice === 'string' && Object.hasOwn(named, choice)) return named[choice]();
  throw unknownName('optimizer', choice, Object.keys(named), 'what a call such as adam({ … }) gives');
}
