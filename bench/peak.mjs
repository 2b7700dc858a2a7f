// Measures the multiply-add peak of WebAssembly: what kernels and workloads are held against.
// node bench/peak.mjs [threads]
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { assemble } from './assemble.mjs';

/** Floating-point operations of a turn: 24 vectors of 4 lanes, a product and a sum each. */
const OPERATIONS = 192;
const TURNS = 40_000;
const ROUNDS = 60;

const instantiate = (bytes) =>
  new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { abort() {} } }).exports;

/** GFLOP/s of one round that ends after `turns` turns. */
const rate = (kernel, turns) => {
  const start = performance.now();
  kernel(turns, 1e-6);
  return (turns * OPERATIONS) / (performance.now() - start) / 1e6;
};

let bytes;

/**
 * Measure the peak of so many threads together: the best of many rounds of a few milliseconds, which all threads
 * begin at once.
 *
 * @returns GFLOP/s by relaxed multiply-adds (`fused`) and by products and sums (`separate`).
 */
export const measurePeak = async ({ threads = 1 } = {}) => {
  if (process.version.startsWith('v20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
  bytes ??= assemble('peak.ts');
  const peak = { fused: 0, separate: 0 };
  const gate = new Int32Array(new SharedArrayBuffer(8));
  const workers = Array.from(
    { length: threads },
    () => new Worker(fileURLToPath(import.meta.url), { workerData: { peak: bytes, gate, threads } }),
  );
  const results = await Promise.all(
    workers.map(
      (worker) =>
        new Promise((resolve, reject) => {
          worker.once('message', resolve);
          worker.once('error', reject);
        }),
    ),
  );
  await Promise.all(workers.map((worker) => worker.terminate()));
  for (const name of Object.keys(peak)) {
    for (let round = 0; round < ROUNDS; round++) {
      const together = results.reduce((sum, result) => sum + result[name][round], 0);
      peak[name] = Math.max(peak[name], together);
    }
  }
  return peak;
};

/** Wait until all threads have come to the same round. */
const meet = (gate, threads, round) => {
  Atomics.add(gate, 0, 1);
  while (Atomics.load(gate, 0) < threads * round);
};

if (!isMainThread && workerData?.peak) {
  const { gate, threads } = workerData;
  const kernels = instantiate(workerData.peak);
  const result = { fused: [], separate: [] };
  let round = 0;
  for (const name of Object.keys(result)) {
    for (let i = 0; i < 10; i++) rate(kernels[name], TURNS);
    for (let i = 0; i < ROUNDS; i++) {
      meet(gate, threads, ++round);
      result[name].push(rate(kernels[name], TURNS));
    }
  }
  parentPort.postMessage(result);
} else if (isMainThread && argv[1] === fileURLToPath(import.meta.url)) {
  for (const threads of argv[2] ? [Number(argv[2])] : [1, 2]) {
    const { fused, separate } = await measurePeak({ threads });
    const figures = `${fused.toFixed(1)} GFLOP/s fused, ${separate.toFixed(1)} separate`;
    console.log(`${process.version}: ${threads} ${threads === 1 ? 'thread' : 'threads'}, ${figures}`);
  }
}
