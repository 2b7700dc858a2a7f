import { expect, test } from 'vitest';
import { encodeBytes } from '../../../../../scripts/packKernels.mjs';
import { decode, kernelBinary } from './kernelBinary.ts';

test('text is read back to the bytes that it was written from', () => {
  const all = Uint8Array.from({ length: 70000 }, (_, i) => (i * i + (i >> 8)) & 0xff);
  for (const bytes of [new Uint8Array(0), Uint8Array.of(255), Uint8Array.from(all.keys()), all]) {
    expect(Buffer.compare(decode(encodeBytes(bytes)), bytes)).toBe(0);
  }
});

test('the builds have one length and differ in their multiply-adds only', () => {
  const portable = kernelBinary('portable');
  const fast = kernelBinary('fast');
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
