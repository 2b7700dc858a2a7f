import { expect, test } from 'vitest';
import { corners, fixtures } from '../testing/linearModels.ts';
import { createStream } from '../util/random.ts';
import { novikoffBound } from './novikoff.ts';
import { Perceptron } from './perceptron.ts';

test.each(fixtures.margin)(
  'the widest margin is that of the quadratic program to 1e-5 (case %#)',
  ({ features, labels, margin, radius }) => {
    const found = novikoffBound(features, labels);
    expect(Math.abs(found.margin / margin - 1)).toBeLessThan(1e-5);
    expect(Math.abs(found.radius / radius - 1)).toBeLessThan(1e-12);
    expect(found.bound).toBe((found.radius * found.radius) / (found.margin * found.margin));
  },
);

test('no perceptron makes more mistakes than Novikoff’s bound, on 200 random separable tables', () => {
  for (let seed = 0; seed < 200; seed++) {
    const stream = createStream(seed, 'data');
    const rows = 2 + stream.integer(40);
    const width = 1 + stream.integer(5);
    const normal = Array.from({ length: width + 1 }, () => stream.normal());
    const features: number[][] = [];
    const labels: boolean[] = [];
    while (features.length < rows) {
      const row = Array.from({ length: width }, () => 3 * stream.normal());
      const sum = row.reduce((total, value, i) => total + value * normal[i], normal[width]);
      if (Math.abs(sum) < 0.2) continue;
      features.push(row);
      labels.push(sum > 0);
    }
    if (new Set(labels).size < 2) continue;
    const perceptron = new Perceptron({ seed, epochs: 100_000 }).fit(features, labels);
    const total = perceptron.mistakes.reduce((sum, mistakes) => sum + mistakes, 0);
    expect(perceptron.mistakes.at(-1)).toBe(0);
    expect(perceptron.score(features, labels)).toBe(1);
    const { bound, margin } = novikoffBound(features, labels);
    expect(total).toBeLessThanOrEqual(bound);
    const separator = [...perceptron.weights, ...perceptron.biases];
    const other = novikoffBound(features, labels, { separator });
    expect(other.margin).toBeLessThanOrEqual(margin * (1 + 1e-6));
    expect(total).toBeLessThanOrEqual(other.bound);
  }
});

test('a plane that does not separate, and more classes than two, are refused', () => {
  expect(() => novikoffBound(corners, [0, 1, 1, 1], { separator: [1, 1, 0] })).toThrow('does not separate');
  expect(() => novikoffBound(corners, [0, 1, 1, 1], { separator: [1, 1] })).toThrow('the bias last');
  expect(() => novikoffBound(corners, [0, 1, 2, 1])).toThrow('3 classes');
});
