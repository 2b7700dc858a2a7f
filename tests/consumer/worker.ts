// Counts the threads that the library starts before it is there to start any.
let threads = 0;
const { Worker } = globalThis;
globalThis.Worker = class extends Worker {
  constructor(url: string | URL, options?: WorkerOptions) {
    super(url, options);
    threads++;
  }
};

const { run } = await import('./run.ts');
const result = await run();
postMessage({ result, threads });
