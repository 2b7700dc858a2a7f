// @ts-check
// Training on the standard workloads, through Sequential.fit: the loss held against PyTorch's, then the time of a step
// on each executor.
import { adam, dense, given, sequential, zeros } from 'gradus';
import { softmaxCrossEntropy } from 'gradus/losses';
import { findVariants } from './executors.mjs';
import { slowness } from './machine.mjs';
import { figure, percent } from './results.mjs';
import { stepTargets } from './targets.mjs';
import { timeSteps } from './timeSteps.mjs';
import { drawWorkload, operationsOfStep, pytorchVersion, SAMPLES, workloads } from './workloads.mjs';

/** @typedef {import('./workloads.mjs').Workload} Workload */
/** @typedef {import('gradus').Executor} Executor */

/**
 * Build the network of a workload, with first weights of one's own or random ones.
 *
 * @param {readonly number[]} layers
 * @param {readonly Float32Array[]} [kernels]
 */
export function networkOf(layers, kernels) {
  const last = layers.length - 2;
  const parts = layers.slice(1).map((units, i) =>
    dense(units, {
      activation: i < last ? 'relu' : 'identity',
      ...(kernels === undefined ? {} : { kernelInitializer: given(kernels[i]), biasInitializer: zeros() }),
    }),
  );
  return sequential(parts, { inputShape: [layers[0]] });
}

/**
 * Rows to train a network of these layers on; what they hold does not matter for the time.
 *
 * @param {readonly number[]} layers
 * @param {number} rows
 */
export const rowsFor = (layers, rows) => ({
  x: {
    values: new Float32Array(rows * layers[0]).map((_, i) => ((i * 7919) % 1009) / 1009),
    width: layers[0],
  },
  y: new Int32Array(rows).map((_, i) => (i * 31) % layers[layers.length - 1]),
});

/**
 * Train the first steps from the given weights and rows; the relative distance of the mean loss from PyTorch's.
 *
 * @param {Workload} workload
 * @param {Executor} executor
 */
async function lossError(workload, executor) {
  const { x, y, kernels } = drawWorkload(workload);
  const { batch, layers, losses } = workload;
  const model = networkOf(layers, kernels);
  const history = await model.fit(
    { x: { values: x, width: layers[0] }, y },
    { loss: softmaxCrossEntropy(), optimizer: adam(), epochs: 1, batchSize: batch, shuffle: false, executor },
  );
  const expected = losses.reduce((a, b) => a + b, 0) / losses.length;
  return Math.abs(history.epochs[0].loss - expected) / expected;
}

/**
 * Check a workload against PyTorch, then time it.
 *
 * @param {Workload} workload
 * @param {import('./executors.mjs').Variant} variant
 * @param {import('./machine.mjs').Limits} limits
 * @param {boolean} quick
 * @param {import('./wholeCores.mjs').CoreWatch} watch
 */
async function measureWorkload(workload, variant, limits, quick, watch) {
  const { name, layers, batch } = workload;
  const error = await lossError(workload, variant.make());
  if (!(error <= 1e-3))
    throw new Error(`${name}: the loss is ${error} (relative) away from PyTorch's, more than 1e-3`);
  const times = await timeSteps(networkOf(layers), rowsFor(layers, SAMPLES), {
    executor: variant.make(),
    batchSize: batch,
    milliseconds: quick ? 400 : 1500,
    watch,
  });
  const gflops = operationsOfStep(layers, batch) / times.median / 1000;
  const peak = (variant.isPortable ? limits.portablePeak : limits.peak)[variant.threads - 1];
  return {
    workload: name,
    executor: variant.name,
    threads: variant.threads,
    isPortable: variant.isPortable,
    isBlas: variant.isBlas,
    microseconds: times.median,
    best: times.best,
    samplesPerSecond: (batch / times.median) * 1e6,
    gflops,
    share: gflops / peak,
    shareOfBest: operationsOfStep(layers, batch) / times.best / 1000 / peak,
    callsPerStep: times.callsPerStep,
    whole: times.whole,
    lossError: error,
  };
}

/** @typedef {Awaited<ReturnType<typeof measureWorkload>>} TrainingRow */

export const training = {
  name: 'training',
  title: 'Training: a step of each standard workload',
  explanation:
    `Adam, softmax cross-entropy, ${SAMPLES.toLocaleString('en-US')} rows shuffled anew every epoch, through \`fit\`; each loss is first held against that of ` +
    `PyTorch ${pytorchVersion} from the same weights and rows (1e-3 relative). Times are medians over windows of 50 ms before and after which ` +
    'all cores were there (bench/README.md), or over all windows where there is none; “whole” is the share of such windows. The share of the peak is ' +
    'that of the multiply-add peak of as many threads (of products and sums for portable numerics), measured in the same run. GFLOP/s count the matrix products only.',

  /** @param {import('./main.mjs').Context} context */
  async run({ quick, only, limits, progress, watch }) {
    const { variants, absent } = await findVariants({ quick });
    const rows = [];
    for (const workload of workloads.filter(({ name }) => only(name))) {
      for (const variant of variants) {
        progress(`${workload.name}, ${variant.name}`);
        rows.push(await measureWorkload(workload, variant, limits, quick, watch));
      }
    }
    return { rows, absent };
  },

  /** @param {{ rows: TrainingRow[], absent: string[] }} data @returns {import('./results.mjs').Table[]} */
  tables: ({ rows, absent }) => [
    {
      header: [
        'workload',
        'executor',
        'µs/step',
        'best',
        'rows/s',
        'GFLOP/s',
        'of peak',
        'whole',
        'calls/step',
        'loss error',
      ],
      rows: rows.map((row) => [
        row.workload,
        row.executor,
        figure(row.microseconds),
        figure(row.best),
        figure(row.samplesPerSecond),
        figure(row.gflops),
        percent(row.share),
        percent(row.whole),
        row.callsPerStep.toPrecision(2),
        row.lossError.toExponential(0),
      ]),
      ...(absent.length === 0 ? {} : { note: `Left out: ${absent.join('; ')}.` }),
    },
  ],

  /**
   * The best of the WebAssembly executors counts.
   *
   * @param {{ rows: TrainingRow[] }} data
   * @param {import('./machine.mjs').Limits} limits
   * @returns {import('./results.mjs').Check[]}
   */
  checks({ rows }, limits) {
    return stepTargets.flatMap(({ workload, microseconds, share }) => {
      const own = rows.filter((row) => row.workload === workload && !row.isBlas && !row.isPortable);
      if (own.length === 0) return [];
      const best = own.reduce((a, b) => (b.microseconds < a.microseconds ? b : a));
      if (share !== undefined) {
        const reached = best.gflops / limits.peak[1];
        return [
          {
            what: workload,
            value: 100 * reached,
            target: 100 * share,
            unit: '% of the peak of 2 threads',
            least: true,
            note: best.executor,
          },
        ];
      }
      return [
        {
          what: workload,
          value: best.microseconds,
          target: microseconds * slowness(limits),
          unit: 'µs',
          note: best.executor,
        },
      ];
    });
  },
};
