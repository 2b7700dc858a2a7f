/**
 * Rosenblatt's perceptron on two clouds of points, with its mistakes and Novikoff's bound on them (S. Raschka, STAT 479
 * Deep Learning, spring 2019, lecture 3).
 */
import { MersenneTwister } from 'gradus';
import { novikoffBound, Perceptron } from 'gradus/estimators';
import { readToyData, splitTwice, standardized } from './courseData.ts';
import { atMost, type Experiment, exactly } from './experiment.ts';
import { regionsSvg } from './plots.ts';

export const experiment: Experiment = {
  name: 'perceptron',
  deck: 'STAT 479, L03',
  title: 'Rosenblatt’s perceptron',
  needs: ['rasbt-stat479/perceptron_toydata.txt'],
  minutes: 0.1,
  about:
    'The online rule w ← w + (target − answer)·x from weights of 0, 70 rows in the order of RandomState(123).shuffle, 5 epochs, features standardised. Novikoff’s bound (R/γ)² is taken for the plane of the widest margin, bias included. The notebook’s mistakes stop after the first epoch: nothing changes any more.',
  async run({ data, plot }) {
    const order = new MersenneTwister(123).permutation(100);
    const { train, test } = standardized(splitTwice(readToyData(data), order, 70), 0);
    const perceptron = new Perceptron({ shuffle: false, epochs: 5 }).fit(train.x, train.y);
    const { weights, biases, mistakes } = perceptron;
    const { bound } = novikoffBound(train.x, train.y);
    plot(
      'regions',
      await regionsSvg('What the perceptron answers', train, [
        {
          heading: 'training rows',
          // The sign decides; ±½ about it shows as a slope.
          predict: async (grid) => Array.from(perceptron.decisionFunction(grid), (sum) => clamp(0.5 + sum)),
        },
      ]),
      'The line w·x + b = 0 and the 70 training rows.',
    );
    return [
      exactly('w₁', weights[0], 1.27340847, { digits: 8 }),
      exactly('w₂', weights[1], 1.34642288, { digits: 8 }),
      exactly('b', biases[0], -1, { digits: 0 }),
      exactly('test accuracy', 100 * perceptron.score(test.x, test.y), 93.33, { digits: 2, unit: '%' }),
      ...[3, 0, 0, 0, 0].map((published, epoch) =>
        exactly(`mistakes in epoch ${epoch + 1}`, mistakes[epoch] ?? 0, published, { digits: 0 }),
      ),
      atMost(
        'mistakes in all; the bound is (R/γ)²',
        mistakes.reduce((a, b) => a + b, 0),
        Number(bound.toFixed(1)),
        {
          digits: 0,
        },
      ),
    ];
  },
};

const clamp = (value: number): number => Math.min(1, Math.max(0, value));
