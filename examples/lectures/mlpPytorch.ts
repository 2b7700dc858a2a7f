/**
 * One network under two losses on MNIST: 784-100-10, a hidden layer of sigmoid units, SGD 0.1, batches of 100, 100
 * epochs; sigmoid outputs with the mean squared error, or softmax with cross-entropy (S. Raschka, STAT 479 Deep Learning,
 * spring 2019, lecture 9).
 */
import { type FitOptions, sequential, sgd } from 'gradus';
import { type Context, type Experiment, type Figure, near } from './experiment.ts';
import { accuracyOf, CLASSES, inputsOf, oneHotOf, PIXELS, readMnist } from './mnist.ts';
import { curvesSvg } from './plots.ts';
import { torchLinear } from './torchLinear.ts';
import { TorchRandom } from './torchRandom.ts';

const HIDDEN = 100;
const EPOCHS = 100;

/** What the notebook calls the training cost, after each epoch. */
const published = {
  // biome-ignore format: as many a line as fit
  squares: [
  0.0881, 0.0852, 0.0812, 0.0763, 0.0709, 0.0657, 0.061, 0.0568, 0.0532, 0.0502, 0.0475, 0.0452, 0.0432,
  0.0414, 0.0398, 0.0384, 0.0372, 0.036, 0.035, 0.034, 0.0331, 0.0323, 0.0316, 0.0309, 0.0303, 0.0297,
  0.0291, 0.0286, 0.0281, 0.0276, 0.0272, 0.0268, 0.0264, 0.026, 0.0257, 0.0253, 0.025, 0.0247, 0.0244,
  0.0242, 0.0239, 0.0237, 0.0234, 0.0232, 0.023, 0.0228, 0.0226, 0.0224, 0.0222, 0.022, 0.0218, 0.0217,
  0.0215, 0.0214, 0.0212, 0.0211, 0.0209, 0.0208, 0.0207, 0.0205, 0.0204, 0.0203, 0.0202, 0.02, 0.0199,
  0.0198, 0.0197, 0.0196, 0.0195, 0.0194, 0.0193, 0.0192, 0.0191, 0.019, 0.0189, 0.0188, 0.0188, 0.0187,
  0.0186, 0.0185, 0.0184, 0.0183, 0.0183, 0.0182, 0.0181, 0.018, 0.018, 0.0179, 0.0178, 0.0178, 0.0177,
  0.0176, 0.0176, 0.0175, 0.0174, 0.0174, 0.0173, 0.0173, 0.0172, 0.0171,
  ],
  // biome-ignore format: as many a line as fit
  crossEntropy: [
  0.4951, 0.3739, 0.3302, 0.3037, 0.286, 0.2703, 0.257, 0.2453, 0.2346, 0.2255, 0.2162, 0.209, 0.2009,
  0.1942, 0.1872, 0.1837, 0.1764, 0.17, 0.1649, 0.1606, 0.1564, 0.152, 0.1483, 0.1442, 0.141, 0.1365,
  0.1332, 0.13, 0.1273, 0.1245, 0.1212, 0.1195, 0.1166, 0.1134, 0.1111, 0.1087, 0.1064, 0.1049, 0.1026,
  0.1006, 0.0988, 0.0966, 0.0954, 0.0933, 0.0917, 0.0899, 0.0884, 0.0868, 0.0856, 0.0842, 0.0825, 0.0813,
  0.0802, 0.0788, 0.0775, 0.0762, 0.0751, 0.0738, 0.0728, 0.0718, 0.0708, 0.0701, 0.0688, 0.0677, 0.0666,
  0.0657, 0.065, 0.064, 0.0634, 0.0621, 0.0615, 0.0608, 0.0598, 0.059, 0.0584, 0.0575, 0.0568, 0.056,
  0.0555, 0.0548, 0.0543, 0.0533, 0.0528, 0.0522, 0.0513, 0.0506, 0.0502, 0.0496, 0.049, 0.0485, 0.048,
  0.0474, 0.0467, 0.0462, 0.0458, 0.0452, 0.0446, 0.0444, 0.0437, 0.0434,
  ],
};

interface Trained {
  readonly costs: readonly number[];
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
}

