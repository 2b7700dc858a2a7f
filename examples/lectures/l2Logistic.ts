/**
 * Logistic regression with an L2 penalty on weights and bias (S. Raschka, STAT 479 Deep Learning, spring 2019,
 * lecture 10).
 */
import { LogisticRegression } from 'gradus/estimators';
import type { Experiment } from './experiment.ts';
import { descent, figuresOf, probabilityOf, readSplit } from './logistic.ts';
import { curvesSvg, regionsSvg } from './plots.ts';

// biome-ignore format: as the notebook has them
const published = [
  0.055, 0.065, 0.08, 0.094, 0.104, 0.108, 0.11, 0.111, 0.112, 0.112, 0.112, 0.112, 0.112, 0.112, 0.112,
  0.112, 0.112, 0.112, 0.112, 0.112, 0.112, 0.112, 0.112, 0.112, 0.112, 0.112, 0.112, 0.112, 0.112, 0.112,
];

export const experiment: Experiment = {
  name: 'l2Logistic',
  deck: 'STAT 479, L10',
  title: 'Logistic regression with an L2 penalty',
  needs: ['rasbt-stat479/perceptron_toydata.txt'],
  minutes: 0.1,
  about:
    'As in lecture 8, with ½λ(w² + b²), λ = 2, beside the summed cross-entropy. The cost that the notebook prints leaves the penalty out: it rises, as the penalty pulls the weights back.',
  async run({ data, plot }) {
    const { train, test } = readSplit(data);
    const plain = new LogisticRegression(descent).fit(train.x, train.y);
    const penalized = new LogisticRegression({ ...descent, penalty: 2, penalizeBias: true });
    penalized.fit(train.x, train.y);
    const curves = [
      { name: 'λ = 0', values: plain.costs },
      { name: 'λ = 2', values: penalized.costs },
    ];
    plot(
      'cost',
      curvesSvg('Cross-entropy after each epoch, without the penalty', curves, {
        published: [{ name: 'λ = 2', values: published }],
        y: 'cross-entropy',
      }),
      'The penalty keeps the weights small, at the price of the cost.',
    );
    plot(
      'regions',
      await regionsSvg('What logistic regression answers', train, [
        { heading: 'λ = 0', predict: probabilityOf(plain) },
        { heading: 'λ = 2', predict: probabilityOf(penalized) },
      ]),
      'The probability of class 1 over the plane: with the penalty it changes more slowly.',
    );
    return figuresOf(penalized, test, {
      costs: published,
      weights: [1.7546, 1.5997],
      bias: -0.0401,
      accuracy: 96,
    });
  },
};
