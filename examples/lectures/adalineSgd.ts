/**
 * Adaline by the delta rule on mini-batches, beside the analytical solution (S. Raschka, STAT 479 Deep Learning, spring
 * 2019, lecture 5): two kinds of iris by sepal width and petal length.
 */
import { Adaline } from 'gradus/estimators';
import { readIris, splitTwice, standardized } from './courseData.ts';
import { type Experiment, exactly, type Figure } from './experiment.ts';
import { curvesSvg, regionsSvg } from './plots.ts';
import { TorchRandom } from './torchRandom.ts';

/** The two kinds of iris as the notebook splits and scales them. */
export function readSplit(data: string) {
  const order = new TorchRandom(123).permutation(100);
  return standardized(splitTwice(readIris(data, [1, 2], 50), order, 70), 1);
}

/** The order of the rows in each epoch: `torch.randperm` behind `torch.manual_seed(123)`. */
export function epochOrders(epochs: number): (epoch: number) => Int32Array {
  const random = new TorchRandom(123);
  const orders = Array.from({ length: epochs }, () => random.permutation(70));
  return (epoch) => orders[epoch];
}

const EPOCHS = 20;

// biome-ignore format: as the notebook has them
const published = [
  0.12142, 0.09932, 0.09693, 0.09658, 0.09657, 0.0965, 0.09683, 0.09648, 0.0974, 0.09636,
  0.09638, 0.09718, 0.09638, 0.09685, 0.09745, 0.09693, 0.09699, 0.09672, 0.09638, 0.09635,
];

/** The errors of all epochs against those of a notebook, and how many differ in a digit that it prints. */
export function errorFigures(own: readonly number[], truth: readonly number[]): Figure[] {
  const last = truth.length - 1;
  const differing = truth.filter((value, i) => value.toFixed(5) !== own[i].toFixed(5)).length;
  return [
    exactly('MSE after epoch 1', own[0], truth[0], { digits: 5 }),
    exactly(`MSE after epoch ${truth.length}`, own[last], truth[last], { digits: 5 }),
    exactly('epochs whose MSE differs in 5 decimals', differing, 0, { digits: 0 }),
  ];
}

export const experiment: Experiment = {
  name: 'adalineSgd',
  deck: 'STAT 479, L05',
  title: 'Adaline by the delta rule, and at once',
  needs: ['rasbt-stat479/iris.data'],
  minutes: 0.1,
  about:
    'Targets 0 and 1, learning rate 0.1, batches of 10, 20 epochs, weights of 0, gradient (2/n) Σ error·x; the split and every epoch’s order are those of torch.randperm with seed 123. The analytical solution solves the normal equations.',
  async run({ data, plot }) {
    const { train, test } = readSplit(data);
    const options = { learningRate: 0.1, epochs: EPOCHS, batchSize: 10, targets: [0, 1] } as const;
    const adaline = new Adaline({ ...options, order: epochOrders(EPOCHS) }).fit(train.x, train.y);
    const best = new Adaline({ solver: 'analytical', targets: [0, 1] }).fit(train.x, train.y);
    plot(
      'cost',
      curvesSvg('Mean squared error after each epoch', [{ name: 'Adaline', values: adaline.costs }], {
        published: [{ name: 'Adaline', values: published }],
        y: 'mean squared error',
      }),
      'The delta rule on mini-batches comes near its minimum, and then trembles.',
    );
    const answers = (model: Adaline) => async (grid: readonly (readonly number[])[]) =>
      Array.from(model.decisionFunction(grid), (sum) => Math.min(1, Math.max(0, sum)));
    plot(
      'regions',
      await regionsSvg('What Adaline answers', train, [
        { heading: 'delta rule', predict: answers(adaline) },
        { heading: 'analytical', predict: answers(best) },
      ]),
      'The weighted sum over the plane, cut off at 0 and 1; the line is where it is ½.',
    );
    return [
      ...errorFigures(adaline.costs, published),
      exactly('w₁', adaline.weights[0], -0.0763),
      exactly('w₂', adaline.weights[1], 0.4181),
      exactly('b', adaline.biases[0], 0.4888),
      exactly('analytical w₁', best.weights[0], -0.0703),
      exactly('analytical w₂', best.weights[1], 0.4219),
      exactly('analytical b', best.biases[0], 0.4857),
      exactly('train accuracy', 100 * adaline.score(train.x, train.y), 90, { digits: 2, unit: '%' }),
      exactly('test accuracy', 100 * adaline.score(test.x, test.y), 96.67, { digits: 2, unit: '%' }),
    ];
  },
};
