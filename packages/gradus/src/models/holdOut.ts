import { ArgumentError, DataError } from '../util/errors.ts';
import type { RandomStream } from '../util/random.ts';

/** Training and validation rows, each in increasing order. */
export interface HeldOut {
  readonly training: Int32Array;
  readonly validation: Int32Array;
}

/**
 * Hold a share of the rows out at random. With labels every class gives its share, to within one row; a class of one
 * row stays in training.
 *
 * The rows are shuffled and laid class by class; then every row is taken at which ⌊k·share⌋ steps up, so that any
 * stretch of the line gives its share to within one row.
 */
export function holdOut(
  rows: number,
  share: number,
  labels: Int32Array | undefined,
  stream: RandomStream,
): HeldOut {
  if (!(share > 0 && share < 1)) {
    throw new ArgumentError({
      received: `a validation share of ${share}`,
      expected: 'a number between 0 and 1, or { x, y }; none at all for no validation',
    });
  }
  const wanted = Math.max(1, Math.round(rows * share));
  if (wanted >= rows) {
    throw new DataError({
      received: `${rows} ${rows === 1 ? 'row' : 'rows'} with a validation share of ${share}`,
      expected: 'at least one row each for training and validation',
    });
  }
  const classes = new Map<number, number[]>();
  for (const row of stream.permutation(rows)) {
    const label = labels?.[row] ?? 0;
    const members = classes.get(label);
    if (members === undefined) classes.set(label, [row]);
    else members.push(row);
  }
  const line = [...classes]
    .filter(([, members]) => labels === undefined || members.length > 1)
    .sort(([a], [b]) => a - b)
    .flatMap(([, members]) => members);
  if (line.length === 0) {
    throw new DataError({
      received: `${rows} rows of as many classes, with a validation share of ${share}`,
      expected: 'a class of at least two rows',
      remedy: 'Give validation rows of their own as { x, y }, or more rows',
    });
  }
  const taken = new Uint8Array(rows);
  const due = (k: number): number => Math.floor((k * Math.min(wanted, line.length)) / line.length);
  line.forEach((row, k) => {
    if (due(k + 1) > due(k)) taken[row] = 1;
  });
  const all = Int32Array.from({ length: rows }, (_, row) => row);
  return {
    training: all.filter((row) => taken[row] === 0),
    validation: all.filter((row) => taken[row] === 1),
  };
}
