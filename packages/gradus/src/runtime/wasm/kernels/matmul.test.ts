import { expect, test } from 'vitest';
import { builds, TestMachine, testArray, testNumbers, worstError } from '../../../testing/machine.ts';
import { Activation } from '../machine/opcodes.ts';

const transposed = (x: Float32Array, rows: number, columns: number): Float32Array =>
  Float32Array.from({ length: x.length }, (_, i) => x[(i % rows) * columns + Math.floor(i / rows)]);

/** op(A)·op(B) in float64, with the sum of |a·b|, which scales the bound. */
const product = (a: Float32Array, b: Float32Array, m: number, n: number, k: number) => {
  const value = new Float64Array(m * n);
  const scale = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      for (let l = 0; l < k; l++) {
        const term = a[i * k + l] * b[l * n + j];
        value[i * n + j] += term;
        scale[i * n + j] += Math.abs(term);
      }
    }
  }
  return { value, scale };
};

/** The machine's product of a and b, both handed over as the transpositions want them. */
function multiply(
  build: (typeof builds)[number],
  [m, n, k]: readonly [number, number, number],
  a: Float32Array,
  b: Float32Array,
  transposeA: boolean,
  transposeB: boolean,
  tallBlocks?: boolean,
): Float32Array {
  const machine = new TestMachine(build);
  const c = machine.output(m * n);
  machine.assembler.matmul({
    transposeA,
    transposeB,
    m,
    n,
    k,
    a: machine.floats(transposeA ? transposed(a, m, k) : a),
    b: machine.floats(transposeB ? transposed(b, k, n) : b),
    c,
  });
  machine.run(tallBlocks === undefined ? {} : { tallBlocks });
  return machine.read(c, m * n);
}

/** Largest |actual − expected| in units of scale + 1. */
const scaledError = (actual: ArrayLike<number>, expected: Float64Array, scale: Float64Array): number => {
  let worst = 0;
  for (let i = 0; i < expected.length; i++)
    worst = Math.max(worst, Math.abs(actual[i] - expected[i]) / (scale[i] + 1));
  return worst;
};

const shapes: readonly (readonly [number, number, number])[] = [
  [1, 1, 1],
  [1, 1, 0],
  [3, 5, 0],
  [0, 4, 3],
  [2, 8, 3],
  [32, 8, 2],
  [32, 2, 8],
  [7, 3, 5],
  [5, 7, 4],
  [6, 8, 9],
  [13, 9, 17],
  [1, 33, 50],
  [1, 70, 1030],
  [1, 77, 131],
  [2, 40, 70],
  [33, 1, 50],
  [8, 4, 31],
  [9, 12, 33],
  [31, 10, 64],
  [50, 30, 100],
  [64, 65, 66],
  [150, 70, 40],
  [20, 12, 513],
  [12, 17, 1030],
  [130, 260, 20],
  [19, 21, 700],
  [23, 1, 37],
  [14, 2, 41],
  [6, 2, 2],
  [40, 3, 300],
  [1, 25, 3],
  [257, 139, 263],
  [530, 2, 12],
  [9, 100, 1],
  [6, 75, 2],
  [5, 130, 3],
  [1, 10, 300],
  [1, 62, 17],
  [2, 53, 20],
  [2, 2, 600],
  [40, 2, 300],
  [1024, 10, 300],
  [1030, 9, 12],
  [12, 1030, 20],
];

