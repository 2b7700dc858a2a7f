// @ts-check
// How cost grows: the time of a step against width, depth and batch, that of an epoch against rows, each beside the time
// that the arithmetic alone would take at the machine's peak.
import { findVariants } from './executors.mjs';
import { figure, percent } from './results.mjs';
import { timeSteps } from './timeSteps.mjs';
import { networkOf, rowsFor } from './training.mjs';
import { operationsOfStep } from './workloads.mjs';

const INPUTS = 64;
const CLASSES = 10;
const hidden = (/** @type {number} */ width, /** @type {number} */ depth) => [
  INPUTS,
  ...new Array(depth).fill(width),
  CLASSES,
];

/** @type {readonly { name: string, what: string, xs: number[], layers: (x: number) => number[], batch: (x: number) => number, rows: (x: number) => number, perEpoch?: boolean }[]} */
const curves = [
  {
    name: 'width',
    what: 'two hidden layers of x units, batch 128',
    xs: [4, 8, 16, 32, 64, 128, 256, 512, 1024],
    layers: (x) => hidden(x, 2),
    batch: () => 128,
    rows: () => 1280,
  },
  {
    name: 'depth',
    what: 'x hidden layers of 64 units, batch 64',
    xs: [1, 2, 4, 8, 16, 32],
    layers: (x) => hidden(64, x),
    batch: () => 64,
    rows: () => 1280,
  },
  {
    name: 'batch',
    what: 'two hidden layers of 128 units, batches of x rows',
    xs: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048],
    layers: () => hidden(128, 2),
    batch: (x) => x,
    rows: (x) => Math.max(2048, 2 * x),
  },
  {
    name: 'rows',
    what: 'an epoch over x rows: one hidden layer of 100 units, batch 32',
    xs: [320, 1280, 5120, 20480, 81920, 327680],
    layers: () => [30, 100, 2],
    batch: () => 32,
    rows: (x) => x,
    perEpoch: true,
  },
];

/** @typedef {{ curve: string, what: string, x: number, executor: string, threads: number, milliseconds: number, limit: number, perEpoch: boolean }} CurvePoint */

export const costCurves = {
  name: 'costCurves',
  title: 'Cost curves: how the time of a step grows',
  explanation:
    'Adam, softmax cross-entropy, 64 inputs and 10 classes unless said otherwise. The limit is the time that the matrix products alone take at the multiply-add ' +
    'peak of as many threads, measured in the same run.',

  /** @param {import('./main.mjs').Context} context */
  async run({ quick, limits, progress }) {
    const { variants } = await findVariants({ portable: false });
    /** @type {CurvePoint[]} */
    const rows = [];
    for (const { name, what, xs, layers, batch, rows: rowsOf, perEpoch = false } of curves) {
      for (const x of quick ? xs.filter((_, i) => i % 2 === 0) : xs) {
        const [size, count] = [batch(x), rowsOf(x)];
        for (const variant of variants.filter(({ isBlas }) => !isBlas)) {
          progress(`${name} ${x}, ${variant.name}`);
          const times = await timeSteps(networkOf(layers(x)), rowsFor(layers(x), count), {
            executor: variant.make(),
            batchSize: size,
            milliseconds: quick ? 120 : 350,
          });
          const steps = perEpoch ? count / size : 1;
          const operations = operationsOfStep(layers(x), size) * steps;
          rows.push({
            curve: name,
            what,
            x,
            executor: variant.name,
            threads: variant.threads,
            milliseconds: ((perEpoch ? times.mean : times.best) * steps) / 1000,
            limit: operations / limits.peak[variant.threads - 1] / 1e6,
            perEpoch,
          });
        }
      }
    }
    return { rows };
  },

  /** @param {{ rows: CurvePoint[] }} data @returns {import('./results.mjs').Table[]} */
  tables: ({ rows }) =>
    curves.map(({ name, what }) => ({
      title: `Against ${name}: ${what}`,
      header: [
        name,
        'executor',
        rows.find(({ curve }) => curve === name)?.perEpoch ? 'ms/epoch' : 'µs/step',
        'limit',
        'of it',
      ],
      rows: rows
        .filter(({ curve }) => curve === name)
        .map(({ x, executor, milliseconds, limit, perEpoch }) => [
          String(x),
          executor,
          figure(perEpoch ? milliseconds : milliseconds * 1000),
          figure(perEpoch ? limit : limit * 1000),
          percent(limit / milliseconds),
        ]),
    })),

  checks: () => [],
};
