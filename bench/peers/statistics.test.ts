import { expect, test } from 'vitest';
import { ratios, spread } from './statistics.mjs';

test('quartiles lie between the values as NumPy puts them', () => {
  // numpy.quantile([7, 1, 3, 2], [.25, .5, .75])
  expect(spread([7, 1, 3, 2])).toEqual({ median: 2.5, quartiles: [1.75, 4], count: 4 });
  expect(spread([5])).toEqual({ median: 5, quartiles: [5, 5], count: 1 });
});

test('what was not measured is left out', () => {
  expect(spread([Number.NaN, 4])).toMatchObject({ median: 4, count: 1 });
  expect(spread([])).toBeUndefined();
});

test('a ratio is taken within its round', () => {
  expect(ratios([10, 300, Number.NaN], [5, 100, 1])).toEqual({
    median: 2.5,
    quartiles: [2.25, 2.75],
    count: 2,
  });
});
