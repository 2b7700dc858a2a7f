import { expect, test } from 'vitest';
import { misses, missingData, runQuietly } from './experiment.ts';
import { experiment } from './series.ts';

test('a network forecasts better than the naive way, and AR as NumPy does', async ({ skip }) => {
  const missing = missingData(experiment);
  if (missing !== undefined) skip(missing);
  const figures = await runQuietly(experiment);
  expect(misses(figures)).toEqual([]);
  // The normal equations by numpy.linalg.solve on the same rows.
  const ofAR = figures.filter(({ name }) => name.endsWith('AR: next value'));
  expect(ofAR.map(({ ours }) => ours.toFixed(5))).toEqual(['18.28828', '16.59349', '2.22795']);
});
