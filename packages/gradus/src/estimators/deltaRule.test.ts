import { expect, test } from 'vitest';
import { corners, distance, fixtures } from '../testing/linearModels.ts';
import { Adaline } from './adaline.ts';
import { LinearRegression } from './linearRegression.ts';
import { LogisticRegression } from './logisticRegression.ts';

test.each(fixtures.descent)(
  'the delta rule goes PyTorch’s way to 1e-10: $neuron, batches of $options.batchSize',
  ({ neuron, features, labels, options, weights, biases, costs }) => {
    const { penalizeBias, reduction, ...others } = options;
    const model =
      neuron === 'identity'
        ? new Adaline({ ...others, shuffle: false })
        : new LogisticRegression({ ...options, shuffle: false, solver: 'gradientDescent' });
    model.fit(features, labels);
    expect(distance(model.weights, weights)).toBeLessThan(1e-10);
    expect(distance(model.biases, biases)).toBeLessThan(1e-10);
    expect(distance(model.costs, costs)).toBeLessThan(1e-10);
    if (neuron !== 'identity') return;
    const regression = new LinearRegression({ ...others, shuffle: false, solver: 'gradientDescent' });
    regression.fit(
      features,
      labels.map((label) => 2 * label - 1),
    );
    expect([...regression.weights, regression.bias]).toEqual([...model.weights, ...model.biases]);
  },
);

test('a given order replaces the shuffling; a seed fixes it', () => {
  const labels = [0, 1, 1, 1];
  const options = { learningRate: 0.1, epochs: 3, batchSize: 1 };
  const fitted = (more: object): number[] => [
    ...new Adaline({ ...options, ...more }).fit(corners, labels).weights,
  ];
  expect(fitted({ order: () => [0, 1, 2, 3] })).toEqual(fitted({ shuffle: false }));
  expect(fitted({ order: () => [3, 2, 1, 0] })).not.toEqual(fitted({ shuffle: false }));
  expect(fitted({ seed: 5 })).toEqual(fitted({ seed: 5 }));
  expect(fitted({ seed: 5 })).not.toEqual(fitted({ seed: 6 }));
  expect(() => fitted({ order: () => [0, 1, 2] })).toThrow('4 row indices from 0 to 3');
  expect(() => fitted({ order: () => [0, 1, 2, 4] })).toThrow('4 row indices from 0 to 3');
});
