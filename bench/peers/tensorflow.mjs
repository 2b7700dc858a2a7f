// TensorFlow.js on its WebAssembly backend: its optimizer's `minimize` over a Keras-like model, which is at least as
// fast as `model.fit`. No @ts-check: the packages are there only where the peers are installed.
import * as tf from '@tensorflow/tfjs';
import * as backend from '@tensorflow/tfjs-backend-wasm';
import { meanOfLosses, repeat, repeatCalls } from './contestant.mjs';
import { shuffled } from './draw.mjs';

function createModel(layers, kernels) {
  const model = tf.sequential();
  kernels.forEach((_, i) => {
    model.add(
      tf.layers.dense({
        units: layers[i + 1],
        inputShape: i === 0 ? [layers[0]] : undefined,
        activation: i < kernels.length - 1 ? 'relu' : 'linear',
      }),
    );
  });
  const weights = kernels.flatMap((kernel, i) => [
    tf.tensor2d(kernel, [layers[i], layers[i + 1]]),
    tf.zeros([layers[i + 1]]),
  ]);
  model.setWeights(weights);
  tf.dispose(weights);
  return model;
}

/** A network in training: a step takes row numbers and gives the loss, or nothing. */
function createTraining(layers, kernels, { x, y, rows }) {
  const model = createModel(layers, kernels);
  const optimizer = tf.train.adam(1e-3, 0.9, 0.999, 1e-8);
  const classes = layers[layers.length - 1];
  const inputs = tf.tensor2d(x.subarray(0, rows * layers[0]), [rows, layers[0]]);
  const targets = tf.tidy(() => tf.oneHot(tf.tensor1d(y.subarray(0, rows), 'int32'), classes).toFloat());
  return {
    step: (indices, wantsLoss) =>
      tf.tidy(() => {
        const chosen = tf.tensor1d(indices, 'int32');
        const xs = tf.gather(inputs, chosen);
        const ys = tf.gather(targets, chosen);
        const loss = optimizer.minimize(
          () => tf.losses.softmaxCrossEntropy(ys, model.apply(xs, { training: true })),
          wantsLoss,
        );
        return loss?.dataSync()[0];
      }),
    dispose() {
      optimizer.dispose();
      model.dispose();
      inputs.dispose();
      targets.dispose();
    },
  };
}

/**
 * @param {{ wasmPath: string, threads?: number }} options where the backend's .wasm files are; how many threads a browser
 *   may use, of which the library by itself takes only half as many as there are processors
 */
export async function createEngine({ wasmPath, threads }) {
  // No checks and no greeting.
  tf.enableProdMode();
  backend.setWasmPaths(wasmPath);
  if (threads !== undefined) backend.setThreadsCount(threads);
  await tf.setBackend('wasm');
  await tf.ready();
  return {
    about: {
      version: tf.version.tfjs,
      backend: tf.getBackend(),
      simd: String(await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')),
      threads: (await tf.env().getAsync('WASM_HAS_MULTITHREAD_SUPPORT')) ? backend.getThreadsCount() : 1,
    },

    async losses(layers, kernels, rows, batch, milliseconds) {
      const training = createTraining(layers, kernels, rows);
      const step = (at) =>
        training.step(
          Int32Array.from({ length: batch }, (_, i) => at + i),
          true,
        );
      const checked = await meanOfLosses(step, { rows: rows.rows, batch, milliseconds });
      training.dispose();
      return checked;
    },

    async trainer(layers, kernels, rows, batch) {
      const training = createTraining(layers, kernels, rows);
      let order = shuffled(rows.rows);
      let at = 0;
      return (slice) =>
        repeat(() => {
          if (at >= rows.rows) {
            order = shuffled(rows.rows);
            at = 0;
          }
          training.step(order.subarray(at, at + batch), false);
          at += batch;
        }, slice);
    },

    async predictor(layers, kernels, x, rows) {
      const model = createModel(layers, kernels);
      const input = tf.tensor2d(x, [rows, layers[0]]);
      const predict = () => {
        const output = model.predict(input);
        const values = output.dataSync();
        output.dispose();
        return values;
      };
      return { logits: Float32Array.from(predict()), run: async (slice) => repeatCalls(predict, slice) };
    },
  };
}
