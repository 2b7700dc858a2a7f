import { expect, test } from 'vitest';
import { createStream } from '../util/random.ts';
import { Adaline } from './adaline.ts';

test('the analytical Adaline has no gradient left, one class against the rest', () => {
  const stream = createStream(9, 'data');
  const labels = Array.from({ length: 45 }, (_, row) => row % 3);
  const features = labels.map((label) => [stream.normal() + label, stream.normal(), 5]);
  const collinear = new Adaline({ solver: 'analytical' });
  expect(() => collinear.fit(features, labels)).toThrow('Raise the penalty');
  const penalty = 0.1;
  const model = new Adaline({ solver: 'analytical', penalty, targets: [0, 1] }).fit(features, labels);
  const sums = model.decisionFunction(features);
  for (let unit = 0; unit < 3; unit++) {
    const errors = labels.map((label, row) => sums[row * 3 + unit] - (label === unit ? 1 : 0));
    expect(Math.abs(errors.reduce((sum, error) => sum + error, 0))).toBeLessThan(1e-10);
    for (let i = 0; i < 3; i++) {
      const slope = errors.reduce((sum, error, row) => sum + (2 / 45) * error * features[row][i], 0);
      expect(Math.abs(slope + penalty * model.weights[unit * 3 + i])).toBeLessThan(1e-10);
    }
  }
});
