/**
 * Linear regression by gradient descent, beside the analytical solution (S. Raschka, STAT 479 Deep Learning, spring
 * 2019, lecture 5).
 */
import { LinearRegression } from 'gradus/estimators';
import { readLinearData, splitTwice, standardized } from './courseData.ts';
import { type Experiment, exactly, near, stated } from './experiment.ts';
import { curvesSvg } from './plots.ts';
import { TorchRandom } from './torchRandom.ts';

export const experiment: Experiment = {
  name: 'linearRegression',
  deck: 'STAT 479, L05',
  title: 'Linear regression by gradient descent',
  needs: ['rasbt-stat479/linreg-data.csv'],
  minutes: 0.1,
  about:
    '700 training rows at once, gradient (2/n) Σ error·x, learning rate 0.05, 100 epochs, weights of 0. The notebook computes in float32, whose numbers near 1,500 lie 0.00012 apart: its errors are met as far as they carry.',
  async run({ data, plot }) {
    const order = new TorchRandom(123).permutation(1000);
    const { train, test } = standardized(splitTwice(readLinearData(data), order, 700), 1);
    const descended = new LinearRegression({
      solver: 'gradientDescent',
      learningRate: 0.05,
      epochs: 100,
      shuffle: false,
    }).fit(train.x, train.y);
    const best = new LinearRegression().fit(train.x, train.y);
    plot(
      'cost',
      curvesSvg('Mean squared error after each epoch', [{ name: 'training rows', values: descended.costs }], {
        y: 'mean squared error',
      }),
      'Each step of 0.05 takes a tenth of the way that is left.',
    );
    return [
      near('MSE after epoch 1', descended.costs[0], 1532.6759, 2.5e-4, { digits: 4 }),
      near('MSE after epoch 100', descended.costs[99], 371.61032, 4e-5, { digits: 5 }),
      exactly('w₁', descended.weights[0], 0.3623),
      exactly('b', descended.bias, -0.5464),
      exactly('analytical w₁', best.weights[0], 0.3624),
      exactly('analytical b', best.bias, -0.5464),
      stated('R² of the test rows', best.score(test.x, test.y)),
    ];
  },
};
