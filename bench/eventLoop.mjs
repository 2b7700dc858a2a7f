// @ts-check
// Whether a server stays responsive while it trains: the event loop's delay during each workload, beside an idle loop's.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { adam } from 'gradus';
import { softmaxCrossEntropy } from 'gradus/losses';
import { findVariants } from './executors.mjs';
import { delayTarget } from './targets.mjs';
import { quantile } from './timeSteps.mjs';
import { networkOf, rowsFor } from './training.mjs';
import { SAMPLES, workloads } from './workloads.mjs';

/** Milliseconds between looks. */
const RESOLUTION = 1;

/** Watch the event loop by Node's histogram and by a timer that should fire every millisecond. */
function watchLoop() {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION });
  /** @type {number[]} */
  const gaps = [];
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    gaps.push(Math.max(0, now - last - RESOLUTION));
    last = now;
  }, RESOLUTION);
  histogram.enable();
  const milliseconds = (/** @type {number} */ nanoseconds) => Math.max(0, nanoseconds / 1e6 - RESOLUTION);
  return {
    /** Stop, and give the delays in milliseconds; a delay that has not ended counts as far as it has come. */
    end() {
      histogram.disable();
      clearInterval(timer);
      gaps.push(Math.max(0, performance.now() - last - RESOLUTION));
      return {
        p50: milliseconds(histogram.percentile(50)),
        p99: milliseconds(histogram.percentile(99)),
        longest: milliseconds(histogram.max),
        tickP99: quantile(gaps, 0.99),
        tickLongest: Math.max(...gaps),
        looks: gaps.length,
      };
    },
  };
}

/**
 * Train for a while: with validation rows and accuracy, since measuring them takes the loop's time, too.
 *
 * @param {{ layers: readonly number[], batch: number, rows: number, executor: import('gradus').Executor, milliseconds: number }} task
 */
async function delaysOfTraining({ layers, batch, rows, executor, milliseconds }) {
  const model = networkOf(layers);
  const data = rowsFor(layers, rows);
  const control = new AbortController();
  const began = performance.now();
  /** @type {ReturnType<typeof watchLoop> | undefined} */
  let watch;
  /** @type {ReturnType<ReturnType<typeof watchLoop>['end']> | undefined} */
  let delays;
  let start = 0;
  let stop = 0;
  await model
    .fit(data, {
      loss: softmaxCrossEntropy(),
      optimizer: adam(),
      metrics: ['accuracy'],
      validation: 0.1,
      epochs: 10_000_000,
      batchSize: batch,
      executor,
      signal: control.signal,
      onEvent({ type }) {
        if (type !== 'start') return;
        start = performance.now() - began;
        watch = watchLoop();
        setTimeout(() => {
          delays = watch?.end();
          control.abort();
          stop = performance.now();
        }, milliseconds);
      },
    })
    .catch((/** @type {unknown} */ reason) => {
      if (!control.signal.aborted) throw reason;
    });
  if (delays === undefined) throw new Error('training ended by itself');
  return { ...delays, start, stop: performance.now() - stop };
}

/** Nothing but timers. */
async function delaysOfIdling(/** @type {number} */ milliseconds) {
  const watch = watchLoop();
  await wait(milliseconds);
  return { ...watch.end(), start: 0, stop: 0 };
}

/** @typedef {Awaited<ReturnType<typeof delaysOfTraining>> & { workload: string, executor: string }} DelayRow */

export const eventLoop = {
  name: 'eventLoop',
  title: 'The event loop while training runs',
  explanation:
    'Delays in milliseconds beyond a timer of 1 ms while training runs, with validation on a tenth of the rows and accuracy after every epoch: by `perf_hooks.monitorEventLoopDelay`, and by a timer in the same process (tick). The first line is a loop with nothing to do: what is ' +
    'seen there is the machine’s own. “Start” is what `fit` does at once, before the first event: it checks the data, copies them and compiles; “stop” is the way from ' +
    'the signal to the error that holds the state, for which the data are hashed.',

  /** @param {import('./main.mjs').Context} context */
  async run({ quick, only, progress }) {
    const { variants, absent } = await findVariants({ quick });
    const milliseconds = quick ? 700 : 1400;
    /** @type {DelayRow[]} */
    const rows = [];
    progress('idle loop');
    rows.push({ workload: 'idle', executor: '–', ...(await delaysOfIdling(milliseconds)) });
    const tasks = [
      ...workloads.map(({ name, layers, batch }) => ({ name, layers, batch, rows: SAMPLES })),
      { name: 'mnist-512x2, 60,000 rows', layers: [784, 512, 512, 10], batch: 128, rows: 60_000 },
      { name: 'tabular, 1,000,000 rows', layers: [30, 100, 2], batch: 32, rows: 1_000_000 },
    ];
    for (const { name, ...task } of tasks.filter((one) => only(one.name.split(',')[0]))) {
      for (const variant of variants) {
        progress(`${name}, ${variant.name}`);
        const delays = await delaysOfTraining({ ...task, executor: variant.make(), milliseconds });
        rows.push({ workload: name, executor: variant.name, ...delays });
      }
    }
    return { rows, absent };
  },

  /** @param {{ rows: DelayRow[], absent: string[] }} data @returns {import('./results.mjs').Table[]} */
  tables: ({ rows, absent }) => [
    {
      header: ['workload', 'executor', 'p50', 'p99', 'longest', 'tick p99', 'tick longest', 'start', 'stop'],
      rows: rows.map((row) => [
        row.workload,
        row.executor,
        ...[row.p50, row.p99, row.longest, row.tickP99, row.tickLongest, row.start, row.stop].map((delay) =>
          delay.toFixed(1),
        ),
      ]),
      ...(absent.length === 0 ? {} : { note: `Left out: ${absent.join('; ')}.` }),
    },
  ],

  /** @param {{ rows: DelayRow[] }} data @returns {import('./results.mjs').Check[]} */
  checks({ rows }) {
    const own = rows.filter(({ workload }) => workload !== 'idle');
    if (own.length === 0) return [];
    const delay = (/** @type {DelayRow} */ row) => Math.max(row.p99, row.tickP99);
    const worst = own.reduce((a, b) => (delay(b) > delay(a) ? b : a));
    return [
      {
        what: 'event loop, 99th percentile of the worst workload and executor',
        value: delay(worst),
        target: delayTarget,
        unit: 'ms',
        note: `${worst.workload}, ${worst.executor}; idle ${rows[0].p99.toFixed(1)}`,
      },
    ];
  },
};
