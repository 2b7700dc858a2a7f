import { expect, test } from 'vitest';
import { misses, missingData, runQuietly } from './experiment.ts';
import { experiment as reber } from './reber.ts';
import { experiment as sunspots } from './sunspots.ts';

for (const experiment of [reber, sunspots]) {
  test(`${experiment.name} is better than its baseline`, async ({ skip }) => {
    const missing = missingData(experiment);
    if (missing !== undefined) skip(missing);
    expect(misses(await runQuietly(experiment))).toEqual([]);
  }, 120_000);
}
