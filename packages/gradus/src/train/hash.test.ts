import { expect, test } from 'vitest';
import { hashNumbers } from './hash.ts';

test('the hash sees every number, its place, and the length', () => {
  const base = Float64Array.from({ length: 9 }, (_, i) => i / 7);
  const seen = new Set([hashNumbers([base])]);
  for (let i = 0; i < 9; i++)
    seen.add(hashNumbers([base.map((value, k) => (k === i ? value + 1e-15 : value))]));
  seen.add(hashNumbers([base.slice(0, 8)]));
  seen.add(hashNumbers([base.slice().reverse()]));
  seen.add(hashNumbers([base.slice(0, 4), base.slice(4)]));
  seen.add(hashNumbers([Float32Array.from(base)]));
  expect(seen.size).toBe(14);
});

test('a view has the hash of its bytes, wherever in its buffer it begins, and every byte counts', () => {
  const whole = Uint8Array.from({ length: 13 }, (_, i) => 17 * i);
  for (const length of [0, 1, 3, 4, 5, 8]) {
    for (const start of [0, 1, 2, 3, 4, 5]) {
      const view = whole.subarray(start, start + length);
      expect(hashNumbers([view])).toBe(hashNumbers([view.slice()]));
      for (let i = 0; i < length; i++) {
        const changed = view.map((byte, k) => (k === i ? byte ^ 1 : byte));
        expect(hashNumbers([changed])).not.toBe(hashNumbers([view]));
      }
    }
  }
});
