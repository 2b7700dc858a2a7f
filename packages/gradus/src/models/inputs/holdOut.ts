import { ArgumentError, DataError } from '../../util/errors.ts';
import type { RandomStream } from '../../util/random.ts';

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
  const line = lineUpByClass(stream.permutation(rows), labels);
  if (line.length === 0) {
    throw new DataError({
      received: `${rows} rows of as many classes, with a validation share of ${share}`,
      expected: 'a class of at least two rows',
      remedy: 'Give validation rows of their own as { x, y }, or more rows',
    });
  }
  const taken = new Uint8Array(rows);
  const due = (k: number): number => Math.floor((k * Math.min(wanted, line.length)) / line.length);
  for (let k = 0; k < line.length; k++) if (due(k + 1) > due(k)) taken[line[k]] = 1;
  const validation = new Int32Array(taken.reduce((count, isTaken) => count + isTaken, 0));
  const training = new Int32Array(rows - validation.length);
  for (let row = 0, t = 0, v = 0; row < rows; row++) {
    if (taken[row] === 1) validation[v++] = row;
    else training[t++] = row;
  }
  return { training, validation };
}

/** Lay rows class by class, in the order in which they stand; classes of one row are left out. */
function lineUpByClass(order: Int32Array, labels: Int32Array | undefined): Int32Array {
  if (labels === undefined) return order;
  const counts = new Map<number, number>();
  for (let row = 0; row < order.length; row++) counts.set(labels[row], (counts.get(labels[row]) ?? 0) + 1);
  const places = new Map<number, number>();
  let length = 0;
  for (const [label, count] of [...counts].sort(([a], [b]) => a - b)) {
    if (count < 2) continue;
    places.set(label, length);
    length += count;
  }
  const line = new Int32Array(length);
  for (let i = 0; i < order.length; i++) {
    const label = labels[order[i]];
    const place = places.get(label);
    if (place === undefined) continue;
    line[place] = order[i];
    places.set(label, place + 1);
  }
  return line;
}
