// @ts-check
// A part of the benchmark that trains one network beside PyTorch, in turns: on one thread for the time of the processor,
// on two for the time by the clock. Gradus computes in WebAssembly alone and, where there is one, with the system's BLAS.
import { readFileSync } from 'node:fs';
import { findVariants } from './executors.mjs';
import { startProcess } from './peers/process.mjs';
import { missingModule, plainEnvironment, pythonCommand } from './peers/python.mjs';
import { median } from './timeSteps.mjs';

const THREADS = 2;

/** Milliseconds of a step, by the clock and of the processors. @typedef {{ time: number, processor: number }} Step */
/** A round of all: Gradus's executors ('wasm', 'blas') and the forms of PyTorch by their keys. @typedef {Record<string, Step | undefined>} Round */
/** @typedef {import('gradus').Executor} Executor */

/**
 * A network that is ready to train.
 *
 * @typedef {object} Prepared
 * @property {object} settings what the Python program is given, the rows included
 * @property {(executor: Executor) => Promise<number>} loss of an epoch from the first weights, without what is random
 * @property {(options: { executor: Executor, onEvent: (event: { type: string }) => void }) => Promise<unknown>} trainTwice for two epochs
 */

/**
 * What differs from network to network.
 *
 * @typedef {object} Contest
 * @property {string} name of the part, and of its program in bench/peers/python
 * @property {string} title
 * @property {string} explanation
 * @property {string} network in a word or two, for the targets
 * @property {number} epoch steps
 * @property {number} most times PyTorch's time
 * @property {{ full: number, quick: number }} batches of a round
 * @property {readonly { key: string, label: string, message: object }[]} forms of PyTorch; the fastest counts
 * @property {(batches: number) => Prepared} prepare
 */

/** Gradus's executors that run here, by their keys, for each number of threads. */
async function findExecutors() {
  const { variants } = await findVariants({ portable: false });
  return [1, THREADS].map((count) =>
    variants
      .filter(({ threads }) => threads === count)
      .map(({ isBlas, make }) => ({ key: isBlas ? 'blas' : 'wasm', executor: make() })),
  );
}

/**
 * @param {Contest} contest
 * @param {{ rounds: number, batches: number, progress: (text: string) => void }} options
 */
async function measure({ name, forms, prepare }, { rounds, batches, progress }) {
  const { settings, loss, trainTwice } = prepare(batches);
  const missing = missingModule('torch');
  const python = (/** @type {string} */ file) =>
    readFileSync(new URL(`./peers/python/${file}.py`, import.meta.url), 'utf8');
  const program = `${python(name)}\n${python('besidePytorch')}`;
  const command = [...pythonCommand(), '-u', '-c', program, JSON.stringify(settings)];
  const peer = missing === undefined ? startProcess(command, { env: plainEnvironment() }) : undefined;
  const ask = async (/** @type {object} */ message) => {
    const reply = await peer?.ask(message);
    if (reply?.error !== undefined) throw new Error(`PyTorch: ${reply.error}`);
    return reply;
  };
  const executors = await findExecutors();
  /** @returns {Promise<Step>} */
  const train = async (/** @type {Executor} */ executor) => {
    /** @type {Step[]} */
    const marks = [];
    // The first epoch warms up: compilation, pace.
    await trainTwice({
      executor,
      onEvent({ type }) {
        const { user, system } = process.cpuUsage();
        if (type === 'epoch') marks.push({ time: performance.now(), processor: (user + system) / 1000 });
      },
    });
    const [first, second] = marks;
    const between = (/** @type {keyof Step} */ key) => (second[key] - first[key]) / batches;
    return { time: between('time'), processor: between('processor') };
  };
  try {
    progress('losses');
    const checked = await ask({ type: 'loss' });
    /** @type {Record<string, number>} */
    const losses = { pytorch: checked?.['loss'] };
    for (const { key, executor } of executors[1]) losses[key] = await loss(executor);
    /** By threads, round by round. @type {Round[][]} */
    const found = [[], []];
    for (let round = 0; round < rounds; round++) {
      for (const [i, threads] of [1, THREADS].entries()) {
        progress(`round ${round + 1} of ${rounds}, threads: ${threads}`);
        /** @type {Round} */
        const steps = {};
        for (const { key, message } of forms) {
          steps[key] = /** @type {Step | undefined} */ (await ask({ type: 'run', threads, form: message }));
        }
        for (const { key, executor } of executors[i]) steps[key] = await train(executor);
        found[i].push(steps);
      }
    }
    return { missing, version: checked?.['version'], losses, one: found[0], two: found[1] };
  } finally {
    peer?.close();
  }
}

