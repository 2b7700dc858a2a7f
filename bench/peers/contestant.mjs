// @ts-check
// A JavaScript contestant: answers the runner's messages with the help of an engine. Runs in Node and in Web Workers.
import { drawInference, drawTraining } from './draw.mjs';

/**
 * @typedef {{ steps: number, microseconds: number, loss?: number }} Timed
 * @typedef {{ steps: number, meanLoss: number }} Checked
 * @typedef {import('./draw.mjs').Rows} Rows
 * @typedef {{ milliseconds: number, leastSteps: number }} Slice
 *
 * What a library can do, in its own best way. Weights come in the layout [inputs, outputs]; biases begin at 0.
 * `losses` trains a new network on the rows in order, step by step, for about `milliseconds`, and gives the mean of the
 * steps' losses; `trainer` gives a function that goes on training where it stopped; `predictor` gives the logits, and a function
 * that predicts all rows again and again.
 * @typedef {object} Engine
 * @property {Record<string, string | number>} about
 * @property {(layers: readonly number[], kernels: readonly Float32Array[], rows: Rows, batch: number, milliseconds: number) => Promise<Checked>} losses
 * @property {(layers: readonly number[], kernels: readonly Float32Array[], rows: Rows, batch: number) => Promise<(slice: Slice) => Promise<Timed>>} trainer
 * @property {(layers: readonly number[], kernels: readonly Float32Array[], x: Float32Array, rows: number) => Promise<{ logits: Float32Array, run: (slice: Slice) => Promise<Timed> }>} predictor
 * @property {(mnist: Mnist) => Promise<{ seconds: number, accuracy: number }>} [mnist]
 *
 * @typedef {{ layers: readonly number[], batch: number, epochs: number, seed: number, train: Bytes, test: Bytes }} Mnist
 * @typedef {{ x: Uint8Array, y: Uint8Array }} Bytes
 */

/** How long a check may train, in milliseconds: slow peers do as many of its steps as fit. */
const CHECK_MILLISECONDS = 4000;
/** A check makes so many steps at least. */
const LEAST_CHECK_STEPS = 2;
/** How many logits are sent back to be compared. */
const COMPARED_LOGITS = 100;

/**
 * Train in order for as many steps as fit into the time.
 *
 * @param {(firstRow: number) => Promise<number> | number} step gives its loss
 * @param {{ rows: number, batch: number, milliseconds: number }} options
 * @returns {Promise<Checked>}
 */
export async function meanOfLosses(step, { rows, batch, milliseconds }) {
  const began = performance.now();
  let sum = 0;
  let steps = 0;
  while (steps * batch < rows && (steps < LEAST_CHECK_STEPS || performance.now() - began < milliseconds)) {
    sum += await step(steps * batch);
    steps++;
  }
  return { steps, meanLoss: sum / steps };
}

/**
 * Repeat an asynchronous step until the time is over.
 *
 * @param {() => unknown} step which may be asynchronous
 * @param {Slice} slice
 * @returns {Promise<Timed>}
 */
export async function repeat(step, { milliseconds, leastSteps }) {
  const began = performance.now();
  let steps = 0;
  let elapsed = 0;
  do {
    await step();
    steps++;
    elapsed = performance.now() - began;
  } while (steps < leastSteps || elapsed < milliseconds);
  return { steps, microseconds: (elapsed * 1000) / steps };
}

/**
 * Repeat a synchronous call until the time is over; the clock is read about once a millisecond.
 *
 * @param {() => void} call
 * @param {Slice} slice
 * @returns {Timed}
 */
export function repeatCalls(call, { milliseconds, leastSteps }) {
  const began = performance.now();
  let steps = 0;
  let elapsed = 0;
  let block = 1;
  do {
    for (let i = 0; i < block; i++) call();
    steps += block;
    elapsed = performance.now() - began;
    block = Math.max(1, Math.round(steps / Math.max(1, elapsed)));
  } while (steps < leastSteps || elapsed < milliseconds);
  return { steps, microseconds: (elapsed * 1000) / steps };
}

/**
 * Make the function that answers the runner's messages.
 *
 * @param {Engine} engine
 */
export function createContestant(engine) {
  /** @type {Map<string, (slice: Slice) => Promise<Timed>>} */
  const runs = new Map();
  const answers = {
    about: async () => engine.about,

    /** Compute what shows that this side does the same as the others, and get ready to be timed. */
    async prepare(/** @type {{ workload: import('./suite.mjs').PeerWorkload }} */ { workload }) {
      if (workload.kind === 'inference') {
        const { layers, rows } = workload;
        const { kernels, x } = drawInference(workload);
        const { logits, run } = await engine.predictor(layers, kernels, x, rows);
        runs.set(workload.name, run);
        return { outputs: [...logits.subarray(0, COMPARED_LOGITS)] };
      }
      const { layers, batch } = workload;
      const { kernels, check, timed } = drawTraining(workload);
      const checked = await engine.losses(layers, kernels, check, batch, CHECK_MILLISECONDS);
      runs.set(workload.name, await engine.trainer(layers, kernels, timed, batch));
      return checked;
    },

    /** Train anew on the first of the timed rows, as far as the time goes. */
    async check(/** @type {{ workload: import('./suite.mjs').TrainingWorkload, steps: number }} */ message) {
      const { layers, batch } = message.workload;
      const { kernels, timed } = drawTraining(message.workload);
      const rows = message.steps * batch;
      const some = { x: timed.x.subarray(0, rows * layers[0]), y: timed.y.subarray(0, rows), rows };
      return engine.losses(layers, kernels, some, batch, CHECK_MILLISECONDS);
    },

    async run(/** @type {{ name: string } & Slice} */ { name, ...slice }) {
      const run = runs.get(name);
      if (run === undefined) throw new Error(`${name} has not been prepared`);
      return run(slice);
    },

    async mnist(/** @type {Mnist} */ mnist) {
      if (engine.mnist === undefined) throw new Error('this contestant does not take part');
      return engine.mnist(mnist);
    },
  };
  return async (/** @type {{ type: keyof typeof answers } & Record<string, unknown>} */ message) => {
    try {
      return await answers[message.type](/** @type {any} */ (message));
    } catch (error) {
      return { error: error instanceof Error ? error.message : String(error) };
    }
  };
}
