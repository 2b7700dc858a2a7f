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

/** Multiply-adds of a long tile: about 20 microseconds. */
const LONG = 2 ** 20;

/** The tile of a matrix product for one thread: it packs its part of B, 128 columns at a time, so it has many rows. */
function tileForOne(m: number, n: number, k: number): [number, number] {
  // One row is summed 32 columns at a time and packs nothing; sums of up to 3 products run along the rows of C.
  const multiple = m === 1 ? 32 : 16;
  let tileM = parts(m, k < 4 ? 128 : 512, 16);
  let tileN = parts(n, m < 16 || k < 4 ? 768 : 128, multiple);
  while (tileM * tileN * k > LARGEST) {
    if (tileM > 16 && (tileM >= tileN || tileN <= multiple)) tileM = parts(m, Math.ceil(tileM / 2), 16);
    else if (tileN > multiple) tileN = parts(n, Math.ceil(tileN / 2), multiple);
    else break;
  }
  return [tileM, tileN];
}

/** Elements of C that the busiest of some threads computes, when each takes the next tile as soon as it is free. */
function busiest(m: number, n: number, tileM: number, tileN: number, threads: number): number {
  const loads = new Array<number>(threads).fill(0);
  for (let i = 0; i < m; i += tileM) {
    for (let j = 0; j < n; j += tileN) {
      const least = loads.indexOf(Math.min(...loads));
      loads[least] += Math.min(tileM, m - i) * Math.min(tileN, n - j);
    }
  }
  return Math.max(...loads);
}

/**
 * Choose the tile of a matrix product: for one thread a large one; for several the one that keeps all of them busy to
 * the end, none below the grain. What tiles cost is packing, which each does for itself: that of B as much as a row or
 * so, that of A half as much.
 */
export const matmulTiles = (m: number, n: number, k = 1, threads = 1): readonly [number, number] => {
  const one = tileForOne(m, n, k);
  const most = Math.min(4 * threads, Math.floor((m * n * k) / GRAIN));
  const down = Math.ceil(m / one[0]);
  const across = Math.ceil(n / one[1]);
  if (threads === 1 || down * across >= most) return one;
  const unit = m === 1 ? 32 : 8;
  // Where tiles are long, a second one for each thread makes good what the system takes from one of them.
  const fewest = Math.min(2 * threads, Math.floor((m * n * k) / LONG));
  let best = one;
  let least = Number.POSITIVE_INFINITY;
  for (let rows = down; rows <= most; rows++) {
    for (let columns = across; rows * columns <= most; columns++) {
      const tileM = parts(m, Math.ceil(m / rows), 4);
      const tileN = parts(n, Math.ceil(n / columns), unit);
      if (rows * columns < fewest) continue;
      const cost = busiest(m, n, tileM, tileN, threads) * (1 + 1.2 / tileM + 0.6 / tileN);
      if (cost < least) {
        best = [tileM, tileN];
        least = cost;
      }
    }
  }
  return best;
};
