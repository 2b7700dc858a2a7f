// @ts-check
// Peak memory of a training run over an idle process, each in a process of its own.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { isMain } from '../scripts/platform.mjs';
import { memoryTarget } from './targets.mjs';

const MIB = 2 ** 20;
const LAYERS = [784, 512, 512, 10];
const BATCH = 128;
const ROWS = 60_000;

/** What is measured: nothing at all, the library alone, the caller's array alone, and training. */
const tasks = /** @type {const} */ (['idle', 'import', 'array', 'train']);

/** The most memory that this process has held, in bytes. */
function peakBytes() {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch {
    // No such file outside Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}

/** @param {string} task @param {string} threads */
async function runTask(task, threads) {
  const values = new Uint8Array(task === 'array' || task === 'train' ? ROWS * LAYERS[0] : 0);
  for (let i = 0, state = 1; i < values.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    values[i] = state >>> 24;
  }
  /** @type {{ stage: string, peak: number, now: number }[]} */
  const stages = [];
  const note = (/** @type {string} */ stage) =>
    stages.push({ stage, peak: peakBytes() / MIB, now: process.memoryUsage().rss / MIB });
  note('array');
  if (task === 'import' || task === 'train') {
    const { adam, createWasmExecutor, dense, sequential } = await import('gradus');
    const { softmaxCrossEntropy } = await import('gradus/losses');
    note('import');
    if (task === 'train') {
      const y = new Int32Array(ROWS).map((_, i) => (i * 31) % 10);
      const options = /** @type {any} */ (threads === '' ? {} : { threads: Number(threads) });
      const executor = createWasmExecutor(options);
      const model = sequential([
        dense(512, { activation: 'relu' }),
        dense(512, { activation: 'relu' }),
        dense(10),
      ]);
      await model.fit(
        { x: { values, width: LAYERS[0], scale: 1 / 255 }, y },
        {
          loss: softmaxCrossEntropy(),
          optimizer: adam(),
          epochs: 1,
          batchSize: BATCH,
          executor,
          onEvent: ({ type }) => note(type),
        },
      );
      note('trained');
    }
  }
  // The array lives to the end.
  const kept = values.length > 0 ? values[values.length - 1] : 0;
  console.log(JSON.stringify({ peak: peakBytes(), kept, stages }));
}

/** @param {string} task @param {string} [threads] */
async function measureTask(task, threads = '') {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [fileURLToPath(import.meta.url), task, threads],
    {
      maxBuffer: MIB,
    },
  );
  return JSON.parse(stdout);
}

/** @typedef {{ executor: string, over: number, peak: number, stages: { stage: string, peak: number, now: number }[] }} MemoryRow */

export const memory = {
  name: 'memory',
  title: 'Peak memory of mnist-512x2 on 60,000 rows of bytes',
  explanation:
    'One epoch of batches of 128 (784-512-512-10, Adam) in a process of its own; the most memory the process held (VmHWM), less that of a process that does nothing. ' +
    'The caller’s own array of 44.9 MiB is included. Medians of three.',

  /** @param {import('./main.mjs').Context} context */
  async run({ quick, progress }) {
    const tries = quick ? 1 : 3;
    /** @type {Record<string, number>} */
    const peaks = {};
    const middle = (/** @type {{ peak: number }[]} */ results) =>
      results.sort((a, b) => a.peak - b.peak)[Math.floor(results.length / 2)];
    const repeated = async (/** @type {string} */ task, /** @type {string} */ threads = '') => {
      const results = [];
      for (let i = 0; i < tries; i++) {
        progress(`${task} ${threads}`);
        results.push(await measureTask(task, threads));
      }
      return middle(results);
    };
    for (const task of tasks.filter((one) => one !== 'train'))
      peaks[task] = (await repeated(task)).peak / MIB;
    /** @type {MemoryRow[]} */
    const rows = [];
    for (const [executor, threads] of [
      ['the default', ''],
      ['1 thread', '1'],
    ]) {
      const { peak, stages } = /** @type {any} */ (await repeated('train', threads));
      rows.push({ executor, peak: peak / MIB, over: peak / MIB - peaks['idle'], stages });
    }
    return { idle: peaks['idle'], imported: peaks['import'], array: peaks['array'], rows };
  },

  /** @param {{ idle: number, imported: number, array: number, rows: MemoryRow[] }} data @returns {import('./results.mjs').Table[]} */
  tables: ({ idle, imported, array, rows }) => [
    {
      header: ['process', 'peak', 'over an idle one'],
      rows: [
        ['idle', mib(idle), mib(0)],
        ['with the library imported', mib(imported), mib(imported - idle)],
        ['with the caller’s array', mib(array), mib(array - idle)],
        ...rows.map(({ executor, peak, over }) => [`training, ${executor}`, mib(peak), mib(over)]),
      ],
    },
    {
      title: 'Where the default’s bytes come from',
      header: ['until', 'peak', 'held then'],
      rows: rows[0].stages.map(({ stage, peak, now }) => [stage, mib(peak), mib(now)]),
    },
  ],

  /** @param {{ rows: MemoryRow[] }} data @returns {import('./results.mjs').Check[]} */
  checks: ({ rows }) =>
    rows.map(({ executor, over }) => ({
      what: `peak memory over an idle process, ${executor}`,
      value: over,
      target: memoryTarget,
      unit: 'MiB',
    })),
};

const mib = (/** @type {number} */ value) => `${value.toFixed(1)} MiB`;

if (isMain(import.meta.url)) await runTask(process.argv[2] ?? 'train', process.argv[3] ?? '');
