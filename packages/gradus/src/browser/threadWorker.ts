import type { ThreadTask } from '../util/thread.ts';

/** The exports of the kernels that a thread needs. */
interface ThreadKernels {
  assist(team: number, index: number, scratch: number): void;
  readonly table: { set(place: number, kernel: unknown): void };
}

// The part of a worker's interface that this file uses.
const worker = globalThis as unknown as {
  addEventListener(
    type: 'message',
    listener: (event: { data: ThreadTask }) => void,
    options: { once: true },
  ): void;
  postMessage(message: unknown): void;
  readonly WebAssembly: {
    readonly Instance: new (module: object, imports: { env: object }) => { readonly exports: ThreadKernels };
  };
};

worker.addEventListener(
  'message',
  ({ data: { module, memory, team, index, scratch, failed } }) => {
    const { Instance } = worker.WebAssembly;
    const { exports } = new Instance(module, { env: { memory, product() {} } });
    worker.postMessage('ready');
    try {
      exports.assist(team, index, scratch);
    } catch (error) {
      Atomics.store(new Int32Array(memory.buffer), failed / 4, 1);
      throw error;
    }
  },
  { once: true },
);