/** Train under a loss; `costs` are losses of all training rows after each epoch. */
async function train(
  { data, compute, progress }: Context,
  loss: 'meanSquaredError' | 'softmaxCrossEntropy',
): Promise<Trained> {
  const digits = readMnist(data);
  const random = new TorchRandom(1);
  const hidden = torchLinear(random, PIXELS, HIDDEN, { deviation: 0.1, activation: 'sigmoid' });
  const activation = loss === 'meanSquaredError' ? 'sigmoid' : 'identity';
  const output = torchLinear(random, HIDDEN, CLASSES, { deviation: 0.1, activation });
  const model = sequential([hidden, output]);
  const { labels } = digits.train;
  const rows = { x: inputsOf(digits.train), y: loss === 'meanSquaredError' ? oneHotOf(labels) : labels };
  const options: FitOptions = {
    loss,
    optimizer: sgd({ learningRate: 0.1 }),
    epochs: EPOCHS,
    batchSize: 100,
    order: random.loaderOrders(labels.length, 2),
    validation: rows,
    onEvent: (event) => {
      if (event.type !== 'epoch') return;
      progress(`${loss}, epoch ${event.epoch} of ${EPOCHS}: ${event.validationLoss?.toFixed(4)}`);
    },
    ...compute,
  };
  const history = await model.fit(rows, options);
  return {
    costs: history.epochs.map(({ validationLoss = Number.NaN }) => validationLoss),
    trainAccuracy: await accuracyOf(model, digits.train),
    testAccuracy: await accuracyOf(model, digits.test),
  };
}

/** Of the cross-entropy the notebook adds up the means of 600 batches and divides by 599, the last one's number. */
const asPrinted = (costs: readonly number[]): readonly number[] => costs.map((cost) => (cost * 600) / 599);

export const experiment: Experiment = {
  name: 'mlpPytorch',
  deck: 'STAT 479, L09',
  title: 'One network, two losses: squares and cross-entropy on MNIST',
  needs: ['mnist'],
  minutes: 4,
  about:
    '784-100-10, sigmoid in the hidden layer, weights N(0, 0.1²), SGD 0.1 in batches of 100, 100 epochs, seed 1, with the random numbers of the notebook. ' +
    'Of the cross-entropy the notebook divides a sum over 600 batches by 599, and so does this table. Squares are means over rows and outputs, which makes steps ten times shorter than in the network from scratch.',
  async run(context) {
    const squares = await context.once('squares', () => train(context, 'meanSquaredError'));
    const crossEntropy = await context.once('crossEntropy', () => train(context, 'softmaxCrossEntropy'));
    const figures: Figure[] = [];
    const add = (
      name: string,
      { costs: printed, ...own }: Trained,
      truth: readonly number[],
      shown: readonly [number, number],
    ) => {
      const farthest = Math.max(...truth.map((value, i) => Math.abs(printed[i] - value)));
      for (const epoch of [1, 10, 50, 100]) {
        figures.push(near(`${name}, cost, epoch ${epoch}`, printed[epoch - 1], truth[epoch - 1], 0.0001));
      }
      figures.push(near(`${name}, largest difference in 100 epochs`, farthest, 0, 0.0001, { digits: 5 }));
      const percent = { digits: 2, unit: '%' };
      figures.push(near(`${name}, training accuracy`, own.trainAccuracy, shown[0], 0.05, percent));
      figures.push(near(`${name}, test accuracy`, own.testAccuracy, shown[1], 0.05, percent));
      context.plot(
        name === 'squares' ? 'squares' : 'crossEntropy',
        curvesSvg(`Cost after each epoch: ${name}`, [{ name: 'training rows', values: printed }], {
          published: [{ name: 'training rows', values: truth }],
          y: 'cost',
        }),
        `The cost of the training rows under ${name}: ours as a line, the published values as circles.`,
      );
    };
    add('squares', squares, published.squares, [90.78, 91.34]);
    add(
      'cross-entropy',
      { ...crossEntropy, costs: asPrinted(crossEntropy.costs) },
      published.crossEntropy,
      [99.0, 97.67],
    );
    return figures;
  },
};
