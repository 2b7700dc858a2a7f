// @ts-check
// Gradus as a contestant: `fit` and `predict` as users call them, in Node and in Web Workers.
import { adam, dense, given, sequential, zeros } from 'gradus';
import { softmaxCrossEntropy } from 'gradus/losses';
import { watchSteps } from '../timeSteps.mjs';
import { repeat, repeatCalls } from './contestant.mjs';

/** Trained before the clock starts in each slice: `fit` begins anew and finds its pace. */
const LEAD_IN_MILLISECONDS = 20;

/** @param {readonly number[]} layers @param {readonly Float32Array[]} [kernels] */
function createModel(layers, kernels) {
  const last = layers.length - 2;
  return sequential(
    layers.slice(1).map((units, i) =>
      dense(units, {
        activation: i < last ? 'relu' : 'identity',
        ...(kernels === undefined ? {} : { kernelInitializer: given(kernels[i]), biasInitializer: zeros() }),
      }),
    ),
    { inputShape: [layers[0]] },
  );
}

const training = () => ({ loss: softmaxCrossEntropy(), optimizer: adam() });

/**
 * @param {import('gradus').Executor} executor
 * @param {{ predictor?: boolean | undefined, about?: Record<string, string | number> }} [options] predictor: false predicts through the
 *   promise of `predict` even where there is a synchronous way
 * @returns {import('./contestant.mjs').Engine}
 */
export const createEngine = (executor, { predictor: usesPredictor = true, about = {} } = {}) => ({
  about: { executor: executor.name, ...about },

  async losses(layers, kernels, { x, y, rows }, batch) {
    const { epochs } = await createModel(layers, kernels).fit(
      { x: { values: x, width: layers[0] }, y },
      { ...training(), epochs: 1, batchSize: batch, shuffle: false, executor },
    );
    return { steps: rows / batch, meanLoss: epochs[0].loss };
  },

  async trainer(layers, kernels, { x, y }, batch) {
    const model = createModel(layers, kernels);
    let onSteps = (/** @type {number} */ _steps) => {};
    const watched = watchSteps(executor, (steps) => onSteps(steps));
    return async ({ milliseconds, leastSteps }) => {
      const control = new AbortController();
      let began = 0;
      let first = { time: 0, steps: 0 };
      let last = first;
      onSteps = (steps) => {
        const time = performance.now();
        if (began === 0) began = time;
        if (first.steps === 0) {
          if (steps > 0 && time - began >= LEAD_IN_MILLISECONDS) {
            first = { time, steps };
            last = first;
          }
          return;
        }
        if (steps === last.steps || control.signal.aborted) return;
        last = { time, steps };
        if (steps - first.steps >= leastSteps && time - first.time >= milliseconds) control.abort();
      };
      await model
        .fit(
          { x: { values: x, width: layers[0] }, y },
          { ...training(), epochs: 10_000_000, batchSize: batch, executor: watched, signal: control.signal },
        )
        .catch((/** @type {unknown} */ reason) => {
          if (!control.signal.aborted) throw reason;
        });
      const steps = last.steps - first.steps;
      return { steps, microseconds: ((last.time - first.time) * 1000) / steps };
    };
  },

  async predictor(layers, kernels, x, rows) {
    const model = createModel(layers, kernels);
    const input = { values: x, width: layers[0] };
    const { values } = await model.predict(input, { executor });
    // Older builds have no synchronous way.
    const { predictor: makePredictor } = /** @type {any} */ (model);
    if (!usesPredictor || rows > 1 || typeof makePredictor !== 'function') {
      return { logits: values, run: (slice) => repeat(() => model.predict(input, { executor }), slice) };
    }
    const predictor = await makePredictor.call(model, { rows, executor });
    return {
      logits: Float32Array.from(predictor.predict(x)),
      run: async (slice) => repeatCalls(() => predictor.predict(x), slice),
    };
  },

  async mnist({ layers, batch, epochs, seed, train, test }) {
    const inputs = (/** @type {Uint8Array} */ values) => ({ values, width: layers[0], scale: 1 / 255 });
    const began = performance.now();
    const model = createModel(layers);
    await model.fit(
      { x: inputs(train.x), y: train.y },
      { ...training(), epochs, batchSize: batch, seed, executor },
    );
    const labels = await model.predictLabels(inputs(test.x), { executor });
    const seconds = (performance.now() - began) / 1000;
    return { seconds, accuracy: labels.filter((label, i) => label === test.y[i]).length / test.y.length };
  },
});
