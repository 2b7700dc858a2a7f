// @ts-check
// The convolutional network of Keras's MNIST example: two convolutions of 3×3 with 32 and 64 filters, max pooling, two
// dense layers, dropout, Adam. Beside PyTorch with as many threads where Python has it, in turns.
import { readFileSync } from 'node:fs';
import {
  adam,
  conv2d,
  createWasmExecutor,
  dense,
  dropout,
  flatten,
  given,
  MersenneTwister,
  maxPool2d,
  sequential,
} from 'gradus';
import { startProcess } from './peers/process.mjs';
import { missingModule, plainEnvironment, pythonCommand } from './peers/python.mjs';
import { median } from './timeSteps.mjs';

const THREADS = 2;
const BATCH = 128;
/** Rows of MNIST, in batches. */
const EPOCH = Math.ceil(60000 / BATCH);
const SEED = 9;
/** Of the first weights, layer by layer. */
const BOUNDS = [0.14, 0.083, 0.025, 0.2];
const SIZES = [9 * 32, 9 * 32 * 64, 144 * 64 * 128, 128 * 10];

/** Draw rows and first weights; bench/peers/python/cnn.py draws the same. */
function draw(/** @type {number} */ rows) {
  const random = new MersenneTwister(SEED);
  const weights = SIZES.map((length, i) =>
    Float32Array.from({ length }, () => BOUNDS[i] * (2 * random.uniform() - 1)),
  );
  const x = Float32Array.from({ length: rows * 784 }, () => random.uniform());
  const y = Int32Array.from({ length: rows }, () => Math.floor(random.uniform() * 10));
  return { weights, x: { values: x, width: 784 }, y };
}

/**
 * @param {readonly Float32Array[]} weights
 * @param {readonly [number, number]} rates
 */
function network(weights, rates) {
  const relu = (/** @type {number} */ i) =>
    /** @type {const} */ ({ activation: 'relu', kernelInitializer: given(weights[i]) });
  const layers = [
    ...[conv2d(32, 3, relu(0)), conv2d(64, 3, relu(1)), maxPool2d(2), dropout(rates[0]), flatten()],
    ...[dense(128, relu(2)), dropout(rates[1]), dense(10, { kernelInitializer: given(weights[3]) })],
  ];
  return sequential(layers, { inputShape: [28, 28, 1] });
}

/** Milliseconds of a step, by the clock and of the processors. @typedef {{ time: number, processor: number }} Step */
/** A round of all. @typedef {{ gradus: Step, plain?: Step, channelsLast?: Step }} Round */

/**
 * Train both in turns.
 *
 * @param {{ rounds: number, batches: number, progress: (text: string) => void }} options
 */
async function measure({ rounds, batches, progress }) {
  const rows = batches * BATCH;
  const { weights, x, y } = draw(rows);
  const common = /** @type {const} */ ({
    loss: 'softmaxCrossEntropy',
    batchSize: BATCH,
    shuffle: false,
    seed: 1,
  });
  const missing = missingModule('torch');
  const program = readFileSync(new URL('./peers/python/cnn.py', import.meta.url), 'utf8');
  const settings = JSON.stringify({ seed: SEED, bounds: BOUNDS, batch: BATCH, rows });
  const command = [...pythonCommand(), '-u', '-c', program, settings];
  const peer = missing === undefined ? startProcess(command, { env: plainEnvironment() }) : undefined;
  const ask = async (/** @type {object} */ message) => {
    const reply = await peer?.ask(message);
    if (reply?.error !== undefined) throw new Error(`PyTorch: ${reply.error}`);
    return reply;
  };
  const model = network(weights, [0.25, 0.5]);
  const executors = [1, THREADS].map((threads) => createWasmExecutor({ threads }));
  /** @returns {Promise<Step>} */
  const train = async (/** @type {import('gradus').Executor} */ executor) => {
    /** @type {Step[]} */
    const marks = [];
    const onEvent = (/** @type {{ type: string }} */ { type }) => {
      const { user, system } = process.cpuUsage();
      if (type === 'epoch') marks.push({ time: performance.now(), processor: (user + system) / 1000 });
    };
    // The first epoch warms up: compilation, pace.
    await model.fit({ x, y }, { ...common, optimizer: adam(), epochs: 2, executor, onEvent });
    const [first, second] = marks;
    const between = (/** @type {keyof Step} */ key) => (second[key] - first[key]) / batches;
    return { time: between('time'), processor: between('processor') };
  };
  try {
    progress('losses');
    const checked = await ask({ type: 'loss' });
    const { epochs } = await network(weights, [0, 0]).fit(
      { x, y },
      { ...common, optimizer: adam(), epochs: 1 },
    );
    /** By threads, round by round. @type {Round[][]} */
    const found = [[], []];
    for (let round = 0; round < rounds; round++) {
      for (const [i, threads] of [1, THREADS].entries()) {
        progress(`round ${round + 1} of ${rounds}, threads: ${threads}`);
        const plain = await ask({ type: 'run', threads, channelsLast: false });
        const channelsLast = await ask({ type: 'run', threads, channelsLast: true });
        const gradus = await train(executors[i]);
        found[i].push(/** @type {Round} */ ({ gradus, plain, channelsLast }));
      }
    }
    const loss = { gradus: epochs[0].loss, pytorch: checked?.['loss'] };
    return { missing, version: checked?.['version'], loss, one: found[0], two: found[1] };
  } finally {
    peer?.close();
  }
}

