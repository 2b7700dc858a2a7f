/** Scratch memory of a thread: packed, 128 columns of B and 16 rows of A, 256 deep, and what packing writes past them. */
export const SCRATCH_BYTES = 4 * 256 * (128 + 16) + 256;

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

/** Multiply-adds below which an instruction is not worth a fork and a join, about two microseconds: machine.ts has it too. */
export const WORTH_SHARING = 65536;

/** Multiply-adds of a tile that is worth claiming: about a microsecond. */
const GRAIN = 32768;

/**
 * Make a tile smaller where threads would otherwise find too few: two tiles a thread, none below the grain, and as many
 * for each, so that none waits while another does one more.
 *
 * @param size The extent that is cut.
 * @param tile The tile for one thread.
 * @param cost Multiply-adds of a unit of the extent.
 * @param multiple What a tile must be a multiple of.
 */
export const tileForThreads = (
  size: number,
  tile: number,
  cost: number,
  multiple: number,
  threads: number,
): number => {
  const least = Math.ceil(size / tile);
  const wanted = Math.max(least, Math.min(2 * threads, Math.floor((size * cost) / GRAIN)));
  if (threads === 1 || wanted < 2) return tile;
  const rounds = Math.max(Math.ceil(least / threads), Math.floor(wanted / threads));
  const tiles = wanted < threads ? wanted : rounds * threads;
  return Math.ceil(size / tiles / multiple) * multiple;
};

/** Most multiply-adds of a tile: about 3 milliseconds, after which a call can pause. */
const LARGEST = 2 ** 26;

/**
 * Choose the tile of a matrix product. A tile packs its part of B for itself, 128 columns at a time, so it has many
 * rows; it is halved, the longer side first, while it is too much work or threads would find too few: two for each,
 * none below the grain.
 */
export const matmulTiles = (m: number, n: number, k = 1, threads = 1): readonly [number, number] => {
  // One row is summed 24 columns at a time and packs nothing.
  const multiple = m === 1 ? 24 : 16;
  let tileM = parts(m, 512, 16);
  let tileN = parts(n, m < 16 ? 768 : 128, multiple);
  const wanted = threads === 1 ? 1 : Math.min(2 * threads, Math.floor((m * n * k) / GRAIN));
  const tooFew = (): boolean => Math.ceil(m / tileM) * Math.ceil(n / tileN) < wanted;
  while (tooFew() || tileM * tileN * k > LARGEST) {
    if (tileM > 16 && (tileM >= tileN || tileN <= multiple)) tileM = parts(m, Math.ceil(tileM / 2), 16);
    else if (tileN > multiple) tileN = parts(n, Math.ceil(tileN / 2), multiple);
    else break;
  }
  return [tileM, tileN];
};
