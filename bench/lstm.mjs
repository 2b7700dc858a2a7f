// @ts-check
// A long short-term memory as Keras's IMDB example has it: 80 indices out of 20,000, vectors of 128 numbers, 128 units, a
// logistic output, Adam. Beside PyTorch with as many threads where Python has it, in turns.
import { readFileSync } from 'node:fs';
import {
  adam,
  binaryCrossEntropy,
  createWasmExecutor,
  dense,
  embedding,
  given,
  lstm as lstmLayer,
  MersenneTwister,
  sequential,
} from 'gradus';
import { startProcess } from './peers/process.mjs';
import { missingModule, plainEnvironment, pythonCommand } from './peers/python.mjs';
import { median } from './timeSteps.mjs';

const THREADS = 2;
const [VOCABULARY, UNITS, STEPS, BATCH] = [20000, 128, 80, 64];
/** Rows of Keras's data set, in batches. */
const EPOCH = Math.ceil(25000 / BATCH);
const SEED = 9;
/** Of the first weights: embeddings, kernel, recurrent kernel, output. */
const BOUNDS = [0.05, 0.1, 0.088, 0.1];

/** Draw rows and first weights; bench/peers/python/lstm.py draws the same. */
function draw(/** @type {number} */ rows) {
  const random = new MersenneTwister(SEED);
  const sizes = [VOCABULARY * UNITS, 4 * UNITS * UNITS, 4 * UNITS * UNITS, UNITS];
  const weights = sizes.map((length, i) =>
    Float32Array.from({ length }, () => BOUNDS[i] * (2 * random.uniform() - 1)),
  );
  const x = Float32Array.from({ length: rows * STEPS }, () => Math.floor(random.uniform() * VOCABULARY));
  const y = Int32Array.from({ length: rows }, () => Math.floor(random.uniform() * 2));
  return { weights, x: { values: x, width: STEPS }, y };
}

/** @param {readonly Float32Array[]} weights */
function network([embeddings, kernel, recurrent, output]) {
  const layers = [
    embedding(VOCABULARY, UNITS, { embeddingsInitializer: given(embeddings) }),
    lstmLayer(UNITS, {
      kernelInitializer: given(kernel),
      recurrentInitializer: given(recurrent),
      unitForgetBias: false,
    }),
    dense(1, { kernelInitializer: given(output) }),
  ];
  return sequential(layers, { inputShape: [STEPS] });
}

/** Milliseconds of a step, by the clock and of the processors. @typedef {{ time: number, processor: number }} Step */

/**
 * Train both in turns.
 *
 * @param {{ rounds: number, batches: number, progress: (text: string) => void }} options
 */
async function measure({ rounds, batches, progress }) {
  const rows = batches * BATCH;
  const { weights, x, y } = draw(rows);
  const common = { loss: binaryCrossEntropy(), optimizer: adam(), batchSize: BATCH, shuffle: false };
  const missing = missingModule('torch');
  const settings = { seed: SEED, bounds: BOUNDS, vocabulary: VOCABULARY, units: UNITS, steps: STEPS };
  const program = readFileSync(new URL('./peers/python/lstm.py', import.meta.url), 'utf8');
  const command = [
    ...pythonCommand(),
    '-u',
    '-c',
    program,
    JSON.stringify({ ...settings, batch: BATCH, rows }),
  ];
  const peer = missing === undefined ? startProcess(command, { env: plainEnvironment() }) : undefined;
  const ask = async (/** @type {object} */ message) => {
    const reply = await peer?.ask(message);
    if (reply?.error !== undefined) throw new Error(`PyTorch: ${reply.error}`);
    return reply;
  };
  const model = network(weights);
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
    await model.fit({ x, y }, { ...common, epochs: 2, executor, onEvent });
    const [first, second] = marks;
    const between = (/** @type {keyof Step} */ key) => (second[key] - first[key]) / batches;
    return { time: between('time'), processor: between('processor') };
  };
  try {
    progress('losses');
    const checked = await ask({ type: 'loss' });
    const { epochs } = await network(weights).fit({ x, y }, { ...common, epochs: 1 });
    /** By threads, round by round. @type {{ gradus: Step, plain: Step | undefined, fused: Step | undefined }[][]} */
    const found = [[], []];
    for (let round = 0; round < rounds; round++) {
      for (const [i, threads] of [1, THREADS].entries()) {
        progress(`round ${round + 1} of ${rounds}, threads: ${threads}`);
        const [plain, fused] = [
          await ask({ type: 'run', threads, fused: false }),
          await ask({ type: 'run', threads, fused: true }),
        ];
        found[i].push({
          gradus: await train(executors[i]),
          plain: /** @type {Step | undefined} */ (plain),
          fused: /** @type {Step | undefined} */ (fused),
        });
      }
    }
    return {
      missing,
      version: checked?.['version'],
      loss: { gradus: epochs[0].loss, pytorch: checked?.['loss'] },
      one: found[0],
      two: found[1],
    };
  } finally {
    peer?.close();
  }
}

/** @typedef {Awaited<ReturnType<typeof measure>>} Found */

/** How many times as long as PyTorch, plain or fused, whichever is faster: the median over rounds. */
const ratio = (/** @type {Found['one']} */ rounds, /** @type {keyof Step} */ key) =>
  median(
    rounds.map(
      ({ gradus, plain, fused }) => gradus[key] / Math.min(plain?.[key] ?? NaN, fused?.[key] ?? NaN),
    ),
  );

export const lstm = {
  name: 'lstm',
  title: 'A long short-term memory beside PyTorch',
  explanation:
    'Keras’s IMDB example with drawn words: 20,000 × 128 embeddings, 80 steps, 128 units, batches of 64, Adam; 391 steps an epoch. In turns, medians over the rounds; times by the clock with two threads, and of the processor with one, which hardly depend on what else the machine does. The loss is the mean of the first steps from the same weights.',

  /** @param {import('./main.mjs').Context} context */
  run: ({ quick, progress }) => measure({ rounds: quick ? 3 : 7, batches: quick ? 3 : 10, progress }),

  /** @param {Found} found @returns {import('./results.mjs').Table[]} */
  tables({ one, two, loss, version, missing }) {
    const row = (
      /** @type {string} */ name,
      /** @type {'gradus' | 'plain' | 'fused'} */ who,
      /** @type {number | undefined} */ value,
    ) => {
      const of = (/** @type {Found['one']} */ rounds, /** @type {keyof Step} */ key) =>
        median(rounds.map((round) => round[who]?.[key] ?? NaN));
      const time = of(two, 'time');
      const cells = [time.toFixed(1), ((time * EPOCH) / 1000).toFixed(1), of(one, 'processor').toFixed(1)];
      return [name, ...cells, value?.toFixed(6) ?? ''];
    };
    const peers = [
      row(`PyTorch ${version}`, 'plain', loss.pytorch),
      row(`PyTorch ${version}, fused Adam`, 'fused', undefined),
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
          { what: 'an epoch of the LSTM, times PyTorch’s', value: ratio(two, 'time'), target: 4, unit: '×' },
          {
            what: 'its processor time on one thread, times PyTorch’s',
            value: ratio(one, 'processor'),
            target: 4,
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
