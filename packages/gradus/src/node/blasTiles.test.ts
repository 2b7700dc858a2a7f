import { expect, test } from 'vitest';
import { blasTiles } from './blasTiles.ts';

test('products of fewer than 4096 multiply-adds stay in WebAssembly', () => {
  expect(blasTiles(15, 16, 17)).toBeUndefined();
  expect(blasTiles(32, 8, 2)).toBeUndefined();
  expect(blasTiles(0, 100, 100)).toBeUndefined();
  expect(blasTiles(16, 16, 16)).toEqual([16, 16]);
  expect(blasTiles(2, 10, 512)).toEqual([2, 10]);
});

test('a single row stays there too: memory bounds it, which the kernels read in order', () => {
  expect(blasTiles(1, 10, 512)).toBeUndefined();
  expect(blasTiles(1, 4096, 4096)).toBeUndefined();
  expect(blasTiles(10000, 1, 784)).toBeDefined();
});

test.each([
  [100, 100, 100, 1, 1],
  [100, 100, 784, 2, 1],
  [784, 100, 100, 2, 1],
  [128, 512, 784, 1, 4],
  [800, 800, 256, 1, 4],
  [2048, 2048, 2048, 1, 16],
  [1024, 1024, 1024, 1, 8],
  [60000, 512, 784, 49, 1],
  [1024, 10, 512, 6, 1],
  [10, 1024, 512, 1, 6],
  [10000, 1, 784, 8, 1],
])(
  '%i×%i×%i has %i × %i tiles, the longer side cut, or the one that cuts evenly',
  (m, n, k, down, across) => {
    const [tileM, tileN] = blasTiles(m, n, k)!;
    expect([Math.ceil(m / tileM), Math.ceil(n / tileN)]).toEqual([down, across]);
  },
);

test('tiles cover a product of any shape, none larger than it', () => {
  const sizes = [1, 3, 16, 33, 100, 257, 1000, 60000];
  for (const m of sizes) {
    for (const n of sizes) {
      for (const k of [1, 10, 784]) {
        const tiles = blasTiles(m, n, k);
        if (tiles === undefined) continue;
        const [tileM, tileN] = tiles;
        expect(tileM >= 1 && tileM <= m && tileN >= 1 && tileN <= n, `${m}×${n}×${k}`).toBe(true);
        expect(tileM === m || tileN === n, `${m}×${n}×${k}`).toBe(true);
      }
    }
  }
});
