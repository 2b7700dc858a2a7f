import type { Tensor } from '../graph/tensor.ts';
import { isRecord, unknownName } from '../util/options.ts';
import { adam, adamW } from './adam.ts';
import type { GradientClipping } from './clipGradients.ts';
import type { Optimizer } from './optimizer.ts';
import { sgd } from './sgd.ts';

/** The optimizers that can be named by a string, with their default options. */
export type OptimizerName = 'sgd' | 'adam' | 'adamW' | 'rmsProp' | 'adagrad' | 'adadelta' | 'nadam' | 'lbfgs';

/** Get an optimizer that is fetched when somebody names it. */
const further = async (name: keyof typeof import('./named.ts')['furtherOptimizers']): Promise<Optimizer> =>
  (await import('./named.ts')).furtherOptimizers[name]();

/** The common ones are at hand. */
const named: Record<OptimizerName, () => Optimizer | Promise<Optimizer>> = {
  sgd,
  adam,
  adamW,
  rmsProp: () => further('rmsProp'),
  adagrad: () => further('adagrad'),
  adadelta: () => further('adadelta'),
  nadam: () => further('nadam'),
  lbfgs: () => further('lbfgs'),
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
