import { expect, test } from 'vitest';
import { corners } from '../testing/linearModels.ts';
import { Adaline } from './adaline.ts';
import { LinearRegression } from './linearRegression.ts';
import { LogisticRegression } from './logisticRegression.ts';
import { Perceptron } from './perceptron.ts';

test('predictions are labels of the kind that was given', () => {
  expect(new Perceptron().fit(corners, ['no', 'yes', 'yes', 'yes']).predict([[1, 0]])).toEqual(['yes']);
  expect(new Adaline({ solver: 'analytical' }).fit(corners, [7, 9, 9, 9]).predict(corners)).toEqual([
    7, 9, 9, 9,
  ]);
  expect(new LogisticRegression().fit(corners, [false, true, true, true]).predict([[1, 1]])).toEqual([true]);
  expect(new LogisticRegression().fit(corners, [1, 2, 3, 3]).predictProbabilities([])).toHaveLength(0);
});

test('data that cannot be learned from is refused, with what to do', () => {
  expect(() => new Perceptron().fit([[1]], ['a'])).toThrow("every label is 'a'");
  expect(() => new Adaline().fit([[1], [2]], [1, 1])).toThrow('two classes or more');
  expect(() => new Perceptron().fit([[1], [2]], [1])).toThrow('1 labels as y for 2 rows of x');
  expect(() => new Perceptron().fit([[1], [Number.NaN]], [1, 0])).toThrow('NaN in row 2');
  expect(() => new Perceptron().fit([[1], [2]], [1, Number.NaN])).toThrow('the label NaN in row 2');
  expect(() => new Perceptron().fit([], [])).toThrow('without rows');
  expect(() => new LinearRegression().fit([[1], [2]], [1, Number.POSITIVE_INFINITY])).toThrow(
    'Infinity in row 2',
  );
  expect(() => new Perceptron().predict([[1]])).toThrow('Call fit(x, y) first');
  expect(() => new LinearRegression().predict([[1]])).toThrow('Call fit(x, y) first');
  expect(() => new Perceptron().fit(corners, [0, 1, 1, 1]).predict([[1]])).toThrow('2, as in training');
  expect(() => new Perceptron({ epochs: 0 })).toThrow('epochs is 0');
  expect(() => new Adaline({ targets: [1, 0] })).toThrow('the smaller one first');
  expect(() => new LogisticRegression({ solver: 'newton' as 'lbfgs' })).toThrow('lbfgs, gradientDescent');
  expect(() => new Adaline({ learningRate: 1e9, epochs: 100 }).fit(corners, [0, 1, 1, 1])).toThrow(
    'Lower the learning rate',
  );
});
