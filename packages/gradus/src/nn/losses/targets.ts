import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { DataError } from '../../util/errors.ts';

/** Targets of classes as rows of probabilities: class numbers become rows with a 1. */
export const classRows = (prediction: Tensor, target: Tensor): Tensor =>
  target.dataType === 'int' ? $.oneHot(target, prediction.shape[1]) : target;

/** Refuse the target at a position. */
function refuse(targets: ArrayLike<number>, i: number, width: number, expected: string): never {
  const row = Math.floor(i / width) + 1;
  throw new DataError(
    { received: `the target ${targets[i]} in row ${row} of y`, expected },
    { row, column: String((i % width) + 1) },
  );
}

/** Read no and yes as 0 and 1 or, where a target is −1, as −1 and +1; return them as 0 and 1. */
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
