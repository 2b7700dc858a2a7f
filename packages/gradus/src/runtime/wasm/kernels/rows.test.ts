import { expect, test } from 'vitest';
import { builds, TestMachine, testArray, worstError } from '../../../testing/machine.ts';
import { Reduction, RowWise } from '../machine/opcodes.ts';

const sum = (x: ArrayLike<number>): number => Array.from(x).reduce((a, b) => a + b, 0);
const logSumExp = (x: readonly number[]): number => {
  const shift = Math.max(...x);
  return shift + Math.log(sum(x.map((v) => Math.exp(v - shift))));
};
const rowsOf = (x: ArrayLike<number>, n: number): number[][] =>
  Array.from({ length: x.length / n }, (_, i) => Array.from({ length: n }, (_, j) => x[i * n + j]));

for (const build of builds) {
  test(`${build}: sums and means are within 1e-6 of Σ|x|, maxima exact, over first, middle and last axes`, () => {
    const shapes = [
      [1, 1, 1],
      [1, 0, 3],
      [3, 0, 1],
      [4, 7, 1],
      [1, 32, 8],
      [1, 32, 2],
      [3, 5, 17],
      [1, 129, 37],
      [2, 300, 5],
      [1, 1000, 100],
      [1, 70, 600],
      [40, 900, 1],
      [5, 2, 3],
    ] as const;
    for (const [outer, axis, inner] of shapes) {
      const x = testArray(outer * axis * inner, 40);
      for (const kind of [Reduction.Sum, Reduction.Mean, Reduction.Maximum]) {
        const machine = new TestMachine(build, axis + 2);
        const y = machine.output(outer * inner);
        machine.assembler.reduce(kind, outer, axis === 129 ? -1 : axis, inner, machine.floats(x), y);
        machine.run({ rows: axis });
        const actual = machine.read(y, outer * inner);
        for (const [i, v] of actual.entries()) {
          const first = Math.floor(i / inner) * axis;
          const terms = Array.from({ length: axis }, (_, j) => x[(first + j) * inner + (i % inner)]);
          const divisor = kind === Reduction.Mean ? axis : 1;
          if (kind === Reduction.Maximum) expect(v).toBe(Math.max(...terms));
          else if (divisor === 0) expect(v).toBeNaN();
          else
            expect(Math.abs(v - sum(terms) / divisor)).toBeLessThanOrEqual(
              (1e-6 * sum(terms.map(Math.abs))) / divisor,
            );
        }
      }
    }
  });

  test(`${build}: a million positive numbers sum to within 1e-6 relative, in one row and in columns`, () => {
    const x = testArray(1_000_000, 41).map(Math.abs);
    for (const inner of [1, 5]) {
      const machine = new TestMachine(build);
      const y = machine.output(inner);
      machine.assembler.reduce(Reduction.Sum, 1, x.length / inner, inner, machine.floats(x), y);
      machine.run();
      const expected = new Float64Array(inner);
      x.forEach((v, i) => {
        expected[i % inner] += v;
      });
      expect(worstError(machine.read(y, inner), expected)).toBeLessThan(1e-6);
    }
  });

  test(`${build}: reductions keep NaN`, () => {
    const x = testArray(60, 42);
    x[17] = Number.NaN;
    for (const kind of [Reduction.Sum, Reduction.Maximum]) {
      for (const [outer, axis, inner, hit] of [
        [1, 60, 1, 0],
        [1, 12, 5, 2],
        [12, 5, 1, 3],
      ] as const) {
        const machine = new TestMachine(build);
        const y = machine.output(outer * inner);
        machine.assembler.reduce(kind, outer, axis, inner, machine.floats(x), y);
        machine.run();
        machine.read(y, outer * inner).forEach((v, i) => {
          expect(Number.isNaN(v)).toBe(i === hit);
        });
      }
    }
  });

  test(`${build}: softmax and its kin are within 1e-6`, () => {
    for (const n of [1, 2, 3, 4, 5, 10, 33]) {
      for (const rows of [0, 1, 7, 1000]) {
        const x = testArray(rows * n, 43).map((v) => v * 10);
        const dy = testArray(rows * n, 44);
        const logits = rowsOf(x, n);
        const softmax = logits.flatMap((row) => row.map((v) => Math.exp(v - logSumExp(row))));
        const logSoftmax = logits.flatMap((row) => row.map((v) => v - logSumExp(row)));
        const dots = rowsOf(dy, n).map((row, i) => sum(row.map((v, j) => v * softmax[i * n + j])));
        const totals = rowsOf(dy, n).map(sum);
        const machine = new TestMachine(build);
        const run = (
          kind: RowWise,
          first: ArrayLike<number>,
          second: ArrayLike<number>,
          count: number,
        ): (() => Float32Array) => {
          const y = machine.output(count);
          machine.assembler.rowWise(kind, rows, n, machine.floats(first), machine.floats(second), y);
          return () => machine.read(y, count);
        };
        const results = [
          run(RowWise.Softmax, x, [], rows * n),
          run(RowWise.LogSoftmax, x, [], rows * n),
          run(RowWise.SoftmaxGradient, dy, softmax, rows * n),
          run(RowWise.LogSoftmaxGradient, dy, logSoftmax, rows * n),
          run(RowWise.LogSumExp, x, [], rows),
        ];
        machine.run();
        const [y, logY, dx, dLog, lse] = results.map((read) => read());
        expect(worstError(y, softmax, 1)).toBeLessThan(1e-6);
        expect(worstError(logY, logSoftmax, 1)).toBeLessThan(1e-6);
        expect(
          worstError(
            dx,
            softmax.map((v, i) => v * (dy[i] - dots[Math.floor(i / n)])),
            1,
          ),
        ).toBeLessThan(1e-6);
        expect(
          worstError(
            dLog,
            Array.from(dy, (v, i) => v - softmax[i] * totals[Math.floor(i / n)]),
            4,
          ),
        ).toBeLessThan(1e-6);
        expect(worstError(lse, logits.map(logSumExp), 1)).toBeLessThan(1e-6);
      }
    }
  });

  test(`${build}: softmax cross-entropy and its gradient are within 1e-6, for labels, one-hot rows and smoothing`, () => {
    for (const n of [2, 3, 10, 17, 70]) {
      const rows = 37;
      const x = testArray(rows * n, 45).map((v) => v * 8);
      const labels = Array.from({ length: rows }, (_, i) => (i * 7) % n);
      const upstream = testArray(rows, 46);
      const soft = testArray(rows * n, 47).map(Math.abs);
      for (const labelSmoothing of [0, 0.1]) {
        for (const dense of [false, true]) {
          const target = rowsOf(x, n).map((row, i) =>
            row.map(
              (_, j) =>
                (1 - labelSmoothing) * (dense ? soft[i * n + j] : Number(labels[i] === j)) +
                labelSmoothing / n,
            ),
          );
          const machine = new TestMachine(build, rows + 5);
          const losses = machine.output(rows);
          const gradient = machine.output(rows * n);
          machine.assembler.softmaxCrossEntropy({
            rows: -1,
            classes: n,
            logits: machine.floats(x),
            targets: dense ? machine.floats(soft) : machine.ints(labels),
            dense,
            labelSmoothing,
            losses,
            gradient,
            upstream: machine.floats(upstream),
            upstreamIsPerRow: true,
          });
          machine.run({ rows });
          const logits = rowsOf(x, n);
          const expectedLoss = logits.map((row, i) =>
            sum(row.map((v, j) => target[i][j] * (logSumExp(row) - v))),
          );
          const expectedGradient = logits.flatMap((row, i) =>
            row.map((v, j) => upstream[i] * (Math.exp(v - logSumExp(row)) * sum(target[i]) - target[i][j])),
          );
          expect(worstError(machine.read(losses, rows), expectedLoss, 1)).toBeLessThan(1e-6);
          expect(worstError(machine.read(gradient, rows * n), expectedGradient, 4)).toBeLessThan(1e-6);
        }
      }
    }
  });

  test(`${build}: cross-entropy in place, for huge logits, with one upstream, and for a label out of range`, () => {
    const machine = new TestMachine(build);
    const logits = machine.floats([1000, -1000, 0, 88, 90, 89]);
    const losses = machine.output(2);
    machine.assembler.softmaxCrossEntropy({
      rows: 2,
      classes: 3,
      logits,
      targets: machine.ints([0, 3]),
      losses,
      gradient: logits,
      upstream: machine.floats([0.5]),
    });
    machine.run();
    expect(Array.from(machine.read(losses, 2))).toEqual([0, Number.NaN]);
    expect(Array.from(machine.read(logits, 6), Math.abs)).toEqual([
      0,
      0,
      0,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
  });

  test(`${build}: a NaN, +Inf or all −Inf makes its row of a softmax NaN and no other`, () => {
    const { NaN: nan, POSITIVE_INFINITY: inf, NEGATIVE_INFINITY: low } = Number;
    for (const n of [2, 5, 70]) {
      const rows = [1, nan, inf, 2, low].map((v) =>
        Array.from({ length: n }, (_, j) => (j === n - 1 || v === low ? v : j / n)),
      );
      const machine = new TestMachine(build);
      const x = machine.floats(rows.flat());
      const [y, losses, gradient] = [machine.output(5 * n), machine.output(5), machine.output(5 * n)];
      machine.assembler.rowWise(RowWise.Softmax, 5, n, x, 0, y);
      machine.assembler.softmaxCrossEntropy({
        rows: 5,
        classes: n,
        logits: x,
        targets: machine.ints([0, 0, 0, 0, 0]),
        losses,
        gradient,
      });
      machine.run();
      for (const values of [machine.read(y, 5 * n), machine.read(gradient, 5 * n)]) {
        values.forEach((v, i) => {
          expect(Number.isNaN(v)).toBe([1, 2, 4].includes(Math.floor(i / n)));
        });
      }
      expect(Array.from(machine.read(losses, 5), Number.isNaN)).toEqual([false, true, true, false, true]);
    }
  });

  test(`${build}: labels become one-hot rows, scores are counted where the first largest is at the label`, () => {
    const machine = new TestMachine(build, 4);
    const labels = machine.ints([2, 0, 1, 1]);
    const hot = machine.output(12);
    const correct = machine.output(1);
    const scores = machine.floats([0, 0, 1, 5, 5, 1, 2, Number.NaN, 3, 1, 0, 0]);
    machine.assembler.oneHot(labels, -1, 3, hot);
    machine.assembler.countCorrect(-1, 3, scores, labels, correct);
    machine.run();
    expect(Array.from(machine.read(hot, 12))).toEqual([0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0]);
    expect(machine.read(correct, 1)[0]).toBe(3);
  });
}
