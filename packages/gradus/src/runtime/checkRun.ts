import type { Data, RunRequest } from './executor.ts';

/** Refuse a run over more rows than a session has room for, or over rows that its data does not have. */
export function requireRows(
  { steps, batchSize, rowCount, order, firstRow = 0, firstBatch = 0 }: RunRequest,
  rowCapacity: number,
  bound: Iterable<Data>,
): void {
  const first = firstBatch * batchSize;
  const end = Math.min(rowCount, first + steps * batchSize);
  const largest = Math.min(batchSize, end - first);
  if (largest > rowCapacity) {
    throw new Error(`a batch of ${largest} rows in a session that has room for ${rowCapacity}`);
  }
  if (end <= first) return;
  const [least, most] =
    order === undefined ? [firstRow + first, firstRow + end - 1] : bounds(order.subarray(first, end));
  for (const { rows } of bound) {
    const row = least < 0 ? least : most;
    if (row < 0 || row >= rows) throw new Error(`row ${row} of data that has ${rows} rows`);
  }
}

/** Find the smallest and the largest integer; by index, since an iterator takes many times as long. */
function bounds(numbers: Int32Array): readonly [least: number, most: number] {
  let least = numbers[0];
  let most = least;
  for (let i = 1; i < numbers.length; i++) {
    least = Math.min(least, numbers[i]);
    most = Math.max(most, numbers[i]);
  }
  return [least, most];
}

/** Refuse more values than there is room for. */
export function requireRoom(name: string, count: number, room: number): void {
  if (count > room) throw new Error(`${count} values for '${name}', which has room for ${room}`);
}

/** Refuse to use what has been disposed. */
export function requireLive({ isDisposed }: { readonly isDisposed: boolean }, what: string): void {
  if (isDisposed) throw new Error(`${what} was disposed before its last use`);
}
