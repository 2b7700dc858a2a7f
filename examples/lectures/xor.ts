/**
 * The exclusive or as 750 points: a network without activation cannot learn it, one with ReLU can (S. Raschka, STAT 479
 * Deep Learning, spring 2019, lecture 9). 2-50-2, softmax cross-entropy, SGD 0.1 on all rows at once, 25 epochs.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Model, sequential, sgd } from 'gradus';
import { type Experiment, exactly, type Figure, stated } from './experiment.ts';
import { curvesSvg, regionsSvg } from './plots.ts';
import { torchLinear } from './torchLinear.ts';
import { TorchRandom } from './torchRandom.ts';

const published = {
  // biome-ignore format: as the notebook has them
  linear: [
    0.7075, 0.698, 0.6946, 0.6933, 0.6929, 0.6928, 0.6927, 0.6927, 0.6927, 0.6927, 0.6927, 0.6927, 0.6927,
    0.6927, 0.6927, 0.6927, 0.6927, 0.6927, 0.6927, 0.6927, 0.6927, 0.6927, 0.6927, 0.6927, 0.6927,
  ],
  // biome-ignore format: as the notebook has them
  relu: [
    0.7163, 0.6874, 0.6631, 0.6412, 0.621, 0.6019, 0.5838, 0.5665, 0.5501, 0.5344, 0.5193, 0.5049, 0.491,
    0.4777, 0.4649, 0.4525, 0.4406, 0.4291, 0.4181, 0.4074, 0.3971, 0.3872, 0.3776, 0.3684, 0.3594,
  ],
};

/** Points of the plane and their classes. */
interface Points {
  readonly x: readonly (readonly [number, number])[];
  readonly y: readonly number[];
}

function readPoints(data: string): Points {
  const lines = readFileSync(join(data, 'rasbt-stat479', 'xor.csv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  const rows = lines.map((line) => line.split(',').map(Number));
  return { x: rows.map(([a, b]) => [a, b]), y: rows.map(([, , label]) => label) };
}

async function train(points: Points, activation: 'identity' | 'relu') {
  const random = new TorchRandom(123);
  const model = sequential([torchLinear(random, 2, 50, { activation }), torchLinear(random, 50, 2)]);
  const history = await model.fit(points, {
    loss: 'softmaxCrossEntropy',
    optimizer: sgd({ learningRate: 0.1 }),
    epochs: 25,
    batchSize: points.y.length,
    shuffle: false,
  });
  // The loss of an epoch's only step, before its update: as the notebook prints it.
  return { model, costs: history.epochs.map(({ loss }) => loss), accuracy: await accuracyOf(model, points) };
}

async function accuracyOf(model: Model, { x, y }: Points): Promise<number> {
  const { accuracy } = await model.evaluate({ x, y }, { loss: 'softmaxCrossEntropy', metrics: ['accuracy'] });
  return 100 * accuracy;
}

export const experiment: Experiment = {
  name: 'xor',
  deck: 'STAT 479, L09',
  title: 'The exclusive or, with and without ReLU',
  needs: ['rasbt-stat479/xor.csv'],
  minutes: 0.1,
  about:
    '2-50-2, softmax cross-entropy, SGD 0.1 on all 750 rows at once, 25 epochs, seed 123. The first weights are those that torch.nn.Linear of PyTorch 1.0 draws, evenly within ±1/√inputs.',
  async run({ data, plot }) {
    const points = readPoints(data);
    const linear = await train(points, 'identity');
    const relu = await train(points, 'relu');
    plot(
      'cost',
      curvesSvg(
        'Cost of all rows before each step',
        [
          { name: 'linear', values: linear.costs },
          { name: 'ReLU', values: relu.costs },
        ],
        {
          published: [
            { name: 'linear', values: published.linear },
            { name: 'ReLU', values: published.relu },
          ],
          y: 'cross-entropy',
        },
      ),
      'A network without activation stays at log 2, the cost of a coin; one with ReLU learns.',
    );
    plot(
      'regions',
      await regionsSvg('What the two networks answer', points, [
        { heading: 'linear', predict: (grid) => probabilityOf(linear.model, grid) },
        { heading: 'ReLU', predict: (grid) => probabilityOf(relu.model, grid) },
      ]),
      'The probability of class 1 over the plane, and the points.',
    );
    const figures = (name: string, costs: readonly number[], truth: readonly number[]): Figure[] => [
      exactly(`${name}, cost 1`, costs[0], truth[0]),
      exactly(`${name}, cost 25`, costs[24], truth[24]),
      exactly(
        `${name}, costs that differ in 4 decimals`,
        truth.filter((value, i) => value.toFixed(4) !== costs[i].toFixed(4)).length,
        0,
        { digits: 0 },
      ),
    ];
    return [
      ...figures('linear', linear.costs, published.linear),
      stated('linear, accuracy', linear.accuracy, { digits: 1, unit: '%' }),
      ...figures('ReLU', relu.costs, published.relu),
      stated('ReLU, accuracy', relu.accuracy, { digits: 1, unit: '%' }),
    ];
  },
};

/** The probability of class 1. */
async function probabilityOf(model: Model, grid: readonly (readonly number[])[]): Promise<readonly number[]> {
  const { values } = await model.predictProbabilities(grid);
  return grid.map((_, i) => values[2 * i + 1]);
}
