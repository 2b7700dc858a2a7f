import { expect, test } from 'vitest';
import { ArgumentError } from '../../../util/errors.ts';
import { Assembler, perRow } from './assembler.ts';
import { Opcode, Unary } from './opcodes.ts';
import { elementTile, matmulTiles, rowTile } from './tiles.ts';

test('an instruction is a header of seven words and its operands', () => {
  const assembler = new Assembler(8);
  expect(assembler.unary(Unary.Affine, perRow(3), 1024, 2048, 1.5, -1)).toBe(0);
  expect(assembler.place).toBe(13);
  const { words } = assembler.assemble(4096);
  const floats = new Float32Array(words.buffer);
  expect(Array.from(words.subarray(0, 11))).toEqual([
    Opcode.Unary,
    13,
    -3,
    24,
    1,
    1,
    48,
    Unary.Affine,
    -3,
    1024,
    2048,
  ]);
  expect(Array.from(floats.subarray(11))).toEqual([1.5, -1]);
});

test('a repeat knows the addresses of its ends and of its moving words', () => {
  const assembler = new Assembler(1);
  assembler.repeatBegin(5, 3);
  const fill = assembler.fill({ address: 9000, stride: 64, repeat: 3 }, 4, 0);
  const end = assembler.repeatEnd();
  const { words } = assembler.assemble(4096);
  expect(words[8]).toBe(4096 + 4 * end);
  expect(Array.from(words.subarray(end + 7))).toEqual([4096 + 4 * fill, 1, 4096 + 4 * (fill + 7), 64]);
  expect(words[fill + 7]).toBe(9000);
});

test('what cannot be assembled is refused', () => {
  const assembler = new Assembler(1);
  expect(() => assembler.repeatEnd()).toThrow(ArgumentError);
  expect(() => assembler.fill({ address: 0, stride: 4, repeat: 1 }, 1, 0)).toThrow('a repeat that is open');
  expect(() => assembler.matmul({ m: 1, n: perRow(1), k: 1, a: 0, b: 0, c: 0 })).toThrow(ArgumentError);
  for (let depth = 0; depth < 4; depth++) assembler.repeatBegin(1, depth);
  expect(() => assembler.repeatBegin(1, 4)).toThrow('at most 4');
  expect(() => assembler.assemble(0)).toThrow('a repeat that was never ended');
});

test('tiles are at least 1, cut elements at multiples of 16, and leave several for threads in big products', () => {
  for (const n of [0, 1, 7, 20480, 20481, 1e6]) {
    expect(elementTile(n)).toBeGreaterThanOrEqual(1);
    if (elementTile(n) < n) expect(elementTile(n) % 16).toBe(0);
  }
  expect(rowTile(0)).toBeGreaterThanOrEqual(1);
  expect(rowTile(1e6)).toBe(1);
  for (const [m, n] of [
    [0, 0],
    [1, 512],
    [128, 512],
    [784, 512],
    [512, 1024],
    [10_000, 10],
  ] as const) {
    const [tileM, tileN] = matmulTiles(m, n);
    expect(tileM * tileN).toBeGreaterThanOrEqual(1);
    if (tileN < n) expect(tileN % 8).toBe(0);
    if (m * n > 65536) expect(Math.ceil(m / tileM) * Math.ceil(n / tileN)).toBeGreaterThanOrEqual(4);
  }
});
