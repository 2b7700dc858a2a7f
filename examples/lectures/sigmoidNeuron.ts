/**
 * A sigmoid neuron with a squared error, by the chain rule and by `fit` (S. Raschka, STAT 479 Deep Learning, spring 2019,
 * homework 2): two kinds of iris by sepal width and petal length.
 */
import { dense, sequential, sgd, zeros } from 'gradus';
import { epochOrders, readSplit } from './adalineSgd.ts';
import type { Points } from './courseData.ts';
import { atLeast, atMost, type Experiment, stated } from './experiment.ts';
import { curvesSvg } from './plots.ts';

const RATE = 0.5;
const EPOCHS = 150;
const BATCH = 10;

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

interface Neuron {
  readonly w: readonly [number, number];
  readonly b: number;
  /** Mean squared error of all rows after each epoch. */
  readonly errors: readonly number[];
}

/** E = (1/n) Σ(σ(z) − t)²: ∂E/∂z = (2/n)(σ − t)·σ(1 − σ), ∂E/∂w = ∂E/∂z·x. */
function byChainRule({ x, y }: Points): Neuron {
  const order = epochOrders(EPOCHS);
  const errors: number[] = [];
  let [w1, w2, b] = [0, 0, 0];
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const rows = order(epoch);
    for (let first = 0; first < rows.length; first += BATCH) {
      let [s1, s2, s] = [0, 0, 0];
      for (const row of rows.subarray(first, first + BATCH)) {
        const a = sigmoid(w1 * x[row][0] + w2 * x[row][1] + b);
        const slope = (2 / BATCH) * (a - y[row]) * a * (1 - a);
        s1 += slope * x[row][0];
        s2 += slope * x[row][1];
        s += slope;
      }
      w1 -= RATE * s1;
      w2 -= RATE * s2;
      b -= RATE * s;
    }
    const squares = x.map(([p, q], i) => (sigmoid(w1 * p + w2 * q + b) - y[i]) ** 2);
    errors.push(squares.reduce((total, square) => total + square, 0) / squares.length);
  }
  return { w: [w1, w2], b, errors };
}

async function byFit(points: Points): Promise<Neuron> {
  const model = sequential([dense(1, { activation: 'sigmoid', kernelInitializer: zeros() })]);
  const column = { x: points.x, y: points.y.map((label) => [label]) };
  const history = await model.fit(column, {
    loss: 'meanSquaredError',
    optimizer: sgd({ learningRate: RATE }),
    epochs: EPOCHS,
    batchSize: BATCH,
    order: epochOrders(EPOCHS),
    validation: column,
  });
  const [kernel, bias] = model.getWeights();
  return {
    w: [kernel.values[0], kernel.values[1]],
    b: bias.values[0],
    errors: history.epochs.map(({ validationLoss }) => validationLoss ?? Number.NaN),
  };
}

export const experiment: Experiment = {
  name: 'sigmoidNeuron',
  deck: 'STAT 479, hw2',
  title: 'A sigmoid neuron with a squared error',
  needs: ['rasbt-stat479/iris.data'],
  minutes: 0.1,
  about:
    'Learning rate 0.5, batches of 10, 150 epochs, weights of 0, rows and orders as for Adaline with seed 123. The homework publishes no results: what must hold is that the derivative by hand and `fit` go the same way, and that the neuron does no worse than Adaline.',
  async run({ data, plot }) {
    const { train, test } = readSplit(data);
    const [hand, fitted] = [byChainRule(train), await byFit(train)];
    plot(
      'cost',
      curvesSvg(
        'Mean squared error after each epoch',
        [
          { name: 'by hand', values: hand.errors },
          { name: 'by fit', values: fitted.errors },
        ],
        { y: 'mean squared error' },
      ),
      'Two curves, one upon the other.',
    );
    const accuracy = ({ x, y }: Points): number => {
      const right = y.filter(
        (label, i) => (hand.w[0] * x[i][0] + hand.w[1] * x[i][1] + hand.b > 0 ? 1 : 0) === label,
      );
      return (100 * right.length) / y.length;
    };
    const farthest = Math.max(...hand.errors.map((error, i) => Math.abs(error - fitted.errors[i])));
    return [
      stated('MSE after epoch 1', hand.errors[0], { digits: 5 }),
      stated('MSE after epoch 150', hand.errors[EPOCHS - 1], { digits: 5 }),
      atMost('largest difference of an MSE, by hand and by fit', farthest, 1e-6, { digits: 9 }),
      atLeast('train accuracy', accuracy(train), 90, { digits: 2, unit: '%' }),
      stated('test accuracy', accuracy(test), { digits: 2, unit: '%' }),
    ];
  },
};
