import { ArgumentError, DataError } from '../util/errors.ts';
import type { RandomStream } from '../util/random.ts';

/** Positions of the rows of each part, in increasing order. */
export interface RowSplit {
  /** Rows to learn from. */
  readonly train: Int32Array;
  /** Rows to choose by: when to stop, which settings. */
  readonly validation: Int32Array;
  /** Rows for the final score, looked at once. */
  readonly test: Int32Array;
}

/** What to split, and how. */
export interface SplitOptions {
  /** Number of rows. */
  readonly rows: number;
  /** Shares of training, validation and test rows, summing to 1; default 0.7, 0.15, 0.15. A share may be 0. */
  readonly fractions?: readonly [number, number, number];
  /** Class of each row: with it the split is stratified; without it, a plain shuffle. */
  readonly labels?: ArrayLike<number>;
  /** Random numbers; `createStream(seed, 'split')`. */
  readonly stream: RandomStream;
}

/**
 * Split rows at random into training, validation and test rows.
 *
 * Each part gets its share of the rows, rounded by largest remainders. With labels, each part also gets its
 * share of every class, to less than two rows, and every class has a training row (so a class of one row is in
 * training only), as long as training has room for one of each.
 *
 * @param options - rows, fractions, labels and random stream
 * @returns the positions of the rows of each part
 * @throws ArgumentError for fractions that are negative or do not sum to 1
 * @throws DataError where the rows are too few to give every part one
 *
 * @example
 * import { createStream } from 'gradus';
 * import { splitRows } from 'gradus/select';
 * const { train, validation, test } = splitRows({ rows: 20, stream: createStream(0, 'split') });
 * [train.length, validation.length, test.length]; // [14, 3, 3]
 */
export function splitRows(options: SplitOptions): RowSplit {
  const { rows, fractions = [0.7, 0.15, 0.15], labels, stream } = options;
  checkFractions(fractions, rows, labels);
  const sizes = partSizes(rows, fractions);
  const order = stream.permutation(rows);
  const parts = labels === undefined ? dealInOrder(order, sizes) : dealByClass(order, labels, sizes);
  const [train, validation, test] = parts.map((part) => Int32Array.from(part).sort());
  return { train, validation, test };
}

function checkFractions(
  fractions: readonly number[],
  rows: number,
  labels: ArrayLike<number> | undefined,
): void {
  const sum = fractions.reduce((a, b) => a + b, 0);
  const valid =
    fractions.length === 3 && fractions.every((f) => f >= 0 && f <= 1) && Math.abs(sum - 1) < 1e-9;
  if (!valid || fractions[0] === 0) {
    throw new ArgumentError({
      received: `the split ${fractions.join('/')}`,
      expected: 'three shares (training, validation, test) that sum to 1, the first above 0',
    });
  }
  if (!Number.isInteger(rows) || rows < 0 || (labels !== undefined && labels.length !== rows)) {
    throw new ArgumentError({
      received: `${rows} rows${labels === undefined ? '' : ` and ${labels.length} labels`}`,
      expected: 'a whole number of rows, and a label for each',
    });
  }
  const least = fractions.filter((fraction) => fraction > 0).length;
  if (rows < least) {
    throw new DataError({
      received: `${rows} rows to split in ${least} parts`,
      expected: 'at least one row a part',
      remedy: 'Add rows.',
    });
  }
}

/** Whole sizes by largest remainders, at least 1 where the share is above 0. */
function partSizes(rows: number, fractions: readonly number[]): number[] {
  const sizes = fractions.map((fraction) => Math.floor(rows * fraction + 1e-9));
  const byRemainder = [0, 1, 2].sort(
    (a, b) => rows * fractions[b] - sizes[b] - (rows * fractions[a] - sizes[a]) || a - b,
  );
  let left = rows - sizes[0] - sizes[1] - sizes[2];
  for (const part of byRemainder)
    if (left > 0 && fractions[part] > 0) [sizes[part], left] = [sizes[part] + 1, left - 1];
  for (const part of [0, 1, 2]) {
    if (fractions[part] === 0 || sizes[part] > 0) continue;
    const largest = sizes.indexOf(Math.max(...sizes));
    sizes[largest]--;
    sizes[part]++;
  }
  return sizes;
}

function dealInOrder(order: Int32Array, sizes: readonly number[]): number[][] {
  const second = sizes[0] + sizes[1];
  return [
    [...order.subarray(0, sizes[0])],
    [...order.subarray(sizes[0], second)],
    [...order.subarray(second)],
  ];
}

/**
 * Lay the rows class by class, shuffled within each, and deal them to the parts in a sequence in which every
 * part is at all times less than one row from its due: any stretch of it, so any class, is then less than
 * two rows from its due.
 */
function dealByClass(order: Int32Array, labels: ArrayLike<number>, sizes: readonly number[]): number[][] {
  const classes = new Map<number, number[]>();
  for (const row of order) {
    const members = classes.get(labels[row]);
    if (members === undefined) classes.set(labels[row], [row]);
    else members.push(row);
  }
  const parts: number[][] = [[], [], []];
  let total = 0;
  for (const members of classes.values()) {
    for (const row of members) {
      total++;
      const due = sizes.map((size, part) => (size * total) / order.length - parts[part].length);
      const open = [0, 1, 2].filter((part) => parts[part].length < sizes[part]);
      const next = open.reduce((best, part) => (due[part] > due[best] ? part : best));
      parts[next].push(row);
    }
  }
  bringToTraining(parts, classes, labels);
  return parts;
}

/** Exchange rows until every class has a training row, as far as training has two of another class. */
function bringToTraining(
  parts: readonly number[][],
  classes: ReadonlyMap<number, readonly number[]>,
  labels: ArrayLike<number>,
): void {
  const counts = new Map<number, number>();
  for (const row of parts[0]) counts.set(labels[row], (counts.get(labels[row]) ?? 0) + 1);
  for (const [label, members] of classes) {
    if (counts.has(label)) continue;
    const [largest, most] = [...counts].reduce((a, b) => (b[1] > a[1] ? b : a));
    if (most < 2) return;
    const part = parts[1].includes(members[0]) ? parts[1] : parts[2];
    const given = parts[0].findIndex((row) => labels[row] === largest);
    const at = part.indexOf(members[0]);
    [parts[0][given], part[at]] = [part[at], parts[0][given]];
    counts.set(largest, most - 1);
    counts.set(label, 1);
  }
}
