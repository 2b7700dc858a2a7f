// @ts-check
// The convolutional network of Keras's MNIST example: two convolutions of 3×3 with 32 and 64 filters, max pooling, two
// dense layers, dropout, Adam. Beside PyTorch with as many threads where Python has it, in turns.
import { adam, conv2d, dense, dropout, flatten, given, MersenneTwister, maxPool2d, sequential } from 'gradus';
import { besidePytorch } from './besidePytorch.mjs';

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

export const cnn = besidePytorch({
  name: 'cnn',
  title: 'A convolutional network beside PyTorch',
  explanation:
    'Keras’s MNIST example on drawn images: 3×3 convolutions with 32 and 64 filters, max pooling, dense layers of 128 and 10, dropout, batches of 128, Adam; 469 steps an epoch. In turns, medians over the rounds; times by the clock with two threads, and of the processor with one, which hardly depend on what else the machine does. The loss is the mean of the first steps from the same weights, without dropout.',
  network: 'CNN',
  epoch: EPOCH,
  most: 3,
  batches: { full: 6, quick: 2 },
  forms: [
    { key: 'plain', label: '', message: { channelsLast: false } },
    { key: 'channelsLast', label: ', channels last', message: { channelsLast: true } },
  ],
  prepare(batches) {
    const rows = batches * BATCH;
    const { weights, x, y } = draw(rows);
    const common = /** @type {const} */ ({
      loss: 'softmaxCrossEntropy',
      batchSize: BATCH,
      shuffle: false,
      seed: 1,
    });
    const model = network(weights, [0.25, 0.5]);
    return {
      settings: { seed: SEED, bounds: BOUNDS, batch: BATCH, rows },
      async loss(executor) {
        const { epochs } = await network(weights, [0, 0]).fit(
          { x, y },
          { ...common, optimizer: adam(), executor },
        );
        return epochs[0].loss;
      },
      trainTwice: (options) => model.fit({ x, y }, { ...common, optimizer: adam(), epochs: 2, ...options }),
    };
  },
});
