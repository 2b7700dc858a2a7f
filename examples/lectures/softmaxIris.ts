/**
 * Softmax regression on the irises, from scratch and as a network (S. Raschka, STAT 479 Deep Learning, spring 2019,
 * lecture 8). The notebook's version from scratch has a mistake, which is shown beside the right one: it adds the
 * gradients of all three biases up, to a sum that is 0, so that the biases never move.
 */
import { dense, sequential, sgd, zeros } from 'gradus';
import { LogisticRegression } from 'gradus/estimators';
import { type Points, readIris, splitTwice, standardized } from './courseData.ts';
import { atMost, type Experiment, exactly, type Figure } from './experiment.ts';
import { curvesSvg, regionsSvg } from './plots.ts';
import { TorchRandom } from './torchRandom.ts';

const RATE = 0.1;
const EPOCHS = 50;
const KINDS = ['setosa', 'versicolor', 'virginica'];

/** Costs as the notebook prints them. */
const numbers = (text: string): number[] => text.trim().split(/\s+/).map(Number);

const published = {
  fromScratch: numbers(`
    1.055 1.016 0.979 0.945 0.914 0.886 0.859 0.835 0.812 0.791 0.772 0.754 0.737 0.722 0.707
    0.693 0.68 0.668 0.657 0.646 0.636 0.627 0.618 0.609 0.601 0.593 0.586 0.579 0.572 0.566
    0.56 0.554 0.549 0.543 0.538 0.533 0.529 0.524 0.52 0.516 0.512 0.508 0.504 0.5 0.497
    0.494 0.49 0.487 0.484 0.481
  `),
  network: numbers(`
    1.055 1.015 0.979 0.945 0.914 0.885 0.859 0.835 0.812 0.791 0.772 0.754 0.737 0.722 0.707
    0.693 0.68 0.668 0.657 0.646 0.636 0.627 0.618 0.609 0.601 0.593 0.586 0.579 0.572 0.566
    0.56 0.554 0.548 0.543 0.538 0.533 0.528 0.524 0.519 0.515 0.511 0.507 0.503 0.499 0.496
    0.492 0.489 0.486 0.483 0.479
  `),
};

/** A matrix of weights, features × classes, biases, and the cost after each epoch. */
interface Learnt {
  readonly weights: readonly (readonly number[])[];
  readonly biases: readonly number[];
  readonly costs: readonly number[];
}

function softmax(sums: readonly number[]): number[] {
  const most = Math.max(...sums);
  const powers = sums.map((sum) => Math.exp(sum - most));
  const total = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / total);
}

const probabilitiesOf = ({ weights, biases }: Omit<Learnt, 'costs'>, row: readonly number[]): number[] =>
  softmax(biases.map((bias, k) => weights.reduce((sum, own, i) => sum + own[k] * row[i], bias)));

/** Gradient descent in loops, with the notebook's mistake or without it. */
function fromScratch({ x, y }: Points, mistaken: boolean): Learnt {
  let weights = x[0].map(() => [0, 0, 0]);
  let biases = [0, 0, 0];
  const costs: number[] = [];
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const errors = x.map((row, n) =>
      probabilitiesOf({ weights, biases }, row).map((p, k) => p - (k === y[n] ? 1 : 0)),
    );
    const slopes = weights.map((own, i) =>
      own.map((_, k) => errors.reduce((sum, error, n) => sum + error[k] * x[n][i], 0) / x.length),
    );
    const perClass = biases.map((_, k) => errors.reduce((sum, error) => sum + error[k], 0) / x.length);
    const total = perClass.reduce((a, b) => a + b, 0);
    weights = weights.map((own, i) => own.map((weight, k) => weight - RATE * slopes[i][k]));
    biases = biases.map((bias, k) => bias - RATE * (mistaken ? total : perClass[k]));
    const logs = x.map((row, n) => -Math.log(probabilitiesOf({ weights, biases }, row)[y[n]]));
    costs.push(logs.reduce((a, b) => a + b, 0) / x.length);
  }
  return { weights, biases, costs };
}

/** One layer of three units. */
async function asNetwork(points: Points): Promise<Learnt> {
  const model = sequential([dense(3, { kernelInitializer: zeros() })]);
  const history = await model.fit(points, {
    loss: 'softmaxCrossEntropy',
    optimizer: sgd({ learningRate: RATE }),
    epochs: EPOCHS,
    batchSize: points.y.length,
    shuffle: false,
    validation: points,
  });
  const [kernel, bias] = model.getWeights();
  return {
    weights: [0, 1].map((i) => Array.from(kernel.values.subarray(3 * i, 3 * i + 3))),
    biases: Array.from(bias.values),
    costs: history.epochs.map(({ validationLoss }) => validationLoss ?? Number.NaN),
  };
}

