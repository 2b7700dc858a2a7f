import { expect, test } from 'vitest';
import { createStream } from '../util/random.ts';
import { accuracyInterval, bootstrapInterval } from './intervals.ts';

test('the ends of the interval solve the score equation |p − q| = z √(q(1 − q)/n)', () => {
  for (const [correct, total] of [
    [50, 52],
    [1, 3],
    [0, 10],
    [10, 10],
    [947, 1000],
  ]) {
    for (const [confidence, z] of [
      [0.95, 1.959963984540054],
      [0.9, 1.6448536269514722],
      [0.99, 2.5758293035489004],
    ]) {
      const { lower, upper } = accuracyInterval(correct, total, { confidence });
      for (const end of [lower, upper]) {
        const distance = Math.abs(end - correct / total);
        expect(Math.abs(distance - z * Math.sqrt((end * (1 - end)) / total))).toBeLessThan(1e-9);
      }
      expect(lower).toBeGreaterThanOrEqual(0);
      expect(upper).toBeLessThanOrEqual(1);
    }
  }
});

test('81 of 263 gives 0.2553 to 0.3662 (Newcombe 1998, table I, method 3)', () => {
  const { lower, upper } = accuracyInterval(81, 263);
  expect([lower.toFixed(4), upper.toFixed(4)]).toEqual(['0.2553', '0.3662']);
});

test('the bootstrap of a mean comes near its normal interval, and the same seed gives the same', () => {
  const stream = createStream(3, 'bootstrap');
  const values = Array.from({ length: 400 }, () => stream.normal());
  const mean = (rows: ArrayLike<number>) =>
    Array.from(rows).reduce((sum, row) => sum + values[row], 0) / rows.length;
  const run = () => bootstrapInterval({ rows: 400, score: mean, stream: createStream(1, 'bootstrap') });
  const center = mean(values.map((_, row) => row));
  const { lower, upper } = run();
  expect(run()).toEqual({ lower, upper, confidence: 0.95 });
  // 1.96/√400 = 0.098; the standard error of a percentile of 1000 resamples is about 0.004 here.
  expect(Math.abs(lower - (center - 0.098))).toBeLessThan(0.025);
  expect(Math.abs(upper - (center + 0.098))).toBeLessThan(0.025);
});

test('samples without a finite score are left out', () => {
  const score = (rows: Int32Array) => (rows[0] === 0 ? Number.NaN : 1);
  const { lower, upper } = bootstrapInterval({ rows: 2, score, stream: createStream(0, 'bootstrap') });
  expect([lower, upper]).toEqual([1, 1]);
  const never = { rows: 2, score: () => Number.NaN, stream: createStream(0, 'bootstrap') };
  expect(() => bootstrapInterval(never)).toThrow('finite for no sample');
});

test('counts that do not fit are refused', () => {
  expect(() => accuracyInterval(1, 0)).toThrow('1 correct of 0 rows');
  expect(() => accuracyInterval(1, 2, { confidence: 1 })).toThrow('the confidence 1');
  const empty = { rows: 0, score: () => 1, stream: createStream(0, 'bootstrap') };
  expect(() => bootstrapInterval(empty)).toThrow('at least one row');
});
