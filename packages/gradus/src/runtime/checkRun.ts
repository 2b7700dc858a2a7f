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
  for (const { rows } of bound) {
    for (let i = first; i < end; i++) {
      const row = order === undefined ? firstRow + i : order[i];
      if (!(row >= 0 && row < rows)) throw new Error(`row ${row} of data that has ${rows} rows`);
    }
  }
}

/** Refuse more numbers than a place has room for. */
export function requireRoom(name: string, count: number, room: number): void {
  if (count > room) throw new Error(`${count} numbers for '${name}', which has room for ${room}`);
}

/** Refuse to go on with what has been given back. */
export function requireLive({ isDisposed }: { readonly isDisposed: boolean }, what: string): void {
  if (isDisposed) throw new Error(`${what} was disposed before its last use`);
}
