import { expect, test } from 'vitest';
import { createStream } from '../util/random.ts';
import { summarize } from './statistics.ts';

test('mean, deviation and quantiles are those of NumPy', () => {
  // np.quantile([3, 0, -1, 0, 8], [0, .05, .25, .5, .75, .95, 1])
  const found = summarize(Float64Array.of(3, 0, -1, 0, 8));
  expect(found.mean).toBe(2);
  expect(found.deviation).toBeCloseTo(3.286335345030997, 15);
  expect(found.rootMeanSquare).toBeCloseTo(Math.sqrt(74 / 5), 15);
  [-1, -0.8, 0, 0, 3, 7, 8].forEach((value, i) => {
    expect(found.quantiles[i]).toBeCloseTo(value, 14);
  });
  expect(found.zeros).toBe(0.4);
});

test('one number is all quantiles; what is not finite is counted and left out', () => {
  expect(summarize(Float32Array.of(2)).quantiles).toEqual([2, 2, 2, 2, 2, 2, 2]);
  expect(summarize(Float64Array.of(Number.NaN, 1, Infinity))).toMatchObject({
    count: 3,
    mean: 1,
    notFinite: 2,
  });
  const none = summarize(Float64Array.of(Number.NaN));
  expect([none.mean, none.quantiles[3], none.notFinite]).toEqual([Number.NaN, Number.NaN, 1]);
  expect(summarize(new Float32Array(0))).toMatchObject({ count: 0, notFinite: 0 });
});

test('of many numbers the ends are exact and the quantiles within a hundredth', () => {
  const stream = createStream(1, 'data');
  const numbers = Float32Array.from({ length: 200_000 }, () => stream.uniform());
  numbers[77_777] = 9;
  numbers[77_778] = -9;
  const { quantiles, mean } = summarize(numbers);
  expect([quantiles[0], quantiles[6]]).toEqual([-9, 9]);
  [0.05, 0.25, 0.5, 0.75, 0.95].forEach((share, i) => {
    expect(Math.abs(quantiles[i + 1] - share)).toBeLessThan(0.01);
  });
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.005);
  // Where every sixteenth number differs from the rest, the sample sees it as often.
  const striped = summarize(Float32Array.from({ length: 480_000 }, (_, i) => (i % 16 === 0 ? -1 : 1)));
  expect(striped.quantiles).toEqual([-1, -1, 1, 1, 1, 1, 1]);
  expect(
    summarize(Float32Array.from({ length: 480_000 }, (_, i) => (i % 16 === 5 ? -1 : 1))).quantiles,
  ).toEqual(striped.quantiles);
});
