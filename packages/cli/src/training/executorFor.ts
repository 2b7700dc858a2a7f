import { ArgumentError, type ComputeOptions, createWasmExecutor } from 'gradus';
import { createBlasExecutor } from 'gradus/node';
import type { RunConfig } from './config.ts';

/**
 * Say what computes a run, as options of `fit`. With `auto`, `fit` chooses.
 *
 * @param threads - How many threads compute, which changes no result. Default: as many as there are processors.
 * @throws UnsupportedError where there is no BLAS, and one is asked for.
 * @throws ArgumentError when BLAS is to give the same bits on every machine.
 */
export function executorFor(
  { executor, numerics }: Pick<RunConfig, 'executor' | 'numerics'>,
  threads: number | undefined,
): Pick<ComputeOptions, 'executor' | 'threads'> {
  if (executor === 'auto' && numerics !== 'portable') return { threads };
  if (executor !== 'blas') return { executor: createWasmExecutor({ numerics, threads }) };
  if (numerics === 'portable') {
    throw new ArgumentError({
      received: '--executor blas together with --numerics portable',
      expected: 'one of them: a BLAS gives the same bits on one machine only',
      remedy: 'Leave one of the two out',
    });
  }
  return { executor: createBlasExecutor(threads === undefined ? {} : { threads }) };
}
