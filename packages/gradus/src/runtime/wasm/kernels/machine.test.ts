import { expect, test } from 'vitest';
import { builds, TestMachine, testArray } from '../../../testing/machine.ts';
import { type MovingPointer, perRow } from '../machine/assembler.ts';
import { Activation, Binary, Reduction, Status, Unary, Update } from '../machine/opcodes.ts';

for (const build of builds) {
  test(`${build}: rows are gathered by index, from floats, bytes and integers`, () => {
    const machine = new TestMachine(build, 3);
    const table = testArray(70, 60);
    const image = Uint8Array.from({ length: 70 }, (_, i) => (i * 37) % 256);
    const labels = Int32Array.from({ length: 10 }, (_, i) => -i);
    const [f, b, l, windows] = [
      machine.output(21),
      machine.output(21),
      machine.output(3),
      machine.output(15),
    ];
    const source = machine.floats(table);
    machine.assembler.gatherFloat(f, source, 7);
    machine.assembler.gatherFloat(windows, source, 5, 2);
    machine.assembler.gatherByte(b, machine.bytes(image), 7, 1 / 255, -0.5);
    machine.assembler.gatherInt(l, machine.ints(labels), 1);
    machine.run({ rows: 3, order: [9, 0, 4] });
    const rows = [9, 0, 4];
    expect(Array.from(machine.read(f, 21))).toEqual(
      rows.flatMap((r) => Array.from(table.subarray(7 * r, 7 * r + 7))),
    );
    expect(Array.from(machine.read(windows, 15))).toEqual(
      rows.flatMap((r) => Array.from(table.subarray(2 * r, 2 * r + 5))),
    );
    expect(Array.from(machine.readInts(l, 3))).toEqual([-9, 0, -4].map((v) => v + 0));
    const scaled = rows.flatMap((r) => Array.from(image.subarray(7 * r, 7 * r + 7), (v) => v / 255 - 0.5));
    machine.read(b, 21).forEach((v, i) => {
      expect(v).toBeCloseTo(scaled[i], 6);
    });
  });

  test(`${build}: many steps in a call, the last batch partial, one row of outputs a step`, () => {
    const machine = new TestMachine(build, 4);
    const x = machine.output(4);
    const total = machine.output(1);
    const count = machine.output(1);
    machine.assembler.gatherFloat(x, machine.floats([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024]), 1);
    machine.assembler.reduce(Reduction.Sum, 1, perRow(1), 1, x, total);
    machine.assembler.count(count, perRow(3));
    machine.assembler.record(total, 1);
    machine.assembler.record(count, 0);
    expect(machine.run({ rows: 4, steps: 3, total: 10, first: 1, outputCount: 2 })).toBe(Status.Done);
    expect(Array.from(machine.outputs)).toEqual([12, 30, 12, 480, 6, 1536]);
  });

  test(`${build}: a repeat runs its body count times, moves the patched operands and puts them back`, () => {
    const machine = new TestMachine(build, 5);
    const x = machine.floats(testArray(40, 61));
    const running = machine.output(40);
    const sum = machine.floats([0, 0]);
    const { assembler } = machine;
    // Prefix sums of 20 pairs; the inner repeat counts to three for each.
    const turns = machine.floats([0]);
    const one = machine.floats([1]);
    assembler.repeatBegin(perRow(4), 1);
    const moving = (address: number): MovingPointer => ({ address, stride: 8, repeat: 1 });
    assembler.binary(Binary.Add, 1, 2, [sum, 0, 1], [moving(x), 0, 1], sum);
    assembler.unary(Unary.Copy, 2, sum, moving(running));
    assembler.repeatBegin(3);
    assembler.binary(Binary.Add, 1, 1, [turns, 0, 1], [one, 0, 1], turns);
    assembler.repeatEnd();
    assembler.repeatEnd();
    assembler.repeatBegin(0);
    assembler.fill(running, 40, 7);
    assembler.repeatEnd();
    expect(machine.run({ rows: 5, steps: 1 })).toBe(Status.Done);
    const values = testArray(40, 61);
    const expected = new Float32Array(40);
    for (let i = 0; i < 40; i++) expected[i] = (i < 2 ? 0 : expected[i - 2]) + values[i];
    expect(Array.from(machine.read(running, 40))).toEqual(Array.from(expected));
    expect(machine.read(turns, 1)[0]).toBe(60);
    expect(machine.run({ rows: 5, steps: 1, budget: 1 })).toBe(Status.Done);
    expect(machine.read(turns, 1)[0]).toBe(120);
    expect(machine.read(running, 40)[39]).toBeCloseTo(2 * expected[39], 4);
  });

  test(`${build}: a reverse repeat goes through its slices from the last to the first`, () => {
    for (const budget of [Number.POSITIVE_INFINITY, 1]) {
      const machine = new TestMachine(build, 7);
      const values = machine.floats([1, 2, 3, 4, 5, 6, 7]);
      const suffix = machine.output(7);
      const sum = machine.floats([0]);
      const { assembler } = machine;
      assembler.repeatBegin(perRow(1), 2, true);
      assembler.binary(Binary.Add, 1, 1, [sum, 0, 1], [{ address: values, stride: 4, repeat: 2 }, 0, 1], sum);
      assembler.unary(Unary.Copy, 1, sum, { address: suffix, stride: 4, repeat: 2 });
      assembler.repeatEnd();
      machine.run({ rows: 7, steps: 2, total: 14, budget });
      expect(Array.from(machine.read(suffix, 7))).toEqual([56, 55, 53, 50, 46, 41, 35]);
    }
  });

  test(`${build}: a value that is not finite stops the call before what follows, and the flag names who found it`, () => {
    for (const [value, at] of [
      [Number.NaN, 2],
      [Number.POSITIVE_INFINITY, 6],
      [Number.NEGATIVE_INFINITY, 3],
      [3e38, -1],
    ] as const) {
      const machine = new TestMachine(build);
      const x = machine.floats(testArray(7, 62).map((v, i) => (i === at ? value : v)));
      const marker = machine.output(1);
      machine.assembler.checkFinite(x, 6);
      machine.assembler.checkFinite(x, 7);
      machine.assembler.stopUnlessFinite();
      machine.assembler.fill(marker, 1, 1);
      expect(machine.run()).toBe(at < 0 ? Status.Done : Status.NotFinite);
      expect(machine.read(marker, 1)[0]).toBe(at < 0 ? 1 : -123.5);
      expect(machine.flag !== 0).toBe(at >= 0);
    }
  });

  test(`${build}: copies between strided views of up to six axes`, () => {
    const x = testArray(720, 63);
    const machine = new TestMachine(build, 3);
    const [source, transposed, box, scalar] = [
      machine.floats(x),
      machine.output(720),
      machine.output(40),
      machine.output(1),
    ];
    const sizes = [2, 3, 4, 5, 6, 1];
    const strides = [360, 120, 30, 6, 1, 1];
    const order = [5, 4, 3, 2, 1, 0];
    let stride = 720;
    const axes = order.map((axis) => {
      stride /= sizes[axis];
      return { size: sizes[axis], source: strides[axis], destination: stride };
    });
    machine.assembler.stridedCopy(source, 0, transposed, 0, axes);
    machine.assembler.stridedCopy(source, perRow(7), box, 5, [
      { size: perRow(2), source: 30, destination: 5 },
      { size: 5, source: 1, destination: 1 },
    ]);
    machine.assembler.stridedCopy(source, 11, scalar, 0, []);
    machine.run({ rows: 3 });
    const actual = machine.read(transposed, 720);
    actual.forEach((v, i) => {
      let rest = i;
      let from = 0;
      for (const axis of order.toReversed()) {
        from += (rest % sizes[axis]) * strides[axis];
        rest = Math.floor(rest / sizes[axis]);
      }
      expect(v).toBe(x[from]);
    });
    const copied = machine.read(box, 40);
    for (let i = 0; i < 40; i++) {
      const k = i - 5;
      expect(copied[i]).toBe(k >= 0 && k < 30 ? x[21 + Math.floor(k / 5) * 30 + (k % 5)] : -123.5);
    }
    expect(machine.read(scalar, 1)[0]).toBe(x[11]);
  });

  test(`${build}: training a network has the same bits whether or not the call pauses at every tile`, () => {
    const samples = 90;
    const [inputs, hidden, classes, rows] = [33, 70, 3, 20];
    const train = (budget: number): { bits: number[]; losses: number[]; calls: number } => {
      const machine = new TestMachine(build, rows);
      const { assembler } = machine;
      const data = machine.floats(testArray(samples * inputs, 64));
      const labels = machine.ints(Array.from({ length: samples }, (_, i) => i % classes));
      const sizes = [inputs * hidden, hidden, hidden * classes, classes];
      const total = sizes.reduce((a, b) => a + b, 0);
      const w = machine.floats(testArray(total, 65).map((v) => v / 4));
      const g = machine.output(total);
      const at = (base: number, i: number): number => base + 4 * sizes.slice(0, i).reduce((a, b) => a + b, 0);
      const [x, y, h, dropped, logits, losses, loss] = [
        rows * inputs,
        rows,
        rows * hidden,
        rows * hidden,
        rows * classes,
        rows,
        1,
      ].map((n) => machine.output(n));
      assembler.gatherFloat(x, data, inputs);
      assembler.gatherInt(y, labels, 1);
      assembler.matmul({
        m: -1,
        n: hidden,
        k: inputs,
        a: x,
        b: at(w, 0),
        c: h,
        bias: at(w, 1),
        activation: Activation.Tanh,
      });
      assembler.dropout(perRow(hidden), h, dropped, 0.25, 7, 9);
      assembler.matmul({ m: -1, n: classes, k: hidden, a: dropped, b: at(w, 2), c: logits, bias: at(w, 3) });
      assembler.softmaxCrossEntropy({ rows: -1, classes, logits, targets: y, losses, gradient: logits });
      assembler.reduce(Reduction.Mean, 1, perRow(1), 1, losses, loss);
      assembler.matmul({
        transposeA: true,
        m: hidden,
        n: classes,
        k: -1,
        a: dropped,
        b: logits,
        c: at(g, 2),
      });
      assembler.reduce(Reduction.Sum, 1, perRow(1), classes, logits, at(g, 3));
      assembler.matmul({
        transposeB: true,
        m: -1,
        n: hidden,
        k: classes,
        a: logits,
        b: at(w, 2),
        c: dropped,
      });
      assembler.dropout(perRow(hidden), dropped, dropped, 0.25, 7, 9);
      assembler.activationGradient(Activation.Tanh, perRow(hidden), dropped, h, dropped);
      assembler.matmul({ transposeA: true, m: inputs, n: hidden, k: -1, a: x, b: dropped, c: at(g, 0) });
      assembler.reduce(Reduction.Sum, 1, perRow(1), hidden, dropped, at(g, 1));
      assembler.record(loss, 0);
      assembler.checkFinite(loss, 1);
      assembler.stopUnlessFinite();
      assembler.update({ kind: Update.Sgd, n: total, weights: w, gradient: g, column: 0 });
      const order = Array.from({ length: 60 * samples }, (_, i) => (i * 7) % samples);
      const steps = order.length / rows;
      const scalars = Array.from({ length: steps }, () => [0.02]);
      expect(machine.run({ rows, steps, order, total: order.length - 7, scalars, budget })).toBe(Status.Done);
      return {
        bits: Array.from(machine.readInts(w, total)),
        losses: Array.from(machine.outputs),
        calls: machine.calls,
      };
    };
    const straight = train(Number.POSITIVE_INFINITY);
    const paused = train(1);
    expect(straight.calls).toBe(1);
    expect(paused.calls).toBeGreaterThan(270 * 15);
    expect(paused.bits).toEqual(straight.bits);
    expect(paused.losses).toEqual(straight.losses);
    expect(straight.losses.at(-1)).toBeLessThan(0.7 * straight.losses[0]);
  });
}
