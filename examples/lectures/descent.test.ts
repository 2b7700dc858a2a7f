import { expect, test } from 'vitest';
import { experiment } from './descent.ts';
import { misses, runQuietly } from './experiment.ts';

test('descents on the surfaces of deck 001 end in their minima; critical points have their closed forms', async () => {
  expect(misses(await runQuietly(experiment))).toEqual([]);
});
