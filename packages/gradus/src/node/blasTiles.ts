import type { ExternalTiles } from '../runtime/wasm/machine/assembler.ts';

/** Multiply-adds from which a call out of WebAssembly, about 0.2 µs, is worth its while. */
const LEAST_WORK = 4096;

/** Terms of a sum below which a product writes more than it computes, and packing does not pay. */
const LEAST_DEPTH = 16;

/** Multiply-adds up to which OpenBLAS does not pack its operands, where it has kernels for small products. */
const SMALL_WORK = 1_000_000;

/** Multiply-adds of a tile at most: some milliseconds, so that other work of the program has its turn. */
const MOST_WORK = 500_000_000;

/** Result columns or rows up to which packing costs more than it brings. */
const NARROW = 32;

/** How many tiles a product is cut into: few enough that packing, which each tile does for itself, costs 5 % at most. */
function countOf(m: number, n: number, work: number): number {
  if (work <= 4 * SMALL_WORK || Math.min(m, n) <= NARROW) return Math.ceil(work / SMALL_WORK);
  if (work < 32 * SMALL_WORK) return 2;
  if (work < 1000 * SMALL_WORK) return 4;
  return Math.max(8, Math.ceil(work / MOST_WORK));
}

/** Cut a side into so many equal parts, each a multiple of what the libraries' kernels take at a time but the last. */
const part = (side: number, count: number, multiple: number): number =>
  Math.min(side, Math.ceil(side / count / multiple) * multiple);

/** How much longer the longest part takes than equal ones would. */
const unevenness = (side: number, tile: number): number => (tile * Math.ceil(side / tile)) / side;

/**
 * Choose the products that a BLAS computes faster than the kernels do, a single row not among them: memory bounds that.
 * Cut the longer side of the result into tiles; the other one where that gives more equal parts. Tiles depend on the shape
 * alone, so that any number of threads gives the same bits.
 */
export const blasTiles: ExternalTiles = (m, n, k) => {
  const work = m * n * k;
  if (m === 1 || work < LEAST_WORK || k < LEAST_DEPTH) return undefined;
  const count = countOf(m, n, work);
  const [tileM, tileN] = [part(m, count, 4), part(n, count, 16)];
  const [down, across] = [unevenness(m, tileM), unevenness(n, tileN)];
  const longerIsRows = m > n;
  const isUneven = Math.max(longerIsRows ? down : across, 1.1) > Math.max(longerIsRows ? across : down, 1.1);
  const cutsRows = longerIsRows !== (isUneven && Math.min(m, n) > NARROW);
  return cutsRows ? [tileM, n] : [m, tileN];
};
