import type { ExternalTiles } from '../runtime/wasm/assembler.ts';

/** Multiply-adds from which a call out of WebAssembly, about 0.3 µs, is worth its while. */
const LEAST_WORK = 16384;

/** Multiply-adds of a tile at least, and tiles of a product at most: a tile packs its operands for itself. */
const TILE_WORK = 1_000_000;
const MOST_TILES = 8;

/** Cut n into so many equal parts, each a multiple of 16 but the last. */
const part = (n: number, count: number): number => Math.ceil(n / count / 16) * 16;

/** Choose the products that a BLAS computes faster than the kernels do, and cut the longer side of the result into tiles. */
export const blasTiles: ExternalTiles = (m, n, k) => {
  const work = m * n * k;
  if (work < LEAST_WORK || Math.min(m, n, k) < 4) return undefined;
  const count = Math.max(1, Math.min(MOST_TILES, Math.floor(work / TILE_WORK)));
  return m >= n ? [part(m, count), n] : [m, part(n, count)];
};
