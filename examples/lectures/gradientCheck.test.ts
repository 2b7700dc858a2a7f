import { expect, test } from 'vitest';
import { misses, runQuietly } from './experiment.ts';
import { experiment } from './gradientCheck.ts';

test('gradientCheck gives its figures', async () => {
  expect(misses(await runQuietly(experiment))).toEqual([]);
});
