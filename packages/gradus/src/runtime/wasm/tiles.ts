/** Scratch memory of a thread: a packed panel of 8 columns and at most 512 rows, and what packing writes past it. */
export const SCRATCH_BYTES = 512 * 8 * 4 + 256;

/** Elements of a tile of an elementwise instruction: a multiple of 16, about ten microseconds of work. */
export const elementTile = (n: number): number => (n <= 20480 ? Math.max(1, n) : 16384);

/** Rows of a tile for rows of `width` elements. */
export const rowTile = (width: number): number => Math.max(1, Math.floor(16384 / Math.max(1, width)));

/** Cut n into equal parts of at most `most`, each a multiple of `multiple` but the last. */
const parts = (n: number, most: number, multiple: number): number => {
  if (n <= most) return Math.max(1, n);
  const count = Math.ceil(n / most);
  return Math.ceil(n / count / multiple) * multiple;
};

/**
 * Choose the tile of a matrix product. A tile packs B for itself, so it should have many rows; 64 columns leave
 * enough tiles for several threads.
 */
export const matmulTiles = (m: number, n: number): readonly [number, number] => {
  if (m * n <= 4096) return [Math.max(1, m), Math.max(1, n)];
  return [parts(m, 144, 12), parts(n, m < 16 ? 256 : 64, 16)];
};
