import { ArgumentError, createWasmExecutor, type Executor } from 'gradus';
import { createBlasExecutor } from 'gradus/node';
import type { RunConfig } from './config.ts';

/**
 * Make the executor that a run asks for.
 *
 * @param threads - How many threads compute, which changes no result. Default: as many as there are processors.
 * @throws UnsupportedError where there is no BLAS, and one is asked for.
 * @throws ArgumentError when BLAS is to give the same bits on every machine.
 */
export function executorFor(
  { executor, numerics }: Pick<RunConfig, 'executor' | 'numerics'>,
  threads: number | undefined,
): Executor {
  if (executor !== 'blas') return createWasmExecutor({ numerics, threads });
  if (numerics === 'portable') {
    throw new ArgumentError({
      received: '--executor blas together with --numerics portable',
      expected: 'one of them: a BLAS gives the same bits on one machine only',
      remedy: 'Leave one of the two out',
    });
  }
  return createBlasExecutor(threads === undefined ? {} : { threads });
}
