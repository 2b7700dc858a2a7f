import { expect, test } from 'vitest';
import { argMax, logSumExp, softmaxInPlace } from './softmax.ts';

test('a part of an array becomes eˣ / Σ eˣ, and log Σ eˣ is returned, to 1e-15', () => {
  const values = Float64Array.of(7, 1, 2, 3, 7);
  const total = Math.exp(1) + Math.exp(2) + Math.exp(3);
  expect(Math.abs(logSumExp(values, 1, 3) - Math.log(total))).toBeLessThan(1e-15);
  expect(Math.abs(softmaxInPlace(values, 1, 3) - Math.log(total))).toBeLessThan(1e-15);
  for (const i of [1, 2, 3]) expect(Math.abs(values[i] - Math.exp(i) / total)).toBeLessThan(1e-15);
  expect([values[0], values[4]]).toEqual([7, 7]);
});

test('large values do not overflow, and NaN stays visible', () => {
  const values = Float64Array.of(1000, 1000);
  expect(softmaxInPlace(values)).toBe(1000 + Math.log(2));
  expect([...values]).toEqual([0.5, 0.5]);
  expect(softmaxInPlace(Float64Array.of(Number.NaN, 0))).toBeNaN();
  expect(logSumExp([-Infinity, -Infinity], 0, 2)).toBe(-Infinity);
});

test('arg max is the first of equals, counted from the start', () => {
  expect(argMax([9, 1, 3, 3], 1, 3)).toBe(1);
  expect(argMax([5], 0, 1)).toBe(0);
});
