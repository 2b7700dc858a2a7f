import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { Workplace } from '../testing/command.ts';
import { heapFor, requireRoom } from './requireRoom.ts';

const place = new Workplace();
afterAll(() => place.remove());

test('the heap that a table needs is that of its text and its cells', () => {
  const line = '12,34,56,78\n';
  const text = new TextEncoder().encode(line.repeat(1000));
  const cells = 4 * 1000;
  expect(heapFor(text, text.length)).toBeCloseTo(text.length + 60 * (cells + 1), -3);
  expect(heapFor(text, 10 * text.length)).toBeCloseTo(10 * heapFor(text, text.length), 0);
});

test('a file that would not fit is refused before it is read, and the message says how it would', async () => {
  const path = join(place.folder, 'wide.csv');
  writeFileSync(path, `a,b\n${'12,34\n'.repeat(100_000)}`);
  await expect(requireRoom(path, 'wide.csv', 1e9)).resolves.toBeUndefined();
  await expect(requireRoom(path, 'wide.csv', 10e6)).rejects.toThrow(
    /^wide\.csv has 1 MB, and reading it takes about 13 MB of memory\. Expected at most 10 MB, which this Node allows\. Set NODE_OPTIONS=--max-old-space-size=100 if/,
  );
  await expect(requireRoom(join(place.folder, 'nowhere'), 'nowhere')).resolves.toBeUndefined();
});

test('a file of a gigabyte is refused by its size alone', async () => {
  writeFileSync(join(place.folder, 'huge.csv'), 'a,b\n1,2\n');
  truncateSync(join(place.folder, 'huge.csv'), 1e9);
  const { code, stderr } = await place.run(['train', 'huge.csv', '--target', 'b']);
  expect(code).toBe(3);
  expect(stderr).toMatch(/^gradus: huge\.csv has 1,000 MB\. Expected at most 500 MB\. Train on a sample/);
});
