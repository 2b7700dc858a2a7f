// @ts-check
// Predictions: one row at a time, as a server answers, and ten thousand at once.

import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { findVariants } from './executors.mjs';
import { slowness } from './machine.mjs';
import { figure } from './results.mjs';
import { inferenceTargets } from './targets.mjs';
import { quantile } from './timeSteps.mjs';
import { networkOf } from './training.mjs';

const cases = [
  { name: 'tabular-1', layers: [30, 100, 2], rows: 1 },
  { name: 'mnist-1', layers: [784, 512, 512, 10], rows: 1 },
  { name: 'mnist-10000', layers: [784, 512, 512, 10], rows: 10000 },
];

/**
 * Time calls in runs of about five milliseconds, for so long; microseconds a call.
 *
 * @param {() => unknown} call may give a promise
 * @param {number} milliseconds
 */
async function timeCalls(call, milliseconds) {
  const run = async (/** @type {number} */ calls) => {
    const began = performance.now();
    for (let i = 0; i < calls; i++) {
      const result = call();
      // A call that is done has nothing to wait for.
      if (result instanceof Promise) await result;
    }
    return ((performance.now() - began) * 1000) / calls;
  };
  let calls = 1;
  while ((await run(calls)) * calls < 5000 && calls < 1 << 20) calls *= 2;
  const times = [];
  for (const end = performance.now() + milliseconds; performance.now() < end || times.length < 9; )
    times.push(await run(calls));
  return { best: Math.min(...times), median: quantile(times, 0.5) };
}

/**
 * Count the bytes that a call leaves to the garbage collector: the least of some rounds, since compiled code comes and
 * goes meanwhile.
 *
 * @param {() => unknown} call
 * @param {number} calls few enough that nothing is collected between them
 */
function countBytes(call, calls) {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    collect();
    const before = process.memoryUsage();
    for (let i = 0; i < calls; i++) call();
    const after = process.memoryUsage();
    const bytes = after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers;
    least = Math.min(least, Math.max(0, bytes) / calls);
  }
  return least;
}

/**
 * Measure predictions: microseconds a call, and for one row the bytes that a call allocates.
 *
 * @param {Pick<import('./main.mjs').Context, 'quick' | 'only' | 'progress'>} context
 */
export async function measureInference({ quick, only, progress }) {
  const { variants, absent } = await findVariants({ portable: false, quick });
  /** @type {{ workload: string, executor: string, isBlas: boolean, way: string, microseconds: number, best: number, rowsPerSecond: number, gflops: number, bytes?: number }[]} */
  const rows = [];
  // Threads start when there has been work for them; it is not measured.
  for (const { make } of variants) {
    const [executor, model] = [make(), networkOf(cases[1].layers)];
    const x = { values: new Float32Array(512 * 784), width: 784 };
    for (const end = performance.now() + 300; performance.now() < end; await turn())
      await model.predict(x, { executor });
  }
  for (const { name, layers, rows: count } of cases.filter((one) => only(one.name))) {
    const values = new Float32Array(count * layers[0]).map((_, i) => ((i * 7919) % 1009) / 1009);
    const x = { values, width: layers[0] };
    for (const variant of variants) {
      progress(`${name}, ${variant.name}`);
      const executor = variant.make();
      const model = networkOf(layers);
      await model.predict(x, { executor });
      const milliseconds = quick ? 200 : 800;
      const row = (
        /** @type {string} */ way,
        /** @type {{ best: number, median: number, bytes?: number }} */ { median, best, bytes },
      ) =>
        rows.push({
          workload: name,
          executor: variant.name,
          isBlas: variant.isBlas,
          way,
          microseconds: median,
          best,
          rowsPerSecond: (count / median) * 1e6,
          gflops: (count * 2 * layers.slice(1).reduce((sum, n, i) => sum + n * layers[i], 0)) / median / 1000,
          ...(bytes === undefined ? {} : { bytes }),
        });
      row('predict', await timeCalls(() => model.predict(x, { executor }), milliseconds));
      if (count === 1) {
        const predictor = await model.predictor({ executor });
        const call = () => predictor.predict(values);
        const times = await timeCalls(call, milliseconds);
        const bytes = countBytes(call, Math.min(100_000, Math.ceil(2e5 / times.median)));
        row('predictor', { ...times, bytes });
        predictor.dispose();
      }
    }
  }
  return { rows, absent };
}

export const inference = {
  name: 'inference',
  title: 'Inference',
  explanation:
    '`predict` gives a promise and a copy of the outputs; `predictor` is synchronous and writes into one array. Medians over runs of about 5 ms; bytes that a call of the predictor leaves to the garbage collector.',

  run: measureInference,

  /** @param {{ rows: any[], absent: string[] }} data @returns {import('./results.mjs').Table[]} */
  tables: ({ rows, absent }) => [
    {
      header: ['workload', 'executor', 'way', 'µs', 'best', 'rows/s', 'GFLOP/s', 'bytes/call'],
      rows: rows.map((row) => [
        row.workload,
        row.executor,
        row.way,
        figure(row.microseconds),
        figure(row.best),
        figure(row.rowsPerSecond),
        figure(row.gflops),
        row.bytes === undefined ? '' : row.bytes.toFixed(1),
      ]),
      ...(absent.length === 0 ? {} : { note: `Left out: ${absent.join('; ')}.` }),
    },
  ],

  /** @param {{ rows: any[] }} data @param {import('./machine.mjs').Limits} limits @returns {import('./results.mjs').Check[]} */
  checks: ({ rows }, limits) =>
    Object.entries(inferenceTargets).flatMap(([name, target]) => {
      const own = rows.filter((row) => row.workload === name && !row.isBlas);
      if (own.length === 0) return [];
      const best = own.reduce((a, b) => (b.microseconds < a.microseconds ? b : a));
      return [
        {
          what: name,
          value: best.microseconds,
          target: target * slowness(limits),
          unit: 'µs',
          note: `${best.way}, ${best.executor}`,
        },
      ];
    }),
};
