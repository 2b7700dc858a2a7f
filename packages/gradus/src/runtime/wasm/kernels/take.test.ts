import { expect, test } from 'vitest';
import { builds, TestMachine, testArray, testNumbers } from '../../../testing/machine.ts';
import { Opcode } from '../machine/opcodes.ts';

const SHAPES = [
  { count: 0, size: 3, width: 4 },
  { count: 1, size: 1, width: 1 },
  { count: 7, size: 3, width: 3 },
  { count: 50, size: 9, width: 4 },
  { count: 50, size: 20, width: 5 },
  { count: 300, size: 700, width: 128 },
] as const;

for (const build of builds) {
  for (const isFloat of [false, true]) {
    const of = isFloat ? 'floats' : 'integers';
    test(`${build}: slices at ${of}, and their gradient in any tiles, are exact`, () => {
      for (const { count, size, width } of SHAPES) {
        const next = testNumbers(51);
        const indices = Array.from({ length: count }, () => Math.floor(((next() + 1) / 2) * size));
        const table = testArray(size * width, 52);
        const gradient = testArray(count * width, 53);
        const sums = new Float32Array(size * width);
        indices.forEach((index, i) => {
          for (let j = 0; j < width; j++) {
            sums[index * width + j] = Math.fround(sums[index * width + j] + gradient[i * width + j]);
          }
        });
        for (const tile of [1, 4, size]) {
          const machine = new TestMachine(build);
          const given = isFloat ? machine.floats(indices) : machine.ints(indices);
          const [taken, added] = [machine.output(count * width), machine.output(size * width)];
          const words = (values: number, out: number): number[] => [
            count,
            size,
            width,
            values,
            given,
            isFloat ? 1 : 0,
            out,
          ];
          machine.assembler.emit(Opcode.Take, [count, tile, 1, 1], 1, words(machine.floats(table), taken));
          machine.assembler.emit(
            Opcode.TakeGradient,
            [size, tile, 1, 1],
            1,
            words(machine.floats(gradient), added),
          );
          machine.run({ budget: 3 });
          const slices = indices.flatMap((index) => [...table.subarray(index * width, (index + 1) * width)]);
          expect(machine.read(taken, count * width)).toEqual(Float32Array.from(slices));
          expect(machine.read(added, size * width)).toEqual(sums);
        }
      }
    });
  }

  test(`${build}: an index that is no whole number in the table gives NaN and adds nothing`, () => {
    const wrong = [-1, 2, 0.5, Number.NaN, Infinity, -Infinity, 3e9];
    const machine = new TestMachine(build);
    const indices = machine.floats([...wrong, 1]);
    const count = wrong.length + 1;
    const [taken, added] = [machine.output(3 * count), machine.output(6)];
    const table = machine.floats([1, 2, 3, 4, 5, 6]);
    const gradient = machine.floats(new Float32Array(3 * count).fill(1));
    machine.assembler.emit(Opcode.Take, [count, count, 1, 1], 1, [count, 2, 3, table, indices, 1, taken]);
    machine.assembler.emit(Opcode.TakeGradient, [2, 2, 1, 1], 1, [count, 2, 3, gradient, indices, 1, added]);
    machine.run();
    const slices = machine.read(taken, 3 * count);
    expect(slices.subarray(0, 3 * wrong.length).every(Number.isNaN)).toBe(true);
    expect([...slices.subarray(3 * wrong.length)]).toEqual([4, 5, 6]);
    expect([...machine.read(added, 6)]).toEqual([0, 0, 0, 1, 1, 1]);
  });
}
