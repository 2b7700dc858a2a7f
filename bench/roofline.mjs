// @ts-check
// The roofline: how near each kernel and each workload comes to what the machine allows, the multiply-add peak or, where
// there is little arithmetic a byte, the memory.
import { bytesOfProduct, products } from './matrixProducts.mjs';
import { figure, percent } from './results.mjs';
import { training } from './training.mjs';
import { operationsOfStep, workloads } from './workloads.mjs';

/** Numbers that Adam reads and writes for a parameter: weight, gradient and two means; all but the gradient are written. */
const ADAM_NUMBERS = 7;

/**
 * Bytes that the operations of a step read and write at least: operands and results of each product once, the gathered
 * rows, the optimizer's pass.
 *
 * @param {readonly number[]} layers
 * @param {number} batch
 */
export function bytesOfStep(layers, batch) {
  let bytes = 8 * batch * layers[0];
  for (let i = 1; i < layers.length; i++) {
    const [inputs, outputs] = [layers[i - 1], layers[i]];
    const product = bytesOfProduct({ m: batch, n: outputs, k: inputs, kind: 'NN' });
    bytes += product * (i === 1 ? 2 : 3) + 4 * ADAM_NUMBERS * inputs * outputs;
  }
  return bytes;
}

/** @typedef {{ name: string, kind: 'workload' | 'product', threads: number, intensity: number, gflops: number, share: number, roof: number, shareOfRoof: number }} RooflinePoint */

export const roofline = {
  name: 'roofline',
  title: 'Roofline: the share of what the machine allows',
  explanation:
    'Intensity is arithmetic operations a byte that is read or written at least (operands and results once; a step: its products, gathered rows and the optimizer’s pass). ' +
    'The roof is the multiply-add peak or, if lower, intensity times the bandwidth of the cache level that holds the bytes.',

  /** @param {import('./main.mjs').Context} context */
  async run(context) {
    const { limits, found } = context;
    found['training'] ??= await training.run(context);
    found['products'] ??= await products.run(context);
    /** @type {RooflinePoint[]} */
    const rows = [];
    const add = (
      /** @type {string} */ name,
      /** @type {'workload' | 'product'} */ kind,
      /** @type {number} */ threads,
      /** @type {number} */ bytes,
      /** @type {number} */ operations,
      /** @type {number} */ gflops,
    ) => {
      const levels = limits.bandwidth[threads - 1];
      const level =
        levels.find((candidate) => bytes / threads <= 3 * candidate.bytes) ?? levels[levels.length - 1];
      const intensity = operations / bytes;
      const peak = limits.peak[threads - 1];
      const roof = Math.min(peak, intensity * level.copyGBs);
      rows.push({
        name,
        kind,
        threads,
        intensity,
        gflops,
        share: gflops / peak,
        roof,
        shareOfRoof: gflops / roof,
      });
    };
    for (const row of found['training'].rows) {
      if (row.isPortable || row.isBlas) continue;
      const { layers, batch } = /** @type {import('./workloads.mjs').Workload} */ (
        workloads.find(({ name }) => name === row.workload)
      );
      const operations = operationsOfStep(layers, batch);
      add(
        row.workload,
        'workload',
        row.threads,
        bytesOfStep(layers, batch),
        operations,
        operations / row.best / 1000,
      );
    }
    for (const row of found['products'].rows)
      add(row.name, 'product', row.threads, bytesOfProduct(row), 2 * row.m * row.n * row.k, row.gflops);
    return { rows, limits };
  },

  /** @param {{ rows: RooflinePoint[], limits: import('./machine.mjs').Limits }} data @returns {import('./results.mjs').Table[]} */
  tables: ({ rows, limits }) => [
    {
      title: 'The machine',
      header: [
        'threads',
        'multiply-adds',
        ...limits.bandwidth[0].map(({ bytes }) => `read, ${sizeName(bytes)}`),
      ],
      rows: limits.peak.map((peak, i) => [
        String(i + 1),
        `${peak.toFixed(1)} GFLOP/s`,
        ...limits.bandwidth[i].map(({ readGBs }) => `${readGBs.toFixed(0)} GB/s`),
      ]),
    },
    {
      header: ['workload or product', 'threads', 'operations/byte', 'GFLOP/s', 'of peak', 'of roof'],
      rows: rows.map((row) => [
        row.name,
        String(row.threads),
        row.intensity.toFixed(1),
        figure(row.gflops),
        percent(row.share),
        percent(row.shareOfRoof),
      ]),
    },
  ],

  checks: () => [],
};

const sizeName = (/** @type {number} */ bytes) =>
  bytes >= 1 << 20 ? `${bytes >> 20} MiB` : `${bytes >> 10} KiB`;
