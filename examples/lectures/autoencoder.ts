/**
 * An autoencoder on MNIST: 784-32-784, leaky ReLU and sigmoid, Adam 0.001, batches of 256, 5 epochs (S. Raschka, STAT 479
 * Deep Learning, spring 2019, lecture 15).
 */
import { adam, batchTrainer, constant, dense, type Model, sequential } from 'gradus';
import { binaryCrossEntropy, type Loss, meanSquaredError } from 'gradus/losses';
import { atMost, type Context, type Experiment, near, stated } from './experiment.ts';
import { type Digits, inputsOf, PIXELS, pixelsOf, readMnist } from './mnist.ts';
import { picturesSvg } from './plots.ts';
import { torchLinear } from './torchLinear.ts';
import { TorchRandom } from './torchRandom.ts';

const HIDDEN = 32;
const EPOCHS = 5;
const BATCH = 256;
const SEED = 123;

/** The mean squared errors of batches 0, 50, 100, 150 and 200 of each epoch, before their step. */
const published = [
  [0.2339, 0.0774, 0.0622, 0.054, 0.047],
  [0.0454, 0.042, 0.0388, 0.0353, 0.033],
  [0.0323, 0.03, 0.0283, 0.026, 0.0261],
  [0.0243, 0.0242, 0.0224, 0.0219, 0.0204],
  [0.0212, 0.0199, 0.019, 0.0191, 0.0179],
];
/** The same network under cross-entropy: batch 200 of the fifth epoch. */
const publishedCrossEntropy = 0.118;

/** The notebook's network with the notebook's random numbers; the cost of every fiftieth batch. */
async function followNotebook(
  { compute, progress }: Context,
  train: Digits,
  loss: Loss,
): Promise<readonly (readonly number[])[]> {
  const random = new TorchRandom(SEED);
  const model = sequential(
    [
      torchLinear(random, PIXELS, HIDDEN, { activation: 'leakyRelu' }),
      torchLinear(random, HIDDEN, PIXELS, {
        activation: loss.probabilities === 'sigmoid' ? 'identity' : 'sigmoid',
      }),
    ],
    { inputShape: [PIXELS] },
  );
  // Adam of PyTorch 1.0 adds ε to the root before it corrects the bias, as Keras does.
  const optimizer = adam({ learningRate: 0.001, epsilon: 1e-8, formula: 'keras' });
  const options = { loss, optimizer, batchSize: BATCH, ...compute };
  const trainer = await batchTrainer(model, options);
  const costs: number[][] = [];
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const order = random.loaderOrder(train.labels.length);
    const all: number[] = [];
    for (let from = 0; from < order.length; from += BATCH) {
      const x = pixelsOf(train, order.subarray(from, from + BATCH));
      all.push(trainer.step({ x, y: x }));
    }
    costs.push(all.filter((_, batch) => batch % 50 === 0));
    progress(`${loss.name}, epoch ${epoch + 1} of ${EPOCHS}: ${all[all.length - 1].toFixed(4)}`);
  }
  trainer.dispose();
  return costs;
}

/** Train from Glorot's weights and from output biases that give the mean brightness, and measure each epoch. */
async function trainOurs({ compute }: Context, train: Digits, seed: number) {
  const mean = train.pixels.reduce((sum, value) => sum + value, 0) / train.pixels.length / 255;
  const model = sequential([
    dense(HIDDEN, { activation: 'leakyRelu' }),
    dense(PIXELS, {
      activation: 'sigmoid',
      biasInitializer: constant(Math.log(mean / (1 - mean))),
    }),
  ]);
  const x = inputsOf(train);
  const history = await model.fit(
    { x, y: x },
    {
      loss: 'meanSquaredError',
      optimizer: adam({ learningRate: 0.001 }),
      epochs: EPOCHS,
      batchSize: BATCH,
      seed,
      ...compute,
    },
  );
  return { model, losses: history.epochs.map(({ loss }) => loss) };
}

/** Draw digits above their reconstructions. */
export async function digitsSvg(title: string, model: Model, digits: Digits): Promise<string> {
  const count = 10;
  const x = pixelsOf(
    digits,
    Int32Array.from({ length: count }, (_, row) => row),
  );
  const { values } = await model.predict(x);
  const pictures = (pixels: ArrayLike<number>, scale: number) =>
    Array.from({ length: count }, (_, i) => ({
      width: 28,
      values: Array.from({ length: PIXELS }, (_, k) => pixels[i * PIXELS + k] * scale),
    }));
  return picturesSvg(title, [
    { heading: 'input', pictures: pictures(x.values, 1 / 255) },
    { heading: 'output', pictures: pictures(values, 1) },
  ]);
}

export const experiment: Experiment = {
  name: 'autoencoder',
  deck: 'STAT 479, L15',
  title: 'An autoencoder on MNIST',
  needs: ['mnist'],
  minutes: 1,
  about:
    '784-32-784, Adam 0.001, batches of 256, 5 epochs. With the notebook’s settings (leaky ReLU of slope 0.01 in the code, sigmoid outputs, PyTorch’s default weights and seed 123, followed exactly) the costs of single batches are the published ones; 0.0179 is the last of them. ' +
    'Ours, below, keeps the activations and begins with Glorot’s uniform weights, code biases of 0 and output biases at the log odds of the mean brightness, 0.13: the first epochs need not darken the background first.',
  async run(context) {
    const { train, test } = readMnist(context.data);
    const squares = await followNotebook(context, train, meanSquaredError());
    const crossEntropies = await followNotebook(context, train, binaryCrossEntropy());
    const farthest = Math.max(...published.flat().map((value, i) => Math.abs(squares.flat()[i] - value)));
    const ours = await trainOurs(context, train, context.seeds[0]);
    context.plot(
      'digits',
      await digitsSvg('Test digits, and what 32 numbers keep of them', ours.model, test),
      'Test digits and their reconstructions.',
    );
    return [
      near('squares, batch 200 of epoch 5', squares[4][4], 0.0179, 0.0001),
      near('squares, largest difference of 25 batches', farthest, 0, 0.0001, { digits: 5 }),
      near('cross-entropy, batch 200 of epoch 5', crossEntropies[4][4], publishedCrossEntropy, 0.0005),
      stated('ours, mean squared error of epoch 1', ours.losses[0]),
      atMost('ours, mean squared error of epoch 5', ours.losses[4], 0.0179, { published: 0.0179 }),
    ];
  },
};
