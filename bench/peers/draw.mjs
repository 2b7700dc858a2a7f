// @ts-check
// Draws a workload's numbers; python/contestant.py draws the same ones with NumPy's RandomState.
import { MersenneTwister } from 'gradus';

/** @typedef {{ x: Float32Array, y: Int32Array, rows: number }} Rows */

const CHECK_SEED = 1;
const TIMED_SEED = 2;
const INFERENCE_SEED = 3;

/** @param {MersenneTwister} random @param {number} count */
const uniforms = (random, count) => Float32Array.from({ length: count }, () => random.uniform());

/** @param {MersenneTwister} random @param {number} count @param {number} classes */
const labels = (random, count, classes) =>
  Int32Array.from({ length: count }, () => Math.floor(random.uniform() * classes));

/** @param {MersenneTwister} random @param {readonly number[]} layers weights uniform in ±1/√inputs, [inputs, outputs] */
const firstWeights = (random, layers) =>
  layers.slice(1).map((outputs, i) => {
    const bound = 1 / Math.sqrt(layers[i]);
    return Float32Array.from({ length: layers[i] * outputs }, () => -bound + 2 * bound * random.uniform());
  });

/** @type {Map<string, Rows>} */
const timedRows = new Map();

/** The rows that are trained on while the clock runs; workloads of the same sizes share them. */
function drawTimed(/** @type {number} */ width, /** @type {number} */ classes, /** @type {number} */ rows) {
  const key = `${width} ${classes} ${rows}`;
  const known = timedRows.get(key);
  if (known !== undefined) return known;
  const random = new MersenneTwister(TIMED_SEED);
  const x = uniforms(random, rows * width);
  const drawn = { x, y: labels(random, rows, classes), rows };
  timedRows.set(key, drawn);
  return drawn;
}

/**
 * Draw the first weights, the rows of the check (as fixtures/makeWorkloads.py draws them) and the timed rows.
 *
 * @param {import('./suite.mjs').TrainingWorkload} workload
 */
export function drawTraining({ layers, batch, checkSteps, samples }) {
  const random = new MersenneTwister(CHECK_SEED);
  const rows = checkSteps * batch;
  const classes = layers[layers.length - 1];
  const x = uniforms(random, rows * layers[0]);
  const y = labels(random, rows, classes);
  const kernels = firstWeights(random, layers);
  return { kernels, check: { x, y, rows }, timed: drawTimed(layers[0], classes, samples) };
}

/** @param {import('./suite.mjs').InferenceWorkload} workload */
export function drawInference({ layers, rows }) {
  const random = new MersenneTwister(INFERENCE_SEED);
  const kernels = firstWeights(random, layers);
  return { kernels, x: uniforms(random, rows * layers[0]), rows };
}

/**
 * Put the rows of an epoch into a fresh order.
 *
 * @param {number} count
 */
export function shuffled(count) {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const other = Math.floor(Math.random() * (i + 1));
    const kept = order[i];
    order[i] = order[other];
    order[other] = kept;
  }
  return order;
}
