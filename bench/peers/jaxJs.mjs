// jax-js on its WebAssembly device: one jitted function makes a whole step, Adam written out as its optimizer library
// writes it. No @ts-check: the package is there only where the peers are installed.
import { defaultDevice, init, jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { meanOfLosses, repeat, repeatCalls } from './contestant.mjs';
import { shuffled } from './draw.mjs';

const LEARNING_RATE = 1e-3;
const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

const array = (values, shape) => np.array(values, { shape, dtype: np.float32 });

/** Every function consumes its arguments; `.ref` keeps one for another use. */
function forward(parameters, x) {
  let h = x;
  parameters.forEach(({ kernel, bias }, i) => {
    h = np.matmul(h, kernel).add(bias);
    if (i < parameters.length - 1) h = nn.relu(h);
  });
  return h;
}

const firstParameters = (layers, kernels) =>
  kernels.map((kernel, i) => ({
    kernel: array(kernel, [layers[i], layers[i + 1]]),
    bias: array(new Float32Array(layers[i + 1]), [layers[i + 1]]),
  }));

const zerosLike = (layers) =>
  firstParameters(
    layers,
    layers.slice(1).map((outputs, i) => new Float32Array(layers[i] * outputs)),
  );

function createStep(batch) {
  const loss = (parameters, x, y) =>
    nn
      .logSoftmax(forward(parameters, x))
      .mul(y)
      .sum()
      .mul(-1 / batch);
  const update = (p, m, v, g, rate1, rate2) => {
    const m2 = m.mul(BETA1).add(g.ref.mul(1 - BETA1));
    const v2 = v.mul(BETA2).add(np.square(g).mul(1 - BETA2));
    const change = m2.ref.mul(rate1).div(np.sqrt(v2.ref.mul(rate2)).add(EPSILON));
    return [p.sub(change), m2, v2];
  };
  return jit((parameters, m, v, x, y, rate1, rate2) => {
    const [value, gradients] = valueAndGrad(loss)(tree.ref(parameters), x, y);
    const next = [[], [], []];
    parameters.forEach((layer, i) => {
      const made = [{}, {}, {}];
      for (const part of ['kernel', 'bias']) {
        const three = update(layer[part], m[i][part], v[i][part], gradients[i][part], rate1.ref, rate2.ref);
        three.forEach((tensor, k) => {
          made[k][part] = tensor;
        });
      }
      made.forEach((tensors, k) => {
        next[k].push(tensors);
      });
    });
    rate1.dispose();
    rate2.dispose();
    return [value, ...next];
  });
}

/** A network in training: a step takes rows and gives the loss, still on the device. */
function createTraining(layers, kernels, batch) {
  const step = createStep(batch);
  const width = layers[0];
  const classes = layers[layers.length - 1];
  let state = [firstParameters(layers, kernels), zerosLike(layers), zerosLike(layers)];
  let count = 0;
  return (x, y, order, first) => {
    const xs = new Float32Array(batch * width);
    const ys = new Float32Array(batch * classes);
    for (let i = 0; i < batch; i++) {
      const row = order === undefined ? first + i : order[first + i];
      xs.set(x.subarray(row * width, (row + 1) * width), i * width);
      ys[i * classes + y[row]] = 1;
    }
    count++;
    // The bias corrections of Adam.
    const rate1 = LEARNING_RATE / (1 - BETA1 ** count);
    const rate2 = 1 / (1 - BETA2 ** count);
    const [loss, ...next] = step(
      ...state,
      array(xs, [batch, width]),
      array(ys, [batch, classes]),
      np.array(rate1),
      np.array(rate2),
    );
    state = next;
    return loss;
  };
}

/**
 * Values are read at once where the library has one thread (Node), which is its faster way there; in a browser it has
 * several only when they are awaited.
 *
 * @param {{ awaits?: boolean }} options
 */
export async function createEngine({ awaits = false } = {}) {
  const numberOf = (array) => (awaits ? array.jsAsync() : array.js());
  const valuesOf = (array) => (awaits ? array.data() : array.dataSync());
  await init();
  defaultDevice('wasm');
  return {
    about: { device: 'wasm' },

    async losses(layers, kernels, { x, y, rows }, batch, milliseconds) {
      const step = createTraining(layers, kernels, batch);
      return meanOfLosses((at) => numberOf(step(x, y, undefined, at)), { rows, batch, milliseconds });
    },

    async trainer(layers, kernels, { x, y, rows }, batch) {
      const step = createTraining(layers, kernels, batch);
      let order = shuffled(rows);
      let at = 0;
      let loss = 0;
      return async (slice) => {
        const timed = await repeat(async () => {
          if (at >= rows) {
            order = shuffled(rows);
            at = 0;
          }
          loss = await numberOf(step(x, y, order, at));
          at += batch;
        }, slice);
        return { ...timed, loss };
      };
    },

    async predictor(layers, kernels, x, rows) {
      const parameters = firstParameters(layers, kernels);
      const predict = jit(forward);
      const input = array(x, [rows, layers[0]]);
      const call = () => valuesOf(predict(tree.ref(parameters), input.ref));
      return {
        logits: Float32Array.from(await call()),
        run: (slice) => (awaits ? repeat(call, slice) : repeatCalls(call, slice)),
      };
    },
  };
}
