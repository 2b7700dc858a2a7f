// @ts-check
// Tells how much of two cores this machine has at the moment. The processors of a virtual machine are threads of
// somebody's cores: for seconds both may be threads of one, or share a core with a neighbour, without a trace in the
// system's accounts. Two threads then compute as much as one, whoever computes.
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import { assemble } from './assemble.mjs';

/**
 * Share of the fastest run that a whole core keeps up: two cores to themselves show 1.8 to 1.95 of 2, with a neighbour on
 * one of them 1.3 to 1.7, two threads of one core 1.0 to 1.1.
 */
const WHOLE = 0.86;
/** Probes of a look, of which the median counts. */
const PROBES = 5;
/** Blocks that a probe sums: about a millisecond. */
const TURNS = 3500;
/** Runs in which the fastest shows what a whole core does. */
const FIRST_RUNS = 60;
/** Between two looks, in milliseconds. */
const PAUSE = 60;

/** Places in the memory that the threads share: the number of the probe, who has come to it, the other's nanoseconds. */
const NUMBER = 0;
const ARRIVED = 1;
const TOOK = 2;

/** @param {Uint8Array} bytes */
const loadBlock = (bytes) => {
  if (process.version.startsWith('v20.')) setFlagsFromString('--experimental-wasm-relaxed-simd');
  const module = new WebAssembly.Module(/** @type {any} */ (bytes));
  const { exports } = new WebAssembly.Instance(module, { env: { abort() {} } });
  return /** @type {(turns: number) => number} */ (exports['block']);
};

/** @param {readonly number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Milliseconds of one run. */
const time = (/** @type {(turns: number) => number} */ block) => {
  const began = performance.now();
  block(TURNS);
  return performance.now() - began;
};

/** @typedef {{ cores: () => number, isWhole: () => boolean, untilWhole: (milliseconds: number) => Promise<boolean>, close: () => Promise<unknown> }} CoreWatch */

/**
 * Start to watch the machine's cores, two of them or the only one. A look takes a few milliseconds on both, and blocks.
 *
 * @returns {Promise<CoreWatch>}
 */
export async function watchCores() {
  const isPair = availableParallelism() > 1;
  const bytes = assemble('probe.ts');
  const block = loadBlock(bytes);
  const cells = new Int32Array(new SharedArrayBuffer(12));
  const worker = isPair
    ? new Worker(fileURLToPath(import.meta.url), { workerData: { probe: bytes, cells } })
    : undefined;
  worker?.unref();
  let fastest = Number.POSITIVE_INFINITY;
  /** How many cores one probe finds. */
  const cores = () => {
    let other = Number.POSITIVE_INFINITY;
    if (worker !== undefined) {
      Atomics.store(cells, ARRIVED, 0);
      Atomics.add(cells, NUMBER, 1);
      Atomics.notify(cells, NUMBER);
      while (Atomics.load(cells, ARRIVED) === 0);
      Atomics.store(cells, TOOK, 0);
      Atomics.store(cells, ARRIVED, 2);
    }
    const own = time(block);
    if (worker !== undefined) {
      while (Atomics.load(cells, TOOK) === 0);
      other = Atomics.load(cells, TOOK) / 1e6;
    }
    fastest = Math.min(fastest, own, other);
    return fastest / own + fastest / other;
  };
  const look = () => median(Array.from({ length: PROBES }, cores));
  const isWhole = () => look() >= WHOLE * (isPair ? 2 : 1);
  if (worker !== undefined) await new Promise((resolve) => worker.once('message', resolve));
  for (let i = 0; i < FIRST_RUNS; i++) cores();
  return {
    cores: look,
    isWhole,
    async untilWhole(milliseconds) {
      const end = performance.now() + milliseconds;
      while (!isWhole()) {
        if (performance.now() > end) return false;
        await pause(PAUSE);
      }
      return true;
    },
    close: async () => worker?.terminate(),
  };
}

if (!isMainThread && workerData?.probe !== undefined) {
  const { probe } = workerData;
  const cells = /** @type {Int32Array} */ (workerData.cells);
  const block = loadBlock(probe);
  const { parentPort } = await import('node:worker_threads');
  for (let i = 0; i < 20; i++) block(TURNS);
  parentPort?.postMessage('ready');
  for (let number = 0; ; ) {
    Atomics.wait(cells, NUMBER, number);
    number = Atomics.load(cells, NUMBER);
    Atomics.store(cells, ARRIVED, 1);
    while (Atomics.load(cells, ARRIVED) !== 2);
    Atomics.store(cells, TOOK, Math.max(1, Math.round(time(block) * 1e6)));
  }
}