for (const build of builds) {
  for (const transposeA of [false, true]) {
    for (const transposeB of [false, true]) {
      test(`${build}: a product ${transposeA ? 'T' : 'N'}${transposeB ? 'T' : 'N'} is off by at most 1e-6 of Σ|a·b| + 1`, () => {
        for (const [m, n, k] of shapes) {
          const a = testArray(m * k, 1);
          const b = testArray(k * n, 2);
          const actual = multiply(build, [m, n, k], a, b, transposeA, transposeB);
          const { value, scale } = product(a, b, m, n, k);
          expect(scaledError(actual, value, scale), `${m}×${n}×${k}`).toBeLessThan(1e-6);
        }
      });
    }
  }

  test(`${build}: blocks of six rows give the same bits as blocks of four, whichever of them an engine prefers`, () => {
    // Every number of rows that a block of six and what is left of it can have, and those that packing cuts at 24.
    const rowCounts = [...Array.from({ length: 14 }, (_, i) => i + 5), 24, 25, 48, 53, 107];
    for (const m of rowCounts) {
      for (const [n, k] of [
        [8, 30],
        [13, 260],
        [24, 33],
        [140, 70],
        [200, 300],
      ] as const) {
        const a = testArray(m * k, 8);
        const b = testArray(k * n, 9);
        const { value, scale } = product(a, b, m, n, k);
        for (const transposeA of [false, true]) {
          const [four, six] = [false, true].map((tallBlocks) =>
            multiply(build, [m, n, k], a, b, transposeA, false, tallBlocks),
          );
          expect(six, `${m}×${n}×${k}`).toEqual(four);
          expect(scaledError(six, value, scale), `${m}×${n}×${k}`).toBeLessThan(1e-6);
        }
      }
    }
  });

  test(`${build}: one row read by threads in blocks of k has the bits of one row read at once`, () => {
    for (const [n, k] of [
      [512, 257],
      [512, 300],
      [256, 512],
      [264, 513],
      [512, 784],
      [128, 1030],
      [64, 3000],
    ] as const) {
      for (const m of [1, -1]) {
        const [once, blocks] = [1, 2].map((threads) => {
          const machine = new TestMachine(build, 1, threads);
          const c = machine.output(n);
          machine.assembler.matmul({
            m,
            n,
            k,
            a: machine.floats(testArray(k, 12)),
            b: machine.floats(testArray(k * n, 13)),
            bias: machine.floats(testArray(n, 14)),
            c,
            activation: Activation.LeakyRelu,
            alpha: 0.1,
          });
          machine.run();
          return { sums: machine.read(c, n), words: machine.assembler.place };
        });
        expect(blocks.sums).toEqual(once.sums);
        // A reduction and an activation stand behind the product.
        expect(blocks.words).toBeGreaterThan(once.words);
      }
    }
  });

  test(`${build}: bias, accumulation and epilogues act on the finished sum, for row-dependent extents too`, () => {
    for (const [m, n, k] of [
      [7, 9, 20],
      [33, 5, 600],
      [1, 40, 600],
      [1, 84, 331],
      [150, 70, 13],
      [19, 1, 30],
      [20, 2, 31],
      [15, 3, 8],
      [5, 45, 1],
      [4, 61, 2],
      [3, 30, 3],
      [1, 11, 300],
      [2, 35, 9],
    ] as const) {
      const a = testArray(m * k, 3);
      const b = testArray(k * n, 4);
      const bias = testArray(n, 5);
      const old = testArray(m * n, 6);
      const reference = testArray(m * n, 7);
      const { value, scale } = product(a, b, m, n, k);
      const sum = value.map((v, i) => v + bias[i % n] + old[i]);
      for (const tallBlocks of [false, true]) {
        const run = (epilogue: {
          activation?: Activation;
          gradientOf?: Activation;
          alpha?: number;
        }): Float32Array => {
          const machine = new TestMachine(build, m + 3);
          const c = machine.floats(old);
          const operands = { a: machine.floats(a), b: machine.floats(b), c, bias: machine.floats(bias) };
          machine.assembler.matmul({
            ...operands,
            m: -1,
            n,
            k,
            accumulate: true,
            reference: machine.floats(reference),
            ...epilogue,
          });
          machine.run({ rows: m, tallBlocks });
          return machine.read(c, m * n);
        };
        expect(scaledError(run({}), sum, scale)).toBeLessThan(1e-6);
        expect(
          scaledError(
            run({ activation: Activation.Relu }),
            sum.map((v) => Math.max(v, 0)),
            scale,
          ),
        ).toBeLessThan(1e-6);
        expect(scaledError(run({ activation: Activation.Tanh }), sum.map(Math.tanh), scale)).toBeLessThan(
          1e-6,
        );
        expect(
          scaledError(
            run({ activation: Activation.LeakyRelu, alpha: 0.25 }),
            sum.map((v) => (v < 0 ? 0.25 * v : v)),
            scale,
          ),
        ).toBeLessThan(1e-6);
        expect(
          scaledError(
            run({ gradientOf: Activation.Relu }),
            sum.map((v, i) => (reference[i] > 0 ? v : 0)),
            scale,
          ),
        ).toBeLessThan(1e-6);
        expect(
          scaledError(
            run({ gradientOf: Activation.Tanh }),
            sum.map((v, i) => v * (1 - reference[i] ** 2)),
            scale,
          ),
        ).toBeLessThan(1e-6);
      }
    }
  });

  test(`${build}: a product by 1, 2 or 3 rows takes ReLU's gradient, and ReLU with a bias, as it is stored`, () => {
    for (const [m, n, k] of [
      [5, 45, 1],
      [4, 61, 2],
      [7, 16, 3],
    ] as const) {
      const a = testArray(m * k, 3);
      const b = testArray(k * n, 4);
      const bias = testArray(n, 5);
      const reference = testArray(m * n, 7);
      const { value, scale } = product(a, b, m, n, k);
      for (const transposeB of [false, true]) {
        const run = (isGradient: boolean): Float32Array => {
          const machine = new TestMachine(build);
          const c = machine.output(m * n);
          const bAt = machine.floats(transposeB ? transposed(b, k, n) : b);
          machine.assembler.matmul({
            transposeB,
            m,
            n,
            k,
            a: machine.floats(a),
            b: bAt,
            c,
            ...(isGradient
              ? { gradientOf: Activation.Relu, reference: machine.floats(reference) }
              : { activation: Activation.Relu, bias: machine.floats(bias) }),
          });
          machine.run();
          return machine.read(c, m * n);
        };
        const gradient = value.map((v, i) => (reference[i] > 0 ? v : 0));
        expect(scaledError(run(true), gradient, scale)).toBeLessThan(1e-6);
        const forward = value.map((v, i) => Math.max(v + bias[i % n], 0));
        expect(scaledError(run(false), forward, scale)).toBeLessThan(1e-6);
      }
    }
  });

  test(`${build}: a row has the same bits alone and among others`, () => {
    for (const [n, k] of [
      [100, 784],
      [10, 100],
      [9, 300],
      [45, 3],
      [61, 1],
      [30, 600],
    ] as const) {
      const a = testArray(9 * k, 1);
      const run = (m: number): Float32Array => {
        const machine = new TestMachine(build);
        const c = machine.output(m * n);
        machine.assembler.matmul({
          m,
          n,
          k,
          a: machine.floats(a.subarray(0, m * k)),
          b: machine.floats(testArray(k * n, 2)),
          c,
          bias: machine.floats(testArray(n, 3)),
          activation: Activation.Relu,
        });
        machine.run();
        return machine.read(c, m * n);
      };
      const alone = run(1);
      for (const m of [2, 4, 9]) expect(worstError(run(m).subarray(0, n), alone), `${n}×${k}`).toBe(0);
    }
  });

  test(`${build}: rows as the summed axis`, () => {
    const [rows, m, n] = [29, 12, 10];
    const a = testArray(rows * m, 8);
    const b = testArray(rows * n, 9);
    const machine = new TestMachine(build, 40);
    const c = machine.output(m * n);
    machine.assembler.matmul({
      transposeA: true,
      m,
      n,
      k: -1,
      a: machine.floats(a),
      b: machine.floats(b),
      c,
    });
    machine.run({ rows });
    const { value, scale } = product(transposed(a, rows, m), b, m, n, rows);
    expect(scaledError(machine.read(c, m * n), value, scale)).toBeLessThan(1e-6);
  });

  test(`${build}: NaN and infinities reach exactly the elements that depend on them, through ReLU too`, () => {
    const [m, n, k] = [9, 11, 5];
    const a = testArray(m * k, 10);
    a[4 * k + 2] = Number.NaN;
    a[6 * k] = Number.POSITIVE_INFINITY;
    const machine = new TestMachine(build);
    const c = machine.output(m * n);
    const b = testArray(k * n, 11).map((v) => Math.abs(v) + 0.1);
    machine.assembler.matmul({
      m,
      n,
      k,
      a: machine.floats(a),
      b: machine.floats(b),
      c,
      activation: Activation.Relu,
    });
    machine.run();
    machine.read(c, m * n).forEach((v, i) => {
      const row = Math.floor(i / n);
      expect(Number.isNaN(v)).toBe(row === 4);
      expect(v === Number.POSITIVE_INFINITY).toBe(row === 6);
    });
  });

  test(`${build}: a product has the same bits in any tiles, and when it pauses after each`, () => {
    const next = testNumbers(12);
    const below = (n: number): number => Math.floor(((next() + 1) / 2) * n);
    for (let round = 0; round < 60; round++) {
      const [m, n, k] = [
        1 + below(150),
        1 + below(round % 2 === 0 ? 4 : 160),
        below(round % 3 === 0 ? 600 : 40),
      ];
      const transposeA = below(2) === 1;
      const transposeB = below(2) === 1;
      const accumulate = below(2) === 1;
      const gradientOf = below(2) === 1 ? Activation.Tanh : undefined;
      const run = (tiles?: readonly [number, number]): Float32Array => {
        const machine = new TestMachine(build);
        const c = machine.floats(testArray(m * n, 3));
        machine.assembler.matmul({
          transposeA,
          transposeB,
          accumulate,
          m,
          n,
          k,
          a: machine.floats(testArray(m * k, 1)),
          b: machine.floats(testArray(k * n, 2)),
          c,
          ...(gradientOf === undefined ? {} : { gradientOf, reference: machine.floats(testArray(m * n, 4)) }),
        });
        if (tiles !== undefined) {
          const { assembler } = machine;
          const assemble = assembler.assemble.bind(assembler);
          assembler.assemble = (base) => {
            const assembly = assemble(base);
            [assembly.words[3], assembly.words[5]] = tiles;
            return assembly;
          };
        }
        machine.run(tiles === undefined ? {} : { budget: 1 });
        return machine.read(c, m * n);
      };
      const whole = run([m, n]);
      const name = `${m}×${n}×${k} ${transposeA} ${transposeB}`;
      expect(worstError(run(), whole), name).toBe(0);
      // A tile has all columns or a multiple of 8.
      const tileN = 8 * (1 + below(Math.ceil(n / 8)));
      expect(worstError(run([1 + below(m), tileN]), whole), name).toBe(0);
    }
  });

  test(`${build}: NaN and infinities stay in their rows and columns where vectors run along k or along the rows`, () => {
    for (const [m, n, k] of [
      [9, 1, 7],
      [9, 2, 7],
      [9, 3, 7],
      [1, 9, 7],
    ] as const) {
      for (const transposeA of [false, true]) {
        for (const transposeB of [false, true]) {
          const a = testArray(m * k, 1).map((v) => Math.abs(v) + 0.1);
          const b = testArray(k * n, 2).map((v) => Math.abs(v) + 0.1);
          // The last row of A and the last column of B, at the last k.
          a[m * k - 1] = Number.POSITIVE_INFINITY;
          b[k * n - 1] = Number.NaN;
          const actual = multiply(build, [m, n, k], a, b, transposeA, transposeB);
          actual.forEach((v, i) => {
            const [row, column] = [Math.floor(i / n), i % n];
            expect(Number.isNaN(v)).toBe(column === n - 1);
            expect(v === Number.POSITIVE_INFINITY).toBe(row === m - 1 && column !== n - 1);
          });
        }
      }
    }
  });
}
