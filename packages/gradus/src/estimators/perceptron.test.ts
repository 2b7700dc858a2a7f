import { expect, test } from 'vitest';
import { corners, distance, fixtures } from '../testing/linearModels.ts';
import { createStream } from '../util/random.ts';
import { novikoffBound } from './novikoff.ts';
import { Perceptron } from './perceptron.ts';

test.each(fixtures.perceptron)(
  'a perceptron has scikit-learn’s weights to 1e-12 (case %#)',
  ({ features, labels, epochs, weights, bias }) => {
    const perceptron = new Perceptron({ shuffle: false, epochs }).fit(features, labels);
    expect(distance([...perceptron.weights, ...perceptron.biases], [...weights, bias])).toBeLessThan(1e-12);
  },
);

test('a perceptron never comes to rest on XOR, for which there is no bound', () => {
  const perceptron = new Perceptron({ epochs: 200 }).fit(corners, [0, 1, 1, 0]);
  expect(perceptron.mistakes).toHaveLength(200);
  expect(Math.min(...perceptron.mistakes)).toBeGreaterThan(0);
  expect(() => novikoffBound(corners, [0, 1, 1, 0])).toThrow('classes that no plane separates');
});

test('each unit of several classes is the perceptron of its class against the rest', () => {
  const stream = createStream(4, 'data');
  const labels = Array.from({ length: 60 }, (_, row) => 'abc'[row % 3]);
  const features = labels.map((_, row) => [stream.normal() + (row % 3) * 4, stream.normal() - (row % 3) * 2]);
  const all = new Perceptron({ epochs: 20, shuffle: false }).fit(features, labels);
  ['a', 'b', 'c'].forEach((label, unit) => {
    const one = new Perceptron({ epochs: 20, shuffle: false }).fit(
      features,
      labels.map((own) => own === label),
    );
    expect(all.weights.slice(unit * 2, unit * 2 + 2)).toEqual(one.weights);
    expect(all.biases[unit]).toBe(one.biases[0]);
  });
  expect(all.classes).toEqual(['a', 'b', 'c']);
  expect(all.decisionFunction(features)).toHaveLength(180);
});
