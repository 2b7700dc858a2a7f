import { expect, test } from 'vitest';
import { elementTile, tileForThreads } from './tiles.ts';

test('tiles cover every extent, stay below those of one thread, and come in equal shares where work is enough', () => {
  for (const size of [1, 15, 16, 17, 3344, 7536, 20480, 20481, 79536, 101776, 670000]) {
    for (const cost of [1, 16, 1000]) {
      for (const threads of [1, 2, 3, 4, 8]) {
        const alone = elementTile(size);
        const tile = tileForThreads(size, alone, cost, 16, threads);
        const tiles = Math.ceil(size / tile);
        expect(tile).toBeGreaterThan(0);
        expect(tile).toBeLessThanOrEqual(Math.ceil(alone / 16) * 16);
        if (threads === 1) expect(tile).toBe(alone);
        // Rounding to vectors may cost the last tile.
        if (tiles > 2 * threads) expect((threads - (tiles % threads)) % threads).toBeLessThanOrEqual(1);
      }
    }
  }
});
