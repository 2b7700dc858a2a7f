import type { Tensor } from '../graph/tensor.ts';
import { isRecord, unknownName } from '../util/options.ts';
import type { GradientClipping } from './clipGradients.ts';
import type { namedOptimizers } from './named.ts';
import type { Optimizer } from './optimizer.ts';

/** The optimizers that can be named by a string, with their default options. */
export type OptimizerName = keyof typeof namedOptimizers;

/** Give the optimizer that an option names or is; those with names come when somebody names one. */
export async function resolveOptimizer(choice: Optimizer | OptimizerName): Promise<Optimizer> {
  if (typeof choice !== 'string' && isRecord(choice) && 'rule' in choice && 'scalars' in choice)
    return choice;
  const { namedOptimizers } = await import('./onDemand.ts');
  if (typeof choice === 'string' && Object.hasOwn(namedOptimizers, choice)) return namedOptimizers[choice]();
  const names = Object.keys(namedOptimizers);
  throw unknownName('optimizer', choice, names, 'what a call such as adam({ … }) gives');
}

/** Give what clips gradients; it is seldom asked for, so it comes when it is. */
export async function resolveClipping(
  clipping: GradientClipping,
): Promise<(gradients: readonly Tensor[]) => readonly Tensor[]> {
  const { clipGradients, requireClipping } = await import('./onDemand.ts');
  requireClipping(clipping);
  return (gradients) => clipGradients(gradients, clipping);
}
