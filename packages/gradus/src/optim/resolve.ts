import type { Tensor } from '../graph/tensor.ts';
import { isRecord, unknownName } from '../util/options.ts';
import { adam, adamW } from './adam.ts';
import type { GradientClipping } from './clipGradients.ts';
import type { Optimizer } from './optimizer.ts';
import { sgd } from './sgd.ts';

/** The optimizers that can be named by a string, with their default options. */
export type OptimizerName = 'sgd' | 'adam' | 'adamW' | 'rmsProp' | 'adagrad' | 'adadelta' | 'nadam';

/** The common ones are at hand; the others are fetched when somebody names one. */
const named: Record<OptimizerName, () => Optimizer | Promise<Optimizer>> = {
  sgd,
  adam,
  adamW,
  rmsProp: async () => (await import('./rmsProp.ts')).rmsProp(),
  adagrad: async () => (await import('./adagrad.ts')).adagrad(),
  adadelta: async () => (await import('./adadelta.ts')).adadelta(),
  nadam: async () => (await import('./nadam.ts')).nadam(),
};

/** Give the optimizer that an option names or is. */
export async function resolveOptimizer(choice: Optimizer | OptimizerName): Promise<Optimizer> {
  if (typeof choice !== 'string' && isRecord(choice) && 'rule' in choice && 'scalars' in choice)
    return choice;
  if (typeof choice === 'string' && Object.hasOwn(named, choice)) return await named[choice]();
  throw unknownName('optimizer', choice, Object.keys(named), 'what a call such as adam({ … }) gives');
}

/** Give what clips gradients; it is seldom asked for, so it comes when it is. */
export async function resolveClipping(
  clipping: GradientClipping,
): Promise<(gradients: readonly Tensor[]) => readonly Tensor[]> {
  const { clipGradients, requireClipping } = await import('./clipGradients.ts');
  requireClipping(clipping);
  return (gradients) => clipGradients(gradients, clipping);
}
