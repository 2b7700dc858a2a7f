import { expect, test } from 'vitest';
import { formatDuration } from './duration.ts';
import { formatCell, formatCount, formatNumber, formatPercent, formatQuantity } from './number.ts';

test.each([
  [0, '0'],
  [-0, '0'],
  [1, '1'],
  [0.123456, '0.1235'],
  [-0.5, '-0.5'],
  [12.3456, '12.35'],
  [999.96, '1,000'],
  [1234.5678, '1,235'],
  [1234567, '1,234,567'],
  [-9876543.2, '-9,876,543'],
  [0.001, '0.001'],
  [0.00012, '0.00012'],
  [0.0000001234567, '1.235e-7'],
  [1e21, '1e21'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, 'Infinity'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
  [null, '–'],
])('formatNumber(%s) is %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test.each([
  [0, '0%'],
  [1, '100%'],
  [0.98077, '98.1%'],
  [0.5, '50%'],
  [0.9998, '99.98%'],
  [0.00004, '0.004%'],
  [-0.031, '-3.1%'],
  [1e-12, '<0.00001%'],
  [1 - 1e-12, '>99.99999%'],
])('formatPercent(%s) is %s and never claims all or nothing falsely', (share, text) => {
  expect(formatPercent(share)).toBe(text);
});

test('cells keep their digits, and years are not grouped', () => {
  const cells = [1958, -1958.25, 12345, 344000.5, 0.123456789, 2.25, 9999.999];
  expect(cells.map(formatCell)).toEqual([
    ...['1958', '-1958.25', '12,345', '344,001', '0.123457', '2.25', '10000'],
  ]);
});

test('counts are grouped and agree with their nouns', () => {
  expect(formatCount(1234567)).toBe('1,234,567');
  expect(formatCount(-12)).toBe('-12');
  expect(formatQuantity(1, 'row')).toBe('1 row');
  expect(formatQuantity(0, 'row')).toBe('0 rows');
  expect(formatQuantity(2000, 'mistake')).toBe('2,000 mistakes');
});

test.each([
  [0, '0 ms'],
  [0.0351, '35 ms'],
  [0.0999, '0.1 s'],
  [4.23, '4.2 s'],
  [9.96, '10 s'],
  [59.7, '1 min'],
  [200, '3 min 20 s'],
  [3599.8, '1 h'],
  [7500, '2 h 5 min'],
  [Number.NaN, '–'],
])('formatDuration(%s) is %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
