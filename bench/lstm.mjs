// @ts-check
// A long short-term memory as Keras's IMDB example has it: 80 indices out of 20,000, vectors of 128 numbers, 128 units, a
// logistic output, Adam. Beside PyTorch with as many threads where Python has it, in turns.
import { adam, dense, embedding, given, lstm as lstmLayer, MersenneTwister, sequential } from 'gradus';
import { binaryCrossEntropy } from 'gradus/losses';
import { besidePytorch } from './besidePytorch.mjs';

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

export const lstm = besidePytorch({
  name: 'lstm',
  title: 'A long short-term memory beside PyTorch',
  explanation:
    'Keras’s IMDB example with drawn words: 20,000 × 128 embeddings, 80 steps, 128 units, batches of 64, Adam; 391 steps an epoch. In turns, medians over the rounds; times by the clock with two threads, and of the processor with one, which hardly depend on what else the machine does. The loss is the mean of the first steps from the same weights.',
  network: 'LSTM',
  epoch: EPOCH,
  most: 4,
  batches: { full: 10, quick: 3 },
  forms: [
    { key: 'plain', label: '', message: { fused: false } },
    { key: 'fused', label: ', fused Adam', message: { fused: true } },
  ],
  prepare(batches) {
    const rows = batches * BATCH;
    const { weights, x, y } = draw(rows);
    const common = { loss: binaryCrossEntropy(), optimizer: adam(), batchSize: BATCH, shuffle: false };
    const model = network(weights);
    const sizes = { vocabulary: VOCABULARY, units: UNITS, steps: STEPS };
    return {
      settings: { seed: SEED, bounds: BOUNDS, ...sizes, batch: BATCH, rows },
      async loss(executor) {
        const { epochs } = await network(weights).fit({ x, y }, { ...common, executor });
        return epochs[0].loss;
      },
      trainTwice: (options) => model.fit({ x, y }, { ...common, epochs: 2, ...options }),
    };
  },
});
