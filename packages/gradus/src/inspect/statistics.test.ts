import { expect, test } from 'vitest';
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
