import type { Optimizer } from '../optim/optimizer.ts';
import { ArgumentError } from '../util/errors.ts';
import type { LossGraph } from './graphs.ts';
import type { Network } from './network.ts';
import type { FitOptions } from './options.ts';

/** Refuse, for an optimizer that sees all rows at once and chooses its steps, what only steps on batches heed. */
export function requireWholeRows(
  { parameters }: Network,
  { assignments, constraints }: LossGraph,
  { clipGradient, order }: FitOptions,
  { name }: Optimizer,
): void {
  const hasOwnRate = [...parameters.values()].some(
    ({ trainable = true, learningRateFactor = 1 }) => trainable && learningRateFactor !== 1,
  );
  const unfit = [
    ...(clipGradient === undefined ? [] : ['clipGradient']),
    ...(order === undefined ? [] : ['order']),
    ...(constraints.size === 0 ? [] : ['a model whose layers have constraints']),
    ...(assignments.length === 0 ? [] : ['a model whose layers keep state from batch to batch']),
    ...(hasOwnRate ? ['a model whose layers have a learningRateFactor'] : []),
  ];
  if (unfit.length === 0) return;
  throw new ArgumentError({
    received: `${name} with ${unfit.join(' and ')}`,
    expected: 'an optimizer that makes steps on batches',
    remedy: 'Use adam() or another of them, or leave it out',
  });
}
