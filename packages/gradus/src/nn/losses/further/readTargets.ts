import { DataError } from '../../../util/errors.ts';

/** Refuse the target at a place. */
function refuse(targets: ArrayLike<number>, i: number, width: number, expected: string): never {
  const row = Math.floor(i / width) + 1;
  throw new DataError(
    { received: `the target ${targets[i]} in row ${row} of y`, expected },
    { row, column: String((i % width) + 1) },
  );
}

/** Read no and yes as 0 and 1 or, where a −1 stands among the targets, as −1 and +1; give them as 0 and 1. */
export function bitsFromSigns(targets: ArrayLike<number>, width: number): Float64Array {
  const values = Float64Array.from(targets);
  const no = values.includes(-1) ? -1 : 0;
  values.forEach((value, i) => {
    if (value !== no && value !== 1) refuse(targets, i, width, '0 and 1, or −1 and +1, not both');
    values[i] = value === 1 ? 1 : 0;
  });
  return values;
}

/** Refuse a target below 0. */
export function requireCounts(targets: ArrayLike<number>, width: number): Float64Array {
  const values = Float64Array.from(targets);
  const first = values.findIndex((value) => value < 0);
  return first < 0 ? values : refuse(targets, first, width, 'a number of at least 0');
}