/** The share of rows whose most probable class is right, in %. */
function accuracyOf(learnt: Learnt, { x, y }: Points): number {
  const right = x.filter((row, n) => {
    const probabilities = probabilitiesOf(learnt, row);
    return probabilities.indexOf(Math.max(...probabilities)) === y[n];
  });
  return (100 * right.length) / y.length;
}

export const experiment: Experiment = {
  name: 'softmaxIris',
  deck: 'STAT 479, L08',
  title: 'Softmax regression on the irises',
  needs: ['rasbt-stat479/iris.data'],
  minutes: 0.1,
  about:
    'Sepal and petal width, 120 rows at once, learning rate 0.1, 50 epochs, weights of 0, torch.randperm with seed 123. The notebook’s version from scratch adds the gradients of the three biases up, to 0, so that the biases stay 0: copied here on purpose. Its second version, a module, is right: here it is a network, the estimator LogisticRegression, and loops without the mistake.',
  async run({ data, plot }) {
    const order = new TorchRandom(123).permutation(150);
    const { train, test } = standardized(splitTwice(readIris(data, [1, 3]), order, 120), 1);
    const mistaken = fromScratch(train, true);
    const right = fromScratch(train, false);
    const network = await asNetwork(train);
    const estimator = new LogisticRegression({
      solver: 'gradientDescent',
      learningRate: RATE,
      epochs: EPOCHS,
      shuffle: false,
      penalty: 0,
    }).fit(train.x, train.y);
    plot(
      'cost',
      curvesSvg(
        'Cross-entropy after each epoch',
        [
          { name: 'biases stuck', values: mistaken.costs },
          { name: 'network', values: network.costs },
        ],
        {
          published: [
            { name: 'biases stuck', values: published.fromScratch },
            { name: 'network', values: published.network },
          ],
          y: 'cross-entropy',
        },
      ),
      'The mistake costs little here, as standardised features leave the biases little to do.',
    );
    plot(
      'regions',
      await regionsSvg(
        'What the network answers',
        train,
        KINDS.map((kind, k) => ({
          heading: `probability of ${kind}`,
          predict: async (grid) => grid.map((row) => probabilitiesOf(network, row)[k]),
        })),
      ),
      'The probability of each kind over the plane, and the training rows.',
    );
    const figures = (name: string, learnt: Learnt, costs: readonly number[]): Figure[] => [
      exactly(`${name}: cost after epoch 1`, learnt.costs[0], costs[0], { digits: 3 }),
      exactly(`${name}: cost after epoch 50`, learnt.costs[49], costs[49], { digits: 3 }),
      exactly(
        `${name}: costs that differ in 3 decimals`,
        costs.filter((cost, i) => cost.toFixed(3) !== learnt.costs[i].toFixed(3)).length,
        0,
        { digits: 0 },
      ),
      exactly(`${name}: train accuracy`, accuracyOf(learnt, train), 85.8, { digits: 1, unit: '%' }),
      exactly(`${name}: test accuracy`, accuracyOf(learnt, test), 80, { digits: 1, unit: '%' }),
    ];
    const estimated: Learnt = {
      weights: [0, 1].map((i) => [0, 1, 2].map((k) => estimator.weights[2 * k + i])),
      biases: [...estimator.biases],
      costs: estimator.costs,
    };
    const publishedWeights = [
      [0.5585, -0.5483, -0.0102],
      [-1.0257, 0.0316, 0.9941],
    ];
    return [
      ...figures('from scratch, biases stuck', mistaken, published.fromScratch),
      atMost('from scratch, biases stuck: largest bias', Math.max(...mistaken.biases.map(Math.abs)), 1e-12, {
        digits: 12,
      }),
      ...figures('network', network, published.network),
      ...publishedWeights.flatMap((own, i) =>
        own.map((weight, k) =>
          exactly(`network: w of ${KINDS[k]}, feature ${i + 1}`, network.weights[i][k], weight),
        ),
      ),
      ...[-0.0553, 0.034, 0.0213].map((bias, k) =>
        exactly(`network: b of ${KINDS[k]}`, network.biases[k], bias),
      ),
      ...figures('estimator', estimated, published.network),
      ...figures('from scratch, right', right, published.network),
    ];
  },
};
