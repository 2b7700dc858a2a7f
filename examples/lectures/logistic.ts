/**
 * Logistic regression by gradient descent on all rows at once (S. Raschka, STAT 479 Deep Learning, spring 2019,
 * lecture 8), and with an L2 penalty (lecture 10: `l2Logistic`).
 */
import { MersenneTwister } from 'gradus';
import { LogisticRegression, type LogisticRegressionOptions } from 'gradus/estimators';
import { type Points, readToyData, type Split, standardized, take } from './courseData.ts';
import { type Experiment, exactly, type Figure } from './experiment.ts';
import { curvesSvg, regionsSvg } from './plots.ts';

// biome-ignore format: as the notebook has them
const published = [
  0.055, 0.053, 0.051, 0.049, 0.048, 0.047, 0.046, 0.045, 0.044, 0.043, 0.042, 0.041, 0.041, 0.04, 0.039,
  0.039, 0.038, 0.038, 0.037, 0.036, 0.036, 0.036, 0.035, 0.035, 0.034, 0.034, 0.033, 0.033, 0.033, 0.032,
];

/** The two clouds: the first 25 rows of a shuffled order are for testing. */
export function readSplit(data: string): Split {
  const order = new MersenneTwister(123).permutation(100);
  const points = readToyData(data);
  return standardized(
    { train: take(points, order.subarray(25)), test: take(points, order.subarray(0, 25)) },
    0,
  );
}

/** Steps of 0.1 along the gradient of the summed cross-entropy, 30 times. */
export const descent: LogisticRegressionOptions = {
  solver: 'gradientDescent',
  reduction: 'sum',
  learningRate: 0.1,
  epochs: 30,
  shuffle: false,
  penalty: 0,
};

/** What both notebooks print. */
export function figuresOf(
  model: LogisticRegression,
  test: Points,
  truth: {
    readonly costs: readonly number[];
    readonly weights: readonly number[];
    readonly bias: number;
    readonly accuracy: number;
  },
): Figure[] {
  const differing = truth.costs.filter((cost, i) => cost.toFixed(3) !== model.costs[i].toFixed(3)).length;
  return [
    exactly('cost after epoch 1', model.costs[0], truth.costs[0], { digits: 3 }),
    exactly('cost after epoch 30', model.costs[29], truth.costs[29], { digits: 3 }),
    exactly('costs that differ in 3 decimals', differing, 0, { digits: 0 }),
    ...truth.weights.map((weight, i) => exactly(`w${'₁₂'[i]}`, model.weights[i], weight)),
    exactly('b', model.biases[0], truth.bias),
    exactly('test accuracy', 100 * model.score(test.x, test.y), truth.accuracy, { digits: 0, unit: '%' }),
  ];
}

/** The probability of class 1 over a grid. */
export const probabilityOf =
  (model: LogisticRegression) =>
  async (grid: readonly (readonly number[])[]): Promise<readonly number[]> => {
    const probabilities = model.predictProbabilities(grid);
    return grid.map((_, row) => probabilities[2 * row + 1]);
  };

export const experiment: Experiment = {
  name: 'logistic',
  deck: 'STAT 479, L08',
  title: 'Logistic regression',
  needs: ['rasbt-stat479/perceptron_toydata.txt'],
  minutes: 0.1,
  about:
    '75 training rows at once, the gradient summed over them, learning rate 0.1, 30 epochs, weights of 0; the cost that the notebook prints is the mean of the rows after the step.',
  async run({ data, plot }) {
    const { train, test } = readSplit(data);
    const model = new LogisticRegression(descent).fit(train.x, train.y);
    plot(
      'cost',
      curvesSvg('Cross-entropy after each epoch', [{ name: 'logistic regression', values: model.costs }], {
        published: [{ name: 'logistic regression', values: published }],
        y: 'cross-entropy',
      }),
      'The classes can be told apart without a mistake: the cost falls as long as the weights grow.',
    );
    plot(
      'regions',
      await regionsSvg('What logistic regression answers', train, [
        { heading: 'training rows', predict: probabilityOf(model) },
      ]),
      'The probability of class 1 over the plane.',
    );
    return figuresOf(model, test, {
      costs: published,
      weights: [5.0453, 3.4349],
      bias: -0.7931,
      accuracy: 96,
    });
  },
};