/** @typedef {Awaited<ReturnType<typeof measure>>} Found */

/** How many times as long as PyTorch, in the layout in which it is faster: the median over rounds. */
const ratio = (/** @type {readonly Round[]} */ rounds, /** @type {keyof Step} */ key) =>
  median(
    rounds.map(
      ({ gradus, plain, channelsLast }) =>
        gradus[key] / Math.min(plain?.[key] ?? Number.NaN, channelsLast?.[key] ?? Number.NaN),
    ),
  );

export const cnn = {
  name: 'cnn',
  title: 'A convolutional network beside PyTorch',
  explanation:
    'Keras’s MNIST example on drawn images: 3×3 convolutions with 32 and 64 filters, max pooling, dense layers of 128 and 10, dropout, batches of 128, Adam; 469 steps an epoch. In turns, medians over the rounds; times by the clock with two threads, and of the processor with one, which hardly depend on what else the machine does. The loss is the mean of the first steps from the same weights, without dropout.',

  /** @param {import('./main.mjs').Context} context */
  run: ({ quick, progress }) => measure({ rounds: quick ? 3 : 7, batches: quick ? 2 : 6, progress }),

  /** @param {Found} found @returns {import('./results.mjs').Table[]} */
  tables({ one, two, loss, version, missing }) {
    const row = (
      /** @type {string} */ name,
      /** @type {keyof Round} */ who,
      /** @type {number | undefined} */ value,
    ) => {
      const of = (/** @type {readonly Round[]} */ rounds, /** @type {keyof Step} */ key) =>
        median(rounds.map((round) => round[who]?.[key] ?? Number.NaN));
      const time = of(two, 'time');
      const cells = [time.toFixed(1), ((time * EPOCH) / 1000).toFixed(1), of(one, 'processor').toFixed(1)];
      return [name, ...cells, value?.toFixed(6) ?? ''];
    };
    const peers = [
      row(`PyTorch ${version}`, 'plain', loss.pytorch),
      row(`PyTorch ${version}, channels last`, 'channelsLast', undefined),
    ];
    return [
      {
        header: ['', 'ms a step', 's an epoch', 'processor ms, one thread', 'loss'],
        rows: [row('Gradus', 'gradus', loss.gradus), ...(missing === undefined ? peers : [])],
        ...(missing === undefined ? {} : { note: `Without PyTorch: ${missing}.` }),
      },
    ];
  },

  /** @param {Found} found @returns {import('./results.mjs').Check[]} */
  checks: ({ missing, one, two, loss }) =>
    missing !== undefined
      ? []
      : [
          { what: 'an epoch of the CNN, times PyTorch’s', value: ratio(two, 'time'), target: 3, unit: '×' },
          {
            what: 'its processor time on one thread, times PyTorch’s',
            value: ratio(one, 'processor'),
            target: 3,
            unit: '×',
          },
          {
            what: 'its loss against PyTorch’s, relative',
            value: Math.abs(loss.gradus / loss.pytorch - 1),
            target: 1e-5,
            unit: '',
          },
        ],
};
