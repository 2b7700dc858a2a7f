import { expect, test } from 'vitest';
import { encodeBytes } from '../../../../../../scripts/packKernels.mjs';
import { sortInstructions } from '../../../../../../scripts/sortInstructions.mjs';
import { kernels } from '../generated/kernels.ts';
import { decode, kernelBinary, unsort } from './kernelBinary.ts';

test('text is read back to the bytes that it was written from', () => {
  const all = Uint8Array.from({ length: 70000 }, (_, i) => (i * i + (i >> 8)) & 0xff);
  for (const bytes of [new Uint8Array(0), Uint8Array.of(255), Uint8Array.from(all.keys()), all]) {
    expect(Buffer.compare(decode(encodeBytes(bytes)), bytes)).toBe(0);
  }
});

test('the module is put together as it was', () => {
  for (const build of ['portable', 'fast'] as const) {
    const module = kernelBinary(kernels, build);
    expect(Buffer.compare(unsort(sortInstructions(module), build), module)).toBe(0);
  }
});

test('what no kernel uses yet is put together too: jump tables, 64-bit numbers, atomics, shuffles', () => {
  const table = [0x0e, 2, 0, 1, 0];
  const long = [0x42, 0x80, 0x80, 0x7f, 0x44, 1, 2, 3, 4, 5, 6, 7, 8];
  const vectors = [
    0xfd,
    13,
    ...Array(16).keys(),
    0xfd,
    12,
    ...Array(16).keys(),
    0xfd,
    84,
    0,
    1,
    7,
    0xfd,
    0x80,
    1,
  ];
  const body = [
    1,
    2,
    0x7f,
    ...table,
    ...long,
    ...vectors,
    0xfe,
    3,
    0,
    0xfe,
    0x10,
    2,
    0,
    0xfc,
    10,
    0,
    0,
    0x0b,
  ];
  const code = [10, body.length + 2, 1, body.length, ...body];
  const module = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...code, 0, 3, 1, 0x61, 9);
  expect([...unsort(sortInstructions(module), 'fast')]).toEqual([...module]);
});

test('the builds have one length and differ in their multiply-adds only', () => {
  const portable = kernelBinary(kernels, 'portable');
  const fast = kernelBinary(kernels, 'fast');
  expect(fast.length).toBe(portable.length);
  const seen = new Map<string, number>();
  for (let i = 0; i < fast.length; i++) {
    if (fast[i] === portable[i]) continue;
    // An addition and a fused multiply-add begin with the same byte.
    if (portable[i] !== 0xfd) i--;
    const [before, after] = [portable, fast].map((bytes) =>
      Buffer.from(bytes.subarray(i, i + 3)).toString('hex'),
    );
    const change = `${before} → ${after}`;
    seen.set(change, (seen.get(change) ?? 0) + 1);
    i += 2;
  }
  expect([...seen.keys()].sort()).toEqual(['fde401 → fd8502', 'fde601 → 010101']);
  expect(seen.get('fde401 → fd8502')).toBe(seen.get('fde601 → 010101'));
});
