import { ArgumentError, type Executor } from 'gradus';
import { createBlasExecutor } from 'gradus/node';
import type { RunConfig } from './config.ts';

/**
 * Make the executor that a run asks for; undefined stands for the default.
 *
 * @throws UnsupportedError where there is no BLAS, and one is asked for.
 * @throws ArgumentError when BLAS is to give the same bits on every machine.
 */
export function executorFor({
  executor,
  numerics,
}: Pick<RunConfig, 'executor' | 'numerics'>): Executor | undefined {
  if (executor !== 'blas') return undefined;
  if (numerics === 'portable') {
    throw new ArgumentError({
      received: '--executor blas together with --numerics portable',
      expected: 'one of them: a BLAS gives the same bits on one machine only',
      remedy: 'Leave one of the two out',
    });
  }
  return createBlasExecutor();
}
