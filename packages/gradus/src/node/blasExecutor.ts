import { WasmExecutor } from '../runtime/wasm/executor.ts';
import { fastBuildSupported } from '../runtime/wasm/memory/module.ts';
import { requireThreads } from '../runtime/wasm/threads/team.ts';
import { ArgumentError } from '../util/errors.ts';
import { describeValue, requireOptions } from '../util/options.ts';
import { findBlas } from './findBlas.ts';

/** Options of the BLAS executor. */
export interface BlasExecutorOptions {
  /**
   * A path, a file name that the system's loader finds, or one of `openblas`, `mkl`, `blis`, `accelerate`. Default: what
   * the variable GRADUS_BLAS says, else the first of these that is there.
   */
  readonly library?: string;
  /**
   * How many threads may compute, the caller's included: 1 to 64. Each calls the library for tiles of its own, so that
   * they never change a result. Default: one for each processor, at most 8.
   */
  readonly threads?: number;
}

const blasExecutorOptions = { library: true, threads: true } as const;

/**
 * Make an executor that leaves matrix products to the system's BLAS (OpenBLAS, MKL, BLIS, or Accelerate on macOS) and
 * computes all else in WebAssembly, on the same memory. Products too small for a call stay in WebAssembly.
 *
 * It gives the same bits from run to run on one machine, for any number of threads; other machines and libraries differ
 * in the last bits. It needs the package koffi, which the library does not install by itself: `npm install koffi`.
 *
 * @param options - Which library, how many threads. Default `{}`: what `GRADUS_BLAS` says or what is found, all processors.
 * @returns The executor, named after the library: `blas-openblas`.
 * @throws UnsupportedError when there is no BLAS or no koffi; the message says what to install.
 * @throws ArgumentError for an unknown option, and for a number of threads that is not 1 to 64.
 * @example
 * import { createBlasExecutor, describeBlas } from 'gradus/node';
 * const executor = describeBlas().libraries.length > 0 ? createBlasExecutor() : undefined;
 * executor?.name.startsWith('blas-') ?? true; // true
 */
export function createBlasExecutor(options: BlasExecutorOptions = {}): WasmExecutor {
  requireOptions(options, blasExecutorOptions, 'createBlasExecutor');
  const { library, threads } = options;
  if (library !== undefined && typeof library !== 'string') {
    throw new ArgumentError({
      received: `library: ${describeValue(library)}`,
      expected: "the path or the name of a BLAS, such as 'openblas'",
    });
  }
  if (threads !== undefined) requireThreads(threads);
  const blas = findBlas(library);
  const limit = blas.thread === undefined ? 1 : threads;
  return new WasmExecutor(fastBuildSupported() ? 'fast' : 'portable', limit, blas);
}
