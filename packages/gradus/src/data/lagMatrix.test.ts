import { expect, test } from 'vitest';
import { lagMatrix } from './lagMatrix.ts';

const series = [10, 11, 12, 13, 14, 15];

test('the last values predict the next one', () => {
  const { x, y, first } = lagMatrix(series, { lags: 2 });
  expect(x.width).toBe(2);
  expect([...x.values]).toEqual([11, 10, 12, 11, 13, 12, 14, 13]);
  expect([...y]).toEqual([12, 13, 14, 15]);
  expect(first).toBe(2);
});

test('with a horizon the target lies further behind the last known value', () => {
  const { x, y, first } = lagMatrix(series, { lags: [1, 2], horizon: 3 });
  expect([...x.values]).toEqual([11, 10, 12, 11]);
  expect([...y]).toEqual([14, 15]);
  expect(first).toBe(4);
});

test('every row of random lags and horizons is what the formula says', () => {
  for (let horizon = 1; horizon < 4; horizon++) {
    for (const lags of [[1], [3, 1], [2, 5, 4]]) {
      const long = Float32Array.from({ length: 20 }, (_, i) => i * i);
      const { x, y, first } = lagMatrix(long, { lags, horizon });
      expect(y).toHaveLength(20 - first);
      y.forEach((target, row) => {
        const k = first + row;
        expect(target).toBe(long[k]);
        lags.forEach((lag, i) => {
          expect(x.values[row * lags.length + i]).toBe(long[k - horizon + 1 - lag]);
        });
      });
    }
  }
});

test('a series of one row is enough, a shorter one is refused', () => {
  expect(lagMatrix([1, 2], { lags: 1 }).y).toHaveLength(1);
  expect(() => lagMatrix([1], { lags: 1 })).toThrow('at least 2');
  expect(() => lagMatrix([], { lags: 1 })).toThrow('a series of 0 values');
});

test('what is no lag and no number is refused', () => {
  expect(() => lagMatrix(series, { lags: 0 })).toThrow('lags is 0');
  expect(() => lagMatrix(series, { lags: [] })).toThrow('lags []');
  expect(() => lagMatrix(series, { lags: [1, 1] })).toThrow('different whole numbers');
  expect(() => lagMatrix(series, { lags: [0.5] })).toThrow('different whole numbers');
  expect(() => lagMatrix(series, { lags: 1, horizon: 0 })).toThrow('horizon is 0');
  expect(() => lagMatrix([1, Number.NaN, 2], { lags: 1 })).toThrow('NaN at index 1');
  expect(() => lagMatrix(series, { lag: 1 } as never)).toThrow("Did you mean 'lags'");
});
