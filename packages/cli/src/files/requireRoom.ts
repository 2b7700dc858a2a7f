import { open, stat } from 'node:fs/promises';
import { getHeapStatistics } from 'node:v8';
import { DataError } from 'gradus';
import { formatCount } from '../format/number.ts';

/** Bytes of a file at most: what an engine can hold as one string. */
const largestFile = 500_000_000;

/** Bytes of JavaScript's heap that a cell takes until a training begins: its text, and its place in some columns. */
const bytesPerCell = 60;

/** Bytes at the beginning of a file by which its cells are counted. */
const looked = 262_144;

const megabytes = (bytes: number): string => `${formatCount(Math.round(bytes / 1e6))} MB`;

/**
 * Estimate the heap that a table of text needs while it is read: the text itself, and its cells, as many as the
 * beginning of the file lets expect.
 */
export function heapFor(head: Uint8Array, size: number): number {
  const counts = new Map([',', ';', '\t', '|'].map((character) => [character.charCodeAt(0), 0]));
  let lines = 1;
  for (const byte of head) {
    if (byte === 10) lines++;
    const count = counts.get(byte);
    if (count !== undefined) counts.set(byte, count + 1);
  }
  const cells = Math.max(...counts.values()) + lines;
  return size + (bytesPerCell * cells * size) / Math.max(1, head.length);
}

/**
 * Refuse a file that does not fit into memory, before it is read: Node would end with a trace of its own.
 *
 * @param path - The file; one that is not there is left to the reader.
 * @param name - How messages call it.
 * @throws DataError for a file that is too large.
 */
export async function requireRoom(
  path: string,
  name: string,
  limit = getHeapStatistics().heap_size_limit,
): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) return;
  const { size } = found;
  const remedy = 'Train on a sample of the rows, or leave columns out of the file';
  if (size > largestFile) {
    throw new DataError({
      received: `${name} has ${megabytes(size)}`,
      expected: `at most ${megabytes(largestFile)}`,
      remedy,
    });
  }
  // Small files need no look.
  if (size * bytesPerCell < limit) return;
  const handle = await open(path, 'r');
  try {
    const { bytesRead, buffer } = await handle.read(new Uint8Array(looked), 0, looked, 0);
    const needed = heapFor(buffer.subarray(0, bytesRead), size);
    if (needed <= limit) return;
    const asked = Math.ceil((1.2 * needed) / 2 ** 20 / 100) * 100;
    throw new DataError({
      received: `${name} has ${megabytes(size)}, and reading it takes about ${megabytes(needed)} of memory`,
      expected: `at most ${megabytes(limit)}, which this Node allows`,
      remedy: `Set NODE_OPTIONS=--max-old-space-size=${asked} if this machine has the memory. ${remedy}`,
    });
  } finally {
    await handle.close();
  }
}
