import { crc32 as zlibCrc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { crc32 } from './crc32.ts';

const bytes = Uint8Array.from({ length: 1000 }, (_, i) => (i * 167 + (i >> 3)) & 0xff);

test('the check of 123456789 is the published cbf43926, of nothing 0', () => {
  expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
  expect(crc32(new Uint8Array(0))).toBe(0);
});

test('a check goes on where another ended', () => {
  for (const cut of [0, 1, 500, 999, 1000]) {
    expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(crc32(bytes));
  }
});

// zlib's own arrived with Node 20.15.
test.skipIf(zlibCrc32 === undefined)('equals that of zlib', () => {
  for (const length of [1, 2, 3, 4, 5, 1000]) {
    expect(crc32(bytes.subarray(0, length))).toBe(zlibCrc32(bytes.subarray(0, length)));
  }
});
