import { expect, test } from 'vitest';
import { sparkline } from './sparkline.ts';
import { textWidth, truncateText } from './textWidth.ts';

test.each([
  [[], ''],
  [[5], '▁'],
  [[0, 1, 2, 3, 4, 5, 6, 7], '▁▂▃▄▅▆▇█'],
  [[1, Number.NaN, 0], '█×▁'],
  [[2, 2, 2], '▁▁▁'],
])('sparkline of %s is %s', (values, text) => {
  expect(sparkline(values, 10)).toBe(text);
});

test('more values than columns are averaged in buckets', () => {
  expect(sparkline([0, 0, 7, 7], 2)).toBe('▁█');
  expect(
    sparkline(
      Array.from({ length: 1001 }, (_, index) => index),
      8,
    ),
  ).toBe('▁▂▃▄▅▆▇█');
  expect(sparkline([1, 2], 0)).toBe('');
});

test('a given scale clips what lies outside', () => {
  expect(sparkline([-1, 0, 1, 2], 4, { scale: [0, 1], unicode: false })).toBe('__##');
});

test('wide characters take two columns, marks and colours none', () => {
  expect(textWidth('abc')).toBe(3);
  expect(textWidth('日本')).toBe(4);
  expect(textWidth('e\u0301')).toBe(1);
  expect(textWidth('\u001b[36mabc\u001b[0m')).toBe(3);
  expect(truncateText('日本語', 5)).toBe('日本');
  expect(truncateText('\u001b[36mabcdef\u001b[0m', 3)).toBe('\u001b[36mabc\u001b[0m');
});
