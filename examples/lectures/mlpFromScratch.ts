/**
 * A multilayer perceptron on MNIST as a lecture wrote it from scratch in PyTorch 1.0: 784-50-10, sigmoid in both
 * layers, mean squared error, SGD 0.1, batches of 100, 50 epochs (S. Raschka, STAT 479 Deep Learning, spring 2019,
 * lecture 9). With the notebook's random numbers, `fit` reproduces the figures that it shows.
 */
import { type ComputeOptions, dense, given, type Metric, sequential, sgd } from 'gradus';
import { meanSquaredError } from 'gradus/metrics';
import { mean, multiply, squaredDifference } from 'gradus/tensor';
import { type Experiment, exactly, near } from './experiment.ts';
import { accuracyOf, CLASSES, inputsOf, oneHotOf, PIXELS, readMnist } from './mnist.ts';
import { curvesSvg } from './plots.ts';
import { transposed } from './torchLinear.ts';
import { TorchRandom } from './torchRandom.ts';

const HIDDEN = 50;
const EPOCHS = 50;

/** What the notebook shows, with seed 1: the mean squared error of the training rows after each epoch. */
// biome-ignore format: ten a line
const published = [
  0.06566, 0.04302, 0.03251, 0.02692, 0.02365, 0.02156, 0.02006, 0.01892, 0.01803, 0.01727,
  0.01665, 0.01609, 0.01561, 0.01518, 0.01481, 0.01447, 0.01415, 0.01386, 0.0136, 0.01335,
  0.01312, 0.01291, 0.0127, 0.01251, 0.01232, 0.01215, 0.01199, 0.01181, 0.01167, 0.01152,
  0.01138, 0.01126, 0.01112, 0.01099, 0.01088, 0.01076, 0.01064, 0.01054, 0.01043, 0.01033,
  0.01023, 0.01013, 0.01005, 0.00995, 0.00986, 0.00978, 0.00969, 0.00961, 0.00953, 0.00945,
];

/** The figures of a run. */
export interface Trained {
  /** Of the training rows after each epoch, over rows and outputs. */
  readonly meanSquaredErrors: readonly number[];
  /** In per cent. */
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
}

/** Train with a seed, and measure. */
export async function train(
  data: string,
  seed: number,
  compute: ComputeOptions = {},
  progress: (text: string) => void = () => {},
): Promise<Trained> {
  const digits = readMnist(data);
  const random = new TorchRandom(seed);
  const kernels = [random.normal(HIDDEN * PIXELS, 0.1), random.normal(CLASSES * HIDDEN, 0.1)];
  const model = sequential([
    dense(HIDDEN, { activation: 'sigmoid', kernelInitializer: given(transposed(kernels[0], HIDDEN)) }),
    dense(CLASSES, { activation: 'sigmoid', kernelInitializer: given(transposed(kernels[1], CLASSES)) }),
  ]);

  const error: Metric = { name: 'meanSquaredError', mode: 'min', reads: 'values', score: meanSquaredError };
  const history = await model.fit(
    { x: inputsOf(digits.train), y: oneHotOf(digits.train.labels) },
    {
      // Σ(a − y)²/N, so that the gradient is the notebook's 2(a − y)/N.
      loss: (prediction, target) => multiply(CLASSES, mean(squaredDifference(prediction, target))),
      optimizer: sgd({ learningRate: 0.1 }),
      epochs: EPOCHS,
      batchSize: 100,
      metrics: [error],
      order: random.loaderOrders(digits.train.labels.length, 2),
      onEvent: (event) => {
        if (event.type !== 'epoch') return;
        progress(`epoch ${event.epoch} of ${EPOCHS}: ${event.metrics['meanSquaredError'].toFixed(5)}`);
      },
      ...compute,
    },
  );
  return {
    meanSquaredErrors: history.epochs.map(({ metrics }) => metrics['meanSquaredError']),
    trainAccuracy: await accuracyOf(model, digits.train),
    testAccuracy: await accuracyOf(model, digits.test),
  };
}

export const experiment: Experiment = {
  name: 'mlpFromScratch',
  deck: 'STAT 479, L09',
  title: 'A multilayer perceptron from scratch on MNIST',
  needs: ['mnist'],
  minutes: 0.5,
  about:
    '784-50-10 with sigmoid in both layers, mean squared error, SGD 0.1 in batches of 100, weights N(0, 0.1²), pixels from 0 to 1, seed 1. ' +
    'First weights and the order of the rows are those of the notebook. Its gradient is 2(a − y)/N, without the 1/10 of a mean over the outputs; the errors shown are means over rows and outputs.',
  async run({ data, compute, progress, plot }) {
    const { meanSquaredErrors, trainAccuracy, testAccuracy } = await train(data, 1, compute, progress);
    const ours = [{ name: 'training rows', values: meanSquaredErrors }];
    plot(
      'error',
      curvesSvg('Mean squared error after each epoch', ours, {
        published: [{ name: 'training rows', values: published }],
        y: 'mean squared error',
      }),
      'The mean squared error of the training rows: ours as a line, the published values as circles.',
    );
    const farthest = Math.max(...published.map((value, i) => Math.abs(meanSquaredErrors[i] - value)));
    return [
      ...[1, 10, 50].map((epoch) =>
        near(`mean squared error, epoch ${epoch}`, meanSquaredErrors[epoch - 1], published[epoch - 1], 2e-5, {
          digits: 5,
        }),
      ),
      near('largest difference in 50 epochs', farthest, 0, 2e-5, { digits: 6 }),
      exactly('training accuracy', trainAccuracy, 94.72, { digits: 2, unit: '%' }),
      exactly('test accuracy', testAccuracy, 94.49, { digits: 2, unit: '%' }),
    ];
  },
};
