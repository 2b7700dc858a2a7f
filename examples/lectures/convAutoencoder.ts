/**
 * A convolutional autoencoder on MNIST: four convolutions with strides down to 2×2×16 and four transposed ones back, Adam
 * 0.005, batches of 128, 10 epochs (S. Raschka, STAT 479 Deep Learning, spring 2019, lecture 15).
 */
import {
  activation,
  adam,
  batchTrainer,
  defineLayer,
  flatten,
  type Model,
  reshape,
  sequential,
} from 'gradus';
import { meanSquaredError } from 'gradus/losses';
import { slice } from 'gradus/tensor';
import { digitsSvg } from './autoencoder.ts';
import { atMost, type Experiment, exactly, near, stated } from './experiment.ts';
import { PIXELS, pixelsOf, readMnist } from './mnist.ts';
import { torchConv2d, torchConvTranspose2d } from './torchConvolution.ts';
import { TorchRandom } from './torchRandom.ts';

const EPOCHS = 10;
const BATCH = 128;

/** The mean squared errors of batches 0, 50 … 450 of the first epoch and of the last one, before their step. */
const published = {
  first: [0.232, 0.0773, 0.0696, 0.0697, 0.0644, 0.0546, 0.043, 0.0391, 0.0355, 0.0295],
  last: [0.0117, 0.0114, 0.0116, 0.0115, 0.0126, 0.0114, 0.0115, 0.0126, 0.0115, 0.0113],
};

function buildModel(random: TorchRandom): Model {
  const leaky = { activation: 'leakyRelu' } as const;
  const half = { ...leaky, strides: 2, padding: 1 } as const;
  return sequential(
    [
      reshape([28, 28, 1]),
      torchConv2d(random, 1, 4, 3, { ...leaky, strides: 2 }),
      torchConv2d(random, 4, 8, 3, half),
      torchConv2d(random, 8, 12, 3, half),
      torchConv2d(random, 12, 16, 3, half),
      torchConvTranspose2d(random, 16, 12, 3, leaky),
      torchConvTranspose2d(random, 12, 8, 3, half),
      torchConvTranspose2d(random, 8, 4, 3, { ...leaky, strides: 2 }),
      torchConvTranspose2d(random, 4, 1, 3, { strides: 2, padding: 1 }),
      // 29×29 cells: the last row and column are cut off.
      defineLayer({ type: 'crop', call: ([x]) => slice(x, [0, 0, 0, 0], [x.shape[0], 28, 28, 1]) }),
      activation('sigmoid'),
      flatten(),
    ],
    { inputShape: [PIXELS] },
  );
}

export const experiment: Experiment = {
  name: 'convAutoencoder',
  deck: 'STAT 479, L15',
  title: 'A convolutional autoencoder on MNIST',
  needs: ['mnist'],
  minutes: 3,
  about:
    '3×3 convolutions of stride 2 to 13×13×4, 7×7×8, 4×4×12 and 2×2×16, transposed ones back, leaky ReLU of slope 0.01, sigmoid outputs, mean squared error, Adam 0.005 (ε added before the bias is corrected), batches of 128, 10 epochs, seed 456. ' +
    'First weights and order of the rows are the notebook’s, which computed on a graphics card.',
  async run(context) {
    const { data, compute, progress, plot } = context;
    const { train, test } = readMnist(data);
    const random = new TorchRandom(456);
    const model = buildModel(random);
    const trainer = await batchTrainer(model, {
      loss: meanSquaredError(),
      optimizer: adam({ learningRate: 0.005, epsilon: 1e-8, formula: 'keras' }),
      batchSize: BATCH,
      ...compute,
    });
    const costs: number[][] = [];
    for (let epoch = 1; epoch <= EPOCHS; epoch++) {
      const order = random.loaderOrder(train.labels.length);
      const all: number[] = [];
      for (let from = 0; from < order.length; from += BATCH) {
        const x = pixelsOf(train, order.subarray(from, from + BATCH));
        all.push(trainer.step({ x, y: x }));
      }
      costs.push(all);
      progress(`epoch ${epoch} of ${EPOCHS}: ${all[all.length - 1].toFixed(4)}`);
    }
    trainer.dispose();
    plot(
      'digits',
      await digitsSvg('Test digits, and what 2×2×16 numbers keep of them', model, test),
      'Test digits and their reconstructions.',
    );
    const last = costs[EPOCHS - 1];
    return [
      exactly('batch 0 of epoch 1', costs[0][0], published.first[0]),
      ...[50, 100, 200].map((batch) =>
        near(`batch ${batch} of epoch 1`, costs[0][batch], published.first[batch / 50], 0.0005),
      ),
      stated('batch 450 of epoch 10', last[450], { published: published.last[9] }),
      atMost('mean of epoch 10', last.reduce((a, b) => a + b) / last.length, 0.012, {
        published: published.last.reduce((a, b) => a + b) / published.last.length,
      }),
    ];
  },
};
