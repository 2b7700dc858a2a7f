import { expect, test } from 'vitest';
import { builds, TestMachine, testArray, worstError } from '../../../testing/machine.ts';
import { Opcode } from '../machine/opcodes.ts';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** One step and its gradient in float64, from float32 operands. */
function truth(rows: number, units: number, [z, c, dh, dn]: readonly Float32Array[]) {
  const [next, output, dc] = [1, 1, 1].map(() => new Float64Array(rows * units));
  const [gates, dz] = [1, 1].map(() => new Float64Array(4 * rows * units));
  for (let at = 0; at < rows * units; at++) {
    const places = [0, 1, 2, 3].map(
      (part) => 4 * units * Math.floor(at / units) + part * units + (at % units),
    );
    const [i, f, g, o] = places.map((place, part) => (part === 2 ? Math.tanh : sigmoid)(z[place]));
    next[at] = f * c[at] + i * g;
    const t = Math.tanh(next[at]);
    output[at] = o * t;
    const k = dn[at] + dh[at] * o * (1 - t * t);
    dc[at] = k * f;
    const slopes = [
      k * g * i * (1 - i),
      k * c[at] * f * (1 - f),
      k * i * (1 - g * g),
      dh[at] * t * o * (1 - o),
    ];
    places.forEach((place, part) => {
      gates[place] = [i, f, g, o][part];
      dz[place] = slopes[part];
    });
  }
  return { next, output, gates, dz, dc };
}

for (const build of builds) {
  test(`${build}: a step of a long short-term memory is within 1e-6, in any tiles and slices`, () => {
    for (const units of [1, 3, 4, 5, 33]) {
      for (const rows of [0, 1, 7, 40]) {
        const [z, c, dh, dn] = [4, 1, 1, 1].map((times, i) =>
          testArray(times * rows * units, 61 + i).map((v) => 4 * v),
        );
        const expected = truth(rows, units, [z, c, dh, dn]);
        let bits: Float32Array[] | undefined;
        for (const tile of [1, 3, 40]) {
          const machine = new TestMachine(build, rows);
          const { assembler } = machine;
          const state = machine.floats(c);
          const [next, output, dc] = [1, 1, 1].map(() => machine.output(rows * units));
          const [gates, dz] = [1, 1].map(() => machine.output(4 * rows * units));
          const sizes = [-1, units];
          const forward = [...sizes, machine.floats(z), state, next, output, gates];
          assembler.emit(Opcode.LstmCell, [-1, tile, 1, 1], 1, forward);
          const back = [...sizes, gates, state, next, machine.floats(dh), machine.floats(dn), dz, dc];
          assembler.emit(Opcode.LstmCellGradient, [-1, tile, 1, 1], 1, back);
          machine.run({ budget: 2, rows });
          const read = {
            next: machine.read(next, rows * units),
            output: machine.read(output, rows * units),
            gates: machine.read(gates, 4 * rows * units),
            dz: machine.read(dz, 4 * rows * units),
            dc: machine.read(dc, rows * units),
          };
          for (const [name, values] of Object.entries(read)) {
            const error = worstError(values, expected[name as keyof typeof expected], 1);
            expect(error, `${name} of ${rows}×${units}`).toBeLessThan(1e-6);
          }
          bits ??= Object.values(read);
          expect(Object.values(read)).toEqual(bits);
        }
      }
    }
  });

  test(`${build}: NaN stays, and gates saturate`, () => {
    const machine = new TestMachine(build);
    const [next, output, gates] = [machine.output(3), machine.output(3), machine.output(12)];
    const z = machine.floats([Infinity, Number.NaN, -200, Infinity, 0, 200, -Infinity, 0, 1, 100, 0, 1e30]);
    machine.assembler.emit(Opcode.LstmCell, [1, 1, 1, 1], 1, [
      ...[1, 3, z, machine.floats([2, 1, 0.5]), next, output, gates],
    ]);
    machine.run();
    const [a, b, c] = machine.read(next, 3);
    expect([a, b, c]).toEqual([1, Number.NaN, 0.5]);
    expect(machine.read(output, 3)[2]).toBeCloseTo(Math.tanh(0.5), 6);
  });
}
