import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { watchCores } from './wholeCores.mjs';

test('a look at the cores sees some of one and at most two, and stops waiting when it is told to', async () => {
  const watch = await watchCores();
  try {
    for (let i = 0; i < 5; i++) {
      expect(watch.cores()).toBeGreaterThan(0);
      expect(watch.cores()).toBeLessThanOrEqual(Math.min(2, availableParallelism()) + 1e-9);
    }
    expect(typeof (await watch.untilWhole(0))).toBe('boolean');
  } finally {
    await watch.close();
  }
});
