import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { ProductLibrary } from '../runtime/wasm/threads/external.ts';
import { GradusError } from '../util/errors.ts';
import type { Thread, ThreadTask } from '../util/thread.ts';
import { findBlas } from './findBlas.ts';

/** The thread's program: text, since a file would have to be found again from within a user's bundle. */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
const { module, memory, team, index, scratch, failed, product: outside } = workerData;
const product = outside === undefined
  ? () => {}
  : new Function('return ' + outside.source)()(require(outside.module), outside.library, memory);
const { exports } = new WebAssembly.Instance(module, { env: { memory, product } });
parentPort.postMessage('ready');
try {
  exports.assist(team, index, scratch);
} catch (error) {
  Atomics.store(new Int32Array(memory.buffer), failed / 4, 1);
  throw error;
}`;

/** What the library needs from the platform it runs on; the browser's twin stands in src/browser. */
export const platform = {
  name: 'node' as 'node' | 'browser',

  /**
   * Switch relaxed SIMD on in engines that have it behind a flag (Node 20). Call it once, only when a probe has
   * failed: newer engines complain about the flag.
   */
  enableRelaxedSimd(): void {
    setFlagsFromString('--experimental-wasm-relaxed-simd');
  },

  /** Let timers, input and output have their turn. */
  yieldToEventLoop(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  },

  /** How many threads can compute in one memory: the processors that this process may use. */
  threadLimit(): number {
    return availableParallelism();
  },

  /**
   * Start a thread that serves a team. It never keeps the process alive.
   *
   * @param onReady - Called when it looks for work.
   * @param onEnd - Called when it could not start, or ended without being stopped.
   */
  startThread(task: ThreadTask, onReady: () => void, onEnd: (reason: unknown) => void): Thread {
    let isEnded = false;
    const end = (reason: unknown): void => {
      if (!isEnded) onEnd(reason);
      isEnded = true;
    };
    let worker: Worker | undefined;
    try {
      worker = new Worker(THREAD, {
        eval: true,
        workerData: task,
        stdin: false,
        execArgv: [],
        name: 'gradus',
      });
      worker.once('message', onReady);
      worker.once('error', end);
      worker.once('exit', (code) => end(`exit code ${code}`));
      worker.unref();
    } catch (error) {
      // Later, as from a thread that starts and fails.
      queueMicrotask(() => end(error));
    }
    return {
      stop() {
        isEnded = true;
        void worker?.terminate();
      },
    };
  },

  /**
   * Find a library that computes matrix products.
   *
   * @returns The library; where there is none, why not and what to install.
   */
  findProductLibrary(): ProductLibrary | { readonly problem: string } | undefined {
    try {
      return findBlas();
    } catch (error) {
      return { problem: error instanceof GradusError ? error.message : String(error) };
    }
  },

  /** Tell whoever runs the program that something is not as it should be. */
  warn(message: string): void {
    process.emitWarning(message);
  },

  /** Milliseconds from an arbitrary moment on, never running backwards. */
  now(): number {
    return performance.now();
  },
};
