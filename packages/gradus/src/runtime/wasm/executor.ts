import type { Program } from '../../compile/program.ts';
import { ArgumentError } from '../../util/errors.ts';
import { describeValue, requireOptions } from '../../util/options.ts';
import type { Data, DataSource, Executor, ParameterStore, Session, SessionOptions } from '../executor.ts';
import type { StoreLayout } from '../layout.ts';
import { WasmData } from './memory/data.ts';
import { type Heap, heapOf } from './memory/heap.ts';
import { fastBuildSupported, type KernelBuild } from './memory/module.ts';
import { WasmStore } from './memory/store.ts';
import { WasmSession } from './session.ts';
import type { ProductLibrary } from './threads/external.ts';
import { defaultThreads, requireThreads } from './threads/team.ts';

/** Runs programs in WebAssembly, in float32 with SIMD: the default. */
export class WasmExecutor implements Executor {
  readonly name: string;
  readonly build: KernelBuild;
  readonly numerics: KernelBuild | undefined;
  private readonly heap: Heap;
  /** How many threads may compute, the caller's included. */
  readonly threads: number;
  private readonly library: ProductLibrary | undefined;

  constructor(build: KernelBuild, threads = defaultThreads(), library?: ProductLibrary) {
    this.name = library === undefined ? `wasm-${build}` : `blas-${library.name}`;
    this.build = build;
    // A library's products round in a way of their own.
    this.numerics = library === undefined ? build : undefined;
    this.heap = heapOf(build, library);
    this.threads = threads;
    this.library = library;
  }

  get memory(): object {
    return this.heap;
  }

  /** Give the same executor with another number of threads; both share their memory. */
  withThreads(threads: number): WasmExecutor {
    requireThreads(threads);
    return new WasmExecutor(this.build, threads, this.library);
  }

  createStore(layout: StoreLayout, slots: number): ParameterStore {
    return new WasmStore(layout, slots, this.heap);
  }

  createData(source: DataSource): Data {
    return new WasmData(source, this.heap);
  }

  createSession(program: Program, options: SessionOptions): Session {
    const { threads = this.threads } = options;
    return new WasmSession(program, { ...options, threads }, this.heap);
  }
}

/** Options of the WebAssembly executor. */
export interface WasmExecutorOptions {
  /**
   * 'portable' gives the same bits on every machine and engine; 'fast' fuses multiply-adds where the engine can, and
   * may differ between machines in the last bits. Default 'fast', which falls back to portable.
   */
  readonly numerics?: KernelBuild;
  /**
   * How many threads may compute, the caller's included: 1 to 64. They start when there has been work enough for them,
   * and never change a result. Default: one for each processor, at most 8; 1 where memory cannot be shared, as on a
   * page's main thread.
   */
  readonly threads?: number | undefined;
}

/**
 * Make an executor that runs programs in WebAssembly.
 *
 * @param options - Which kernels to use.
 * @returns The executor; all executors of a build share one memory.
 * @throws UnsupportedError when the engine has no WebAssembly SIMD.
 * @throws ArgumentError for options that are not known, and a number of threads that is not 1 to 64.
 * @example
 * import { createWasmExecutor } from 'gradus';
 * createWasmExecutor({ numerics: 'portable' }).name; // 'wasm-portable'
 */
export const createWasmExecutor = (options: WasmExecutorOptions = {}): WasmExecutor => {
  requireOptions(options, { numerics: true, threads: true }, 'createWasmExecutor');
  const { numerics = 'fast', threads } = options;
  if (numerics !== 'fast' && numerics !== 'portable') {
    throw new ArgumentError({
      received: `numerics ${describeValue(numerics)}`,
      expected: "'fast' or 'portable'",
    });
  }
  if (threads !== undefined) requireThreads(threads);
  return new WasmExecutor(numerics === 'fast' && fastBuildSupported() ? 'fast' : 'portable', threads);
};
