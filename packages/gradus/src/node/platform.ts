import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';

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

  /** Milliseconds from an arbitrary moment on, never running backwards. */
  now(): number {
    return performance.now();
  },
};
