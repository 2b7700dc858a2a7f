import { expect, test } from 'vitest';
import { builds, TestMachine, testArray } from '../../../testing/machine.ts';
import { Activation, Binary, Reduction, RowWise, Unary } from '../machine/opcodes.ts';

// A read past the memory's end traps, so a call that comes back has kept to the 16 bytes behind its operand.
const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 17];

for (const build of builds) {
  test(`${build}: no kernel reads more than 16 bytes behind an operand`, () => {
    const values = testArray(20_000, 80);
    const run = (emit: (machine: TestMachine, out: number) => void): void => {
      const machine = new TestMachine(build, 3);
      emit(machine, machine.output(12_000));
      expect(() => machine.run({ rows: 3, order: [2, 0, 1] })).not.toThrow();
    };
    for (const n of sizes) {
      for (const m of [1, 5, 20]) {
        for (const k of [1, 3, 30]) {
          for (const transposeA of [false, true]) {
            for (const transposeB of [false, true]) {
              const shape = { m, n, k, transposeA, transposeB };
              run((machine, c) => {
                machine.assembler.matmul({
                  ...shape,
                  a: machine.last(values.subarray(0, m * k)),
                  b: machine.floats(values),
                  c,
                });
              });
              run((machine, c) => {
                machine.assembler.matmul({
                  ...shape,
                  a: machine.floats(values),
                  b: machine.last(values.subarray(0, k * n)),
                  c,
                });
              });
            }
          }
        }
        // Wide enough that rows of B are packed.
        const wide = 130 + n;
        run((machine, c) => {
          const b = machine.last(values.subarray(0, 12 * wide));
          machine.assembler.matmul({ m: 20, n: wide, k: 12, a: machine.floats(values), b, c });
        });
        run((machine, c) => {
          const operands = { a: machine.floats(values), b: machine.floats(values), c };
          machine.assembler.matmul({ m, n, k: 4, ...operands, bias: machine.last(values.subarray(0, n)) });
        });
        run((machine, c) => {
          const reference = machine.last(values.subarray(0, m * n));
          const operands = { a: machine.floats(values), b: machine.floats(values), c };
          machine.assembler.matmul({ m, n, k: 4, ...operands, gradientOf: Activation.Relu, reference });
        });
        run((machine, out) =>
          machine.assembler.reduce(Reduction.Sum, 1, m, n, machine.last(values.subarray(0, m * n)), out),
        );
        run((machine, out) =>
          machine.assembler.reduce(Reduction.Maximum, m, n, 1, machine.last(values.subarray(0, m * n)), out),
        );
        run((machine, out) =>
          machine.assembler.rowWise(RowWise.Softmax, m, n, machine.last(values.subarray(0, m * n)), 0, out),
        );
        for (const gradient of [true, false]) {
          run((machine, out) => {
            const logits = machine.last(values.subarray(0, m * n));
            const targets = machine.ints(new Int32Array(m));
            machine.assembler.softmaxCrossEntropy({
              rows: m,
              classes: n,
              logits,
              targets,
              losses: out,
              gradient: gradient ? logits : 0,
            });
          });
        }
      }
      run((machine, out) => machine.assembler.unary(Unary.Exp, n, machine.last(values.subarray(0, n)), out));
      run((machine, out) =>
        machine.assembler.binary(
          Binary.Add,
          1,
          n,
          [machine.last(values.subarray(0, n)), 0, 1],
          [out, 0, 1],
          out,
        ),
      );
      run((machine, out) =>
        machine.assembler.binary(
          Binary.Add,
          n,
          3,
          [machine.last(values.subarray(0, n)), 1, 0],
          [out, 3, 1],
          out,
        ),
      );
      run((machine, out) =>
        machine.assembler.dropout(n, machine.last(values.subarray(0, n)), out, 0.5, 1, 2),
      );
      run((machine, out) => machine.assembler.gatherFloat(out, machine.last(values.subarray(0, 3 * n)), n));
      run((machine, out) =>
        machine.assembler.gatherByte(out, machine.last(values.subarray(0, 3 * n)), 4 * n, 1, 0),
      );
      run((machine) => machine.assembler.checkFinite(machine.last(values.subarray(0, n)), n));
      run((machine, out) =>
        machine.assembler.stridedCopy(machine.last(values.subarray(0, n)), 0, out, 0, [
          { size: n, source: 1, destination: 1 },
        ]),
      );
    }
  });
}
