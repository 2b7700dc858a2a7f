import type { Thread, ThreadTask } from '../util/thread.ts';

// The part of the browser's interface that this file uses.
interface BrowserWorker extends EventTarget {
  postMessage(message: unknown): void;
  terminate(): void;
}
const browser = globalThis as unknown as {
  readonly crossOriginIsolated?: boolean;
  readonly document?: object;
  readonly navigator?: { readonly hardwareConcurrency?: number };
  readonly Worker?: new (url: URL, options: { type: 'module'; name: string }) => BrowserWorker;
};

/** What the library needs from the platform it runs on; Node's twin stands in src/node. */
export const platform = {
  name: 'browser' as 'node' | 'browser',

  /** Do nothing: a page cannot switch its engine's features on. */
  enableRelaxedSimd(): void {},

  /** Let timers, input and painting have their turn. A message is not slowed down as nested timers are. */
  yieldToEventLoop(): Promise<void> {
    return new Promise((resolve) => {
      const channel = new MessageChannel();
      const finish = (): void => {
        channel.port1.close();
        resolve();
      };
      Object.assign(channel.port1, { onmessage: finish });
      channel.port2.postMessage(0);
    });
  },

  /**
   * How many threads can compute in one memory: one where pages may not share memory (they must be cross-origin
   * isolated), and on a page's main thread, which may not wait for others.
   */
  threadLimit(): number {
    const { crossOriginIsolated, document, navigator } = browser;
    return crossOriginIsolated === true && document === undefined ? (navigator?.hardwareConcurrency ?? 1) : 1;
  },

  /**
   * Start a thread that serves a team.
   *
   * @param onReady - Called when it looks for work.
   * @param onEnd - Called when it could not start, or ended without being stopped.
   */
  startThread(task: ThreadTask, onReady: () => void, onEnd: (reason: unknown) => void): Thread {
    let worker: BrowserWorker | undefined;
    try {
      const { Worker } = browser;
      if (Worker === undefined) throw new Error('this place has no workers');
      // Written out like this, bundlers see the file and carry it along.
      worker = new Worker(new URL('./threadWorker.js', import.meta.url), { type: 'module', name: 'gradus' });
      worker.addEventListener('message', onReady, { once: true });
      worker.addEventListener(
        'error',
        (event) => onEnd((event as { message?: string }).message ?? 'not started'),
        {
          once: true,
        },
      );
      worker.postMessage(task);
    } catch (error) {
      queueMicrotask(() => onEnd(error));
    }
    return { stop: () => worker?.terminate() };
  },

  /** Find a library that computes matrix products: a browser has none. */
  findProductLibrary(): undefined {
    return undefined;
  },

  /** Tell whoever runs the program that something is not as it should be. */
  warn(message: string): void {
    console.warn(message);
  },

  /** Milliseconds from an arbitrary moment on, never running backwards. */
  now(): number {
    return performance.now();
  },
};