/** @typedef {Awaited<ReturnType<typeof measure>>} Found */

const labels = { wasm: 'WebAssembly', blas: 'WebAssembly and BLAS' };

/** The executors that were measured. */
const ours = (/** @type {Record<string, number>} */ losses) =>
  Object.entries(labels)
    .filter(([key]) => key in losses)
    .map(([key, label]) => ({ key, label }));

/**
 * Make a part of the benchmark.
 *
 * @param {Contest} contest
 */
export function besidePytorch(contest) {
  const { name, title, explanation, network, epoch, most, batches, forms } = contest;
  const figureOf = (/** @type {Round} */ round, /** @type {string} */ who, /** @type {keyof Step} */ key) =>
    round[who]?.[key] ?? Number.NaN;
  /** How many times as long as PyTorch in its fastest form an executor takes: the median over rounds. */
  const ratio = (
    /** @type {readonly Round[]} */ rounds,
    /** @type {string} */ who,
    /** @type {keyof Step} */ key,
  ) =>
    median(
      rounds.map(
        (round) =>
          figureOf(round, who, key) / Math.min(...forms.map((form) => figureOf(round, form.key, key))),
      ),
    );
  return {
    name,
    title,
    explanation,

    /** @param {import('./main.mjs').Context} context */
    run: ({ quick, progress }) =>
      measure(contest, { rounds: quick ? 3 : 7, batches: quick ? batches.quick : batches.full, progress }),

    /** @param {Found} found @returns {import('./results.mjs').Table[]} */
    tables({ one, two, losses, version, missing }) {
      const row = (/** @type {string} */ label, /** @type {string} */ who, /** @type {string} */ lossOf) => {
        const of = (/** @type {readonly Round[]} */ rounds, /** @type {keyof Step} */ key) =>
          median(rounds.map((round) => figureOf(round, who, key)));
        const time = of(two, 'time');
        const cells = [time.toFixed(1), ((time * epoch) / 1000).toFixed(1), of(one, 'processor').toFixed(1)];
        return [label, ...cells, losses[lossOf]?.toFixed(6) ?? ''];
      };
      const peers = forms.map(({ key, label }, i) =>
        row(`PyTorch ${version}${label}`, key, i === 0 ? 'pytorch' : ''),
      );
      return [
        {
          header: ['', 'ms a step', 's an epoch', 'processor ms, one thread', 'loss'],
          rows: [
            ...ours(losses).map(({ key, label }) => row(`Gradus, ${label}`, key, key)),
            ...(missing === undefined ? peers : []),
          ],
          ...(missing === undefined ? {} : { note: `Without PyTorch: ${missing}.` }),
        },
      ];
    },

    /** @param {Found} found @returns {import('./results.mjs').Check[]} */
    checks: ({ missing, one, two, losses }) =>
      missing !== undefined
        ? []
        : ours(losses).flatMap(({ key, label }) => [
            {
              what: `an epoch of the ${network} in ${label}, times PyTorch’s`,
              value: ratio(two, key, 'time'),
              target: most,
              unit: '×',
            },
            {
              what: `its processor time on one thread in ${label}, times PyTorch’s`,
              value: ratio(one, key, 'processor'),
              target: most,
              unit: '×',
            },
            {
              what: `its loss in ${label} against PyTorch’s, relative`,
              value: Math.abs(losses[key] / losses['pytorch'] - 1),
              target: 1e-5,
              unit: '',
            },
          ]),
  };
}
