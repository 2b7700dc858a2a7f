/**
 * A multilayer perceptron on MNIST as a lecture wrote it from scratch in PyTorch 1.0: 784-50-10, sigmoid in both
 * layers, mean squared error, SGD 0.1, batches of 100, 50 epochs (S. Raschka, STAT 479 Deep Learning, spring 2019,
 * lecture 9). With the notebook's random numbers, `fit` reproduces the figures that it shows.
 *
 *     GRADUS_DATA=… node examples/run.mjs lectures/mlpFromScratch [--seed 2]
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  accuracyScore,
  dense,
  given,
  type Metric,
  mean,
  meanSquaredError,
  mul,
  sequential,
  sgd,
  squaredDifference,
} from 'gradus';
import { type Digits, readMnist } from './mnist.ts';
import { TorchRandom } from './torchRandom.ts';

const PIXELS = 784;
const HIDDEN = 50;
const CLASSES = 10;
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
export interface Figures {
  /** Of the training rows after each epoch, over rows and outputs. */
  readonly meanSquaredErrors: readonly number[];
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
}

/** What a run should give: the notebook's figures for seed 1, those of a NumPy script for others. */
export function expected(seed: number): Figures {
  if (seed === 1) return { meanSquaredErrors: published, trainAccuracy: 0.9472, testAccuracy: 0.9449 };
  const file = new URL('../../fixtures/lectureMlp.json', import.meta.url);
  const { seeds } = JSON.parse(readFileSync(file, 'utf8')) as {
    seeds: Record<string, { trainMeanSquaredError: number[]; trainAccuracy: number; testAccuracy: number }>;
  };
  const run = seeds[seed];
  if (run === undefined) throw new Error(`There are figures for seeds 1 and 2, not for ${seed}.`);
  return { ...run, meanSquaredErrors: run.trainMeanSquaredError };
}

/** Turn a matrix from outputs × inputs, as PyTorch holds it, to inputs × outputs. */
function transposed(values: Float32Array, outputs: number): Float32Array {
  const inputs = values.length / outputs;
  return values.map((_, i) => values[(i % outputs) * inputs + Math.floor(i / outputs)]);
}

/** Train with a seed, and measure. */
export async function train(
  folder: string,
  seed: number,
  onEpoch: (epoch: number, meanSquaredError: number) => void = () => {},
): Promise<Figures> {
  const digits = readMnist(folder);
  const random = new TorchRandom(seed);
  const kernels = [random.normal(HIDDEN * PIXELS, 0.1), random.normal(CLASSES * HIDDEN, 0.1)];
  const model = sequential([
    dense(HIDDEN, { activation: 'sigmoid', kernelInitializer: given(transposed(kernels[0], HIDDEN)) }),
    dense(CLASSES, { activation: 'sigmoid', kernelInitializer: given(transposed(kernels[1], CLASSES)) }),
  ]);

  const rows = digits.train.labels.length;
  const inputs = ({ pixels }: Digits) => ({ values: pixels, width: PIXELS, scale: 1 / 255 });
  const oneHot = new Float32Array(rows * CLASSES);
  digits.train.labels.forEach((label, row) => {
    oneHot[row * CLASSES + label] = 1;
  });

  // Each epoch of the notebook shuffles twice: to train, and to measure.
  const orders: Int32Array[] = [];
  const order = (epoch: number): Int32Array => {
    while (orders.length <= epoch) {
      orders.push(random.loaderOrder(rows));
      random.loaderOrder(rows);
    }
    return orders[epoch];
  };
  const error: Metric = { name: 'meanSquaredError', mode: 'min', reads: 'values', score: meanSquaredError };
  const history = await model.fit(
    { x: inputs(digits.train), y: { values: oneHot, width: CLASSES } },
    {
      // Σ(a − y)²/N, so that the gradient is the notebook's 2(a − y)/N.
      loss: (prediction, target) => mul(CLASSES, mean(squaredDifference(prediction, target))),
      optimizer: sgd({ learningRate: 0.1 }),
      epochs: EPOCHS,
      batchSize: 100,
      metrics: [error],
      order,
      onEvent: (event) => {
        if (event.type === 'epoch') onEpoch(event.epoch, event.metrics['meanSquaredError']);
      },
    },
  );

  const accuracyOf = async (part: Digits): Promise<number> => {
    const { values } = await model.predict(inputs(part));
    const largest = Array.from(part.labels, (_, row) => {
      const scores = values.subarray(row * CLASSES, (row + 1) * CLASSES);
      return scores.indexOf(Math.max(...scores));
    });
    return accuracyScore(part.labels, largest);
  };
  return {
    meanSquaredErrors: history.epochs.map(({ metrics }) => metrics['meanSquaredError']),
    trainAccuracy: await accuracyOf(digits.train),
    testAccuracy: await accuracyOf(digits.test),
  };
}

/** Refuse figures that differ: a mean squared error by more than 2e-5, an accuracy in its fourth digit. */
export function check(figures: Figures, truth: Figures): void {
  truth.meanSquaredErrors.forEach((value, i) => {
    const own = figures.meanSquaredErrors[i];
    if (!(Math.abs(own - value) <= 2e-5)) throw new Error(`epoch ${i + 1}: ${own} instead of ${value}`);
  });
  for (const part of ['trainAccuracy', 'testAccuracy'] as const) {
    if (figures[part].toFixed(4) !== truth[part].toFixed(4)) {
      throw new Error(`${part}: ${figures[part]} instead of ${truth[part]}`);
    }
  }
}

/** Run the example as a command. */
export async function main(args: readonly string[]): Promise<void> {
  const data = process.env['GRADUS_DATA'];
  if (data === undefined) {
    throw new Error('Set GRADUS_DATA to the folder that holds mnist/train-images-idx3-ubyte.gz and its kin.');
  }
  const at = args.indexOf('--seed');
  const seed = at === -1 ? 1 : Number(args[at + 1]);
  const truth = expected(seed);
  console.log(`epoch  ${seed === 1 ? 'published' : 'by NumPy '}  ours      difference`);
  const figures = await train(join(data, 'mnist'), seed, (epoch, value) => {
    const wanted = truth.meanSquaredErrors[epoch - 1];
    const cells = [String(epoch).padStart(5), wanted.toFixed(5).padStart(9), value.toFixed(6)];
    console.log(`${cells.join('  ')}  ${(value - wanted).toExponential(1)}`);
  });
  check(figures, truth);
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  console.log(
    `accuracy: training ${percent(figures.trainAccuracy)} (${percent(truth.trainAccuracy)}), ` +
      `test ${percent(figures.testAccuracy)} (${percent(truth.testAccuracy)})`,
  );
}
