import { expect, test } from 'vitest';
import { elementNormal, elementUniform, fillElementUniform } from './elementDraws.ts';
import { type PhiloxKey, philox } from './philox.ts';

const ones = 0xffffffff;
// The known-answer vectors of the authors' Random123 library: counter, key, result.
const vectors: [counter: [number, number, number, number], key: PhiloxKey, result: number[]][] = [
  [
    [0, 0, 0, 0],
    [0, 0],
    [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  ],
  [
    [ones, ones, ones, ones],
    [ones, ones],
    [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  ],
  [
    [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    [0xa4093822, 0x299f31d0],
    [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  ],
];

test('philox gives the published known answers', () => {
  for (const [counter, key, result] of vectors) {
    const out = new Uint32Array(4);
    philox(...counter, key, out);
    expect([...out]).toEqual(result);
  }
});

test('an element takes its word of its block, at large elements and steps too', () => {
  const out = new Uint32Array(4);
  const key: PhiloxKey = [5, 6];
  for (const [step, element] of [
    [0, 0],
    [1, 3],
    [7, 4],
    [2 ** 32 + 9, 4097],
    [3, 2 ** 36 + 2],
  ] as const) {
    const index = Math.floor(element / 4);
    philox(
      index % 2 ** 32,
      Math.floor(index / 2 ** 32),
      step % 2 ** 32,
      Math.floor(step / 2 ** 32),
      key,
      out,
    );
    expect(elementUniform(key, step, element)).toBe(Math.floor(out[element % 4]! / 256) / 2 ** 24);
  }
});

test('an element uniform is exact in float32', () => {
  for (let i = 0; i < 1000; i++) {
    const value = elementUniform([1, 2], 3, i);
    expect(Math.fround(value)).toBe(value);
  }
});

test('filling equals drawing one by one, at every length around a block', () => {
  for (const length of [0, 1, 3, 4, 5, 33]) {
    const out = new Float64Array(length);
    fillElementUniform([7, 8], 11, out);
    expect([...out]).toEqual(Array.from(out, (_, i) => elementUniform([7, 8], 11, i)));
  }
});

test('element normals follow Box–Muller on word pairs', () => {
  const out = new Uint32Array(4);
  philox(2, 0, 5, 0, [9, 9], out);
  const [w0, w1, w2, w3] = [...out].map((w) => w >>> 8) as [number, number, number, number];
  const pair = (even: number, odd: number): [number, number] => {
    const r = Math.sqrt(-2 * Math.log((even + 0.5) * 2 ** -24));
    const angle = (2 * Math.PI * odd) / 2 ** 24;
    return [r * Math.cos(angle), r * Math.sin(angle)];
  };
  const truth = [...pair(w0, w1), ...pair(w2, w3)];
  truth.forEach((value, i) => {
    expect(Math.abs(elementNormal([9, 9], 5, 8 + i) - value)).toBeLessThanOrEqual(
      1e-15 * Math.max(1, Math.abs(value)),
    );
  });
});

test('element normals have the moments of the normal distribution', () => {
  const n = 40_000;
  const sums = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const value = elementNormal([3, 4], 0, i);
    for (let power = 0; power < 4; power++) sums[power]! += value ** (power + 1) / n;
  }
  // Five standard errors of each moment: variances 1, 2, 15, 96.
  [0, 1, 0, 3].forEach((moment, i) => {
    expect(Math.abs(sums[i]! - moment)).toBeLessThan(5 * Math.sqrt([1, 2, 15, 96][i]! / n));
  });
});
