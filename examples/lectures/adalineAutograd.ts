/**
 * Adaline three times: derivatives by hand, by `grad`, and by `fit` (S. Raschka, STAT 479 Deep Learning, spring 2019,
 * lecture 6).
 */
import { dense, sequential, sgd, zeros } from 'gradus';
import { Adaline } from 'gradus/estimators';
import { add, grad, mean, multiply, squaredDifference, sum } from 'gradus/tensor';
import { epochOrders, errorFigures, readSplit } from './adalineSgd.ts';
import { type Points, take } from './courseData.ts';
import { atMost, type Experiment, exactly, type Figure } from './experiment.ts';
import { curvesSvg } from './plots.ts';

const EPOCHS = 20;
const RATE = 0.01;
const BATCH = 10;

// biome-ignore format: as the notebook has them
const published = [
  0.38849, 0.31679, 0.26379, 0.22463, 0.19527, 0.17307, 0.15629, 0.14352, 0.1336, 0.126,
  0.12007, 0.11547, 0.11178, 0.10884, 0.10656, 0.1047, 0.1032, 0.102, 0.10105, 0.10025,
];

/** What each of the three gives. */
interface Learnt {
  readonly weights: ArrayLike<number>;
  readonly bias: number;
  /** Mean squared error of all rows after each epoch. */
  readonly errors: readonly number[];
}

/** The delta rule, written out in the library. */
function byHand({ x, y }: Points): Learnt {
  const options = { learningRate: RATE, epochs: EPOCHS, batchSize: BATCH, targets: [0, 1] } as const;
  const { weights, biases, costs } = new Adaline({ ...options, order: epochOrders(EPOCHS) }).fit(x, y);
  return { weights, bias: biases[0], errors: costs };
}

/** The cost as a function of tensors, whose derivatives `grad` finds. */
function byGrad(points: Points): Learnt {
  const slopes = grad((w, b, x, y) => mean(squaredDifference(add(sum(multiply(x, w), { axes: 1 }), b), y)));
  const order = epochOrders(EPOCHS);
  const errors: number[] = [];
  let [w, b] = [[0, 0], 0];
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const rows = order(epoch);
    for (let first = 0; first < rows.length; first += BATCH) {
      const { x, y } = take(points, rows.subarray(first, first + BATCH));
      const [ofWeights, ofBias] = slopes(w, b, x, y);
      w = w.map((weight, i) => weight - RATE * ofWeights[i]);
      b -= RATE * ofBias;
    }
    const squares = points.x.map((row, i) => (row[0] * w[0] + row[1] * w[1] + b - points.y[i]) ** 2);
    errors.push(squares.reduce((total, square) => total + square, 0) / squares.length);
  }
  return { weights: w, bias: b, errors };
}

/** One layer of one unit. */
async function byFit(points: Points): Promise<Learnt> {
  const model = sequential([dense(1, { kernelInitializer: zeros() })]);
  const history = await model.fit(points, {
    loss: 'meanSquaredError',
    optimizer: sgd({ learningRate: RATE }),
    epochs: EPOCHS,
    batchSize: BATCH,
    order: epochOrders(EPOCHS),
    validation: points,
  });
  const [kernel, bias] = model.getWeights();
  return {
    weights: kernel.values,
    bias: bias.values[0],
    errors: history.epochs.map(({ validationLoss }) => validationLoss ?? Number.NaN),
  };
}

export const experiment: Experiment = {
  name: 'adalineAutograd',
  deck: 'STAT 479, L06',
  title: 'Adaline three times: by hand, by grad, by fit',
  needs: ['rasbt-stat479/iris.data'],
  minutes: 0.1,
  about:
    'As the Adaline of lecture 5, with learning rate 0.01. The notebook derives by hand, by autograd and by a module with an optimizer, and prints the same numbers each time; so do these three. By hand and by `grad` they are float64, by `fit` float32.',
  async run({ data, plot }) {
    const { train, test } = readSplit(data);
    const ways = { 'by hand': byHand(train), 'by grad': byGrad(train), 'by fit': await byFit(train) };
    plot(
      'cost',
      curvesSvg(
        'Mean squared error after each epoch',
        Object.entries(ways).map(([name, { errors }]) => ({ name, values: errors })),
        { published: [{ name: 'by hand', values: published }], y: 'mean squared error' },
      ),
      'Three curves, one upon the other.',
    );
    const figures = Object.entries(ways).flatMap(([name, { weights, bias, errors }]): Figure[] => {
      const accuracy = ({ x, y }: Points): number => {
        const right = y.filter((label, i) => {
          const output = x[i][0] * weights[0] + x[i][1] * weights[1] + bias;
          return (output > 0.5 ? 1 : 0) === label;
        });
        return (100 * right.length) / y.length;
      };
      return [
        ...errorFigures(errors, published),
        exactly('w₁', weights[0], -0.0189),
        exactly('w₂', weights[1], 0.3642),
        exactly('b', bias, 0.458),
        exactly('train accuracy', accuracy(train), 92.86, { digits: 2, unit: '%' }),
        exactly('test accuracy', accuracy(test), 93.33, { digits: 2, unit: '%' }),
      ].map((figure) => ({ ...figure, name: `${name}: ${figure.name}` }));
    });
    const farthest = (a: readonly number[], b: readonly number[]): number =>
      Math.max(...a.map((value, i) => Math.abs(value - b[i])));
    const { 'by hand': hand, 'by grad': auto, 'by fit': fitted } = ways;
    return [
      ...figures,
      atMost('largest difference of an MSE, by hand and by grad', farthest(hand.errors, auto.errors), 1e-14, {
        digits: 16,
      }),
      atMost('largest difference of an MSE, by hand and by fit', farthest(hand.errors, fitted.errors), 1e-6, {
        digits: 9,
      }),
    ];
  },
};
