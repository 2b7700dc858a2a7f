import { expect, test } from 'vitest';
import { builds, TestMachine, testArray, worstError } from '../../../testing/machine.ts';
import { philox } from '../../../util/philox.ts';
import { Random } from '../machine/opcodes.ts';

/** The word that element i draws in a step. */
const words = (n: number, step: bigint, keyLow: number, keyHigh: number): Uint32Array => {
  const out = new Uint32Array(Math.ceil(n / 4) * 4);
  for (let block = 0; block < out.length / 4; block++) {
    const low = Number(step & 0xffffffffn);
    philox(block, 0, low, Number(step >> 32n), [keyLow, keyHigh], out.subarray(4 * block, 4 * block + 4));
  }
  return out;
};

const sizes = [0, 1, 3, 4, 5, 50, 33000];

for (const build of builds) {
  test(`${build}: uniform numbers are Philox words scaled by 2^-24, for every step`, () => {
    for (const n of sizes) {
      const machine = new TestMachine(build);
      const y = machine.output(n);
      machine.assembler.random(Random.Uniform, n, y, 0, 1, 0x12345678, 0xfedcba98 | 0);
      machine.run({ steps: 2, stepNumber: 0x1ffffffffn });
      const drawn = words(n, 0x200000000n, 0x12345678, 0xfedcba98);
      expect(
        worstError(
          machine.read(y, n),
          Float64Array.from({ length: n }, (_, i) => (drawn[i] >>> 8) * 2 ** -24),
        ),
      ).toBe(0);
    }
  });

  test(`${build}: normal numbers are within 2e-6 of Box–Muller in float64`, () => {
    for (const n of sizes) {
      const machine = new TestMachine(build);
      const y = machine.output(n);
      machine.assembler.random(Random.Normal, n, y, 0, 1, 3, 4);
      machine.run({ stepNumber: 5n });
      const drawn = words(n, 5n, 3, 4);
      const expected = Float64Array.from({ length: n }, (_, i) => {
        const pair = i & ~1;
        const radius = Math.sqrt(-2 * Math.log(((drawn[pair] >>> 8) + 0.5) * 2 ** -24));
        const angle = 2 * Math.PI * (drawn[pair + 1] >>> 8) * 2 ** -24;
        return radius * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
      });
      expect(worstError(machine.read(y, n), expected, 1)).toBeLessThan(2e-6);
    }
  });

  test(`${build}: dropout keeps an element where its uniform number reaches the rate`, () => {
    for (const n of sizes) {
      for (const rate of [0, 0.3, 0.9]) {
        const machine = new TestMachine(build);
        const x = testArray(n, 70);
        const y = machine.output(n);
        machine.assembler.dropout(n, machine.floats(x), y, rate, 11, 12);
        machine.run({ stepNumber: 2n });
        const drawn = words(n, 2n, 11, 12);
        const scale = Math.fround(1 / (1 - Math.fround(rate)));
        const expected = Float32Array.from(x, (v, i) =>
          (drawn[i] >>> 8) * 2 ** -24 >= Math.fround(rate) ? Math.fround(v * scale) : 0,
        );
        expect(worstError(machine.read(y, n), expected, 1)).toBeLessThan(2e-7);
      }
    }
  });
}
