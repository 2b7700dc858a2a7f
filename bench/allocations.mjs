// @ts-check
// What steps leave to the garbage collector: bytes a step in JavaScript's heap and in typed arrays, counted exactly, in a
// process whose young generation is so large that nothing is collected meanwhile.
import { execFile } from 'node:child_process';
import { PerformanceObserver } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isMain } from '../scripts/platform.mjs';
import { figure } from './results.mjs';
import { allocationTarget } from './targets.mjs';
import { watchSteps } from './timeSteps.mjs';
import { networkOf, rowsFor } from './training.mjs';
import { SAMPLES, workloads } from './workloads.mjs';

/** Megabytes of the young generation. */
const YOUNG = 512;
/** Steps that are counted, and those before them. */
const counts = { xor: 300_000, tabular: 20_000, digits: 4000, 'mnist-100': 1000, 'mnist-512x2': 60 };

/**
 * Count what the steps of a workload allocate.
 *
 * @param {keyof typeof counts} name
 */
async function countAllocations(name) {
  const { adam, createWasmExecutor } = await import('gradus');
  const { softmaxCrossEntropy } = await import('gradus/losses');
  const { layers, batch } = /** @type {import('./workloads.mjs').Workload} */ (
    workloads.find((workload) => workload.name === name)
  );
  const wanted = counts[name];
  const control = new AbortController();
  let collections = 0;
  new PerformanceObserver((list) => {
    if (before !== undefined && after === undefined) collections += list.getEntries().length;
  }).observe({ entryTypes: ['gc'] });
  /** @type {{ steps: number, heap: number, arrays: number } | undefined} */
  let before;
  /** @type {typeof before} */
  let after;
  let calls = 0;
  const look = (/** @type {number} */ steps) => {
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return { steps, heap: heapUsed, arrays: arrayBuffers };
  };
  const executor = watchSteps(createWasmExecutor(), (steps) => {
    if (before === undefined) {
      // Until then the engine has not compiled the functions of a slice for good, and they make an object of every number.
      if (steps >= 5 * wanted) before = look(steps);
      return;
    }
    if (after !== undefined) return;
    calls++;
    if (steps - before.steps < wanted) return;
    after = look(steps);
    control.abort();
  });
  await networkOf(layers)
    .fit(rowsFor(layers, SAMPLES), {
      loss: softmaxCrossEntropy(),
      optimizer: adam(),
      epochs: 10_000_000,
      batchSize: batch,
      executor,
      signal: control.signal,
    })
    .catch((/** @type {unknown} */ reason) => {
      if (!control.signal.aborted) throw reason;
    });
  if (before === undefined || after === undefined) throw new Error('training ended too early');
  const steps = after.steps - before.steps;
  console.log(
    JSON.stringify({
      steps,
      calls,
      collections,
      heap: after.heap - before.heap,
      arrays: after.arrays - before.arrays,
    }),
  );
}

/** @typedef {{ workload: string, steps: number, calls: number, collections: number, heap: number, arrays: number }} AllocationRow */

export const allocations = {
  name: 'allocations',
  title: 'What steps allocate in JavaScript',
  explanation:
    'Bytes in the heap and in typed arrays between two moments of a run in which the garbage collector does not run. A slice of about 10 ms takes some ' +
    'for its promise and the like, an epoch for its record; a step of its own takes nothing.',

  /** @param {import('./main.mjs').Context} context */
  async run({ only, progress }) {
    /** @type {AllocationRow[]} */
    const rows = [];
    for (const name of Object.keys(counts).filter(only)) {
      progress(name);
      const flags = [`--min-semi-space-size=${YOUNG}`, `--max-semi-space-size=${YOUNG}`];
      const { stdout } = await promisify(execFile)(process.execPath, [
        ...flags,
        fileURLToPath(import.meta.url),
        name,
      ]);
      rows.push({ workload: name, ...JSON.parse(stdout) });
    }
    return { rows };
  },

  /** @param {{ rows: AllocationRow[] }} data @returns {import('./results.mjs').Table[]} */
  tables: ({ rows }) => [
    {
      header: ['workload', 'steps', 'slices', 'heap B/step', 'arrays B/step', 'B/slice', 'collections'],
      rows: rows.map((row) => [
        row.workload,
        figure(row.steps),
        String(row.calls),
        figure(row.heap / row.steps),
        figure(row.arrays / row.steps),
        figure((row.heap + row.arrays) / row.calls),
        String(row.collections),
      ]),
    },
  ],

  /** @param {{ rows: AllocationRow[] }} data @returns {import('./results.mjs').Check[]} */
  checks: ({ rows }) =>
    rows
      .filter(({ workload }) => workload === 'xor')
      .map((row) => ({
        what: 'bytes that a step of xor allocates in JavaScript',
        value: (row.heap + row.arrays) / row.steps,
        target: allocationTarget,
        unit: 'B',
      })),
};

if (isMain(import.meta.url))
  await countAllocations(/** @type {keyof typeof counts} */ (process.argv[2] ?? 'xor'));
