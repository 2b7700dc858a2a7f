import { expect, test } from 'vitest';
import { compile } from '../../compile/compile.ts';
import type { Program } from '../../compile/program.ts';
import * as $ from '../../graph/operations.ts';
import { StoreLayout } from '../layout.ts';
import { ReferenceExecutor } from '../reference/executor.ts';
import { createWasmExecutor } from './executor.ts';
import { heapOf } from './memory/heap.ts';

const executor = createWasmExecutor({ numerics: 'portable' });
const layout = new StoreLayout([]);
const doubled = (gathered: boolean): Program => {
  const x = $.input('x', [-1, 2]);
  return compile({ records: { total: $.sum(x) }, outputs: { y: $.affine(x, 2, 0) }, gathered });
};
const data = { values: Float32Array.of(1, 2, 3, 4, 5, 6), width: 2 };

test('giving memory back twice takes nothing from whoever has it by then', () => {
  const heap = heapOf('portable');
  const before = heap.used;
  const first = executor.createData(data);
  first.dispose();
  const second = executor.createData(data);
  first.dispose();
  const third = executor.createData({ values: new Float32Array(6), width: 2 });
  const session = executor.createSession(doubled(true), {
    store: executor.createStore(layout, 0),
    rowCapacity: 3,
  });
  session.bind('x', second);
  session.start({ steps: 1, batchSize: 3, rowCount: 3 });
  session.advance();
  expect([...session.read('y')]).toEqual([2, 4, 6, 8, 10, 12]);
  session.dispose();
  second.dispose();
  third.dispose();
  const store = executor.createStore(layout, 0);
  store.dispose();
  const other = executor.createStore(layout, 0);
  store.dispose();
  expect(heap.used).toBeGreaterThan(before);
  other.dispose();
});

test('tables that grow with the runs give back what they no longer need', () => {
  const session = executor.createSession(doubled(false), {
    store: executor.createStore(layout, 0),
    rowCapacity: 1,
  });
  session.start({ steps: 10_000, batchSize: 1, rowCount: 0 });
  const used = heapOf('portable').used;
  for (let more = 1; more <= 20; more++) {
    session.start({ steps: 10_000 + 100 * more, batchSize: 1, rowCount: 0 });
  }
  expect(heapOf('portable').used).toBeLessThan(used + 2 * 8 * 2000);
  session.dispose();
});

test('a session refuses to run without its memory, and over rows that it has no room or no data for', () => {
  for (const runner of [executor, new ReferenceExecutor('float32')]) {
    const make = () =>
      runner.createSession(doubled(true), { store: runner.createStore(layout, 0), rowCapacity: 3 });
    const table = runner.createData(data);
    const session = make();
    session.bind('x', table);
    expect(() => session.start({ steps: 1, batchSize: 4, rowCount: 4 })).toThrow('room for 3');
    expect(() => session.start({ steps: 2, batchSize: 2, rowCount: 4 })).toThrow('row 3');
    expect(() => session.start({ steps: 1, batchSize: 2, rowCount: 2, firstRow: 2 })).toThrow('row 3');
    for (const row of [-1, 3]) {
      const order = Int32Array.of(0, row);
      expect(() => session.start({ steps: 1, batchSize: 2, rowCount: 2, order })).toThrow(`row ${row}`);
    }
    // Rows that no step reaches are nobody's business.
    session.start({ steps: 1, batchSize: 2, rowCount: 3, order: Int32Array.of(2, 0, 9) });
    expect(session.advance()).toBe('done');
    expect([...session.read('y')]).toEqual([10, 12, 2, 4]);
    table.dispose();
    expect(() => session.start({ steps: 1, batchSize: 3, rowCount: 3 })).toThrow('disposed');
    session.bind('x', runner.createData(data));
    session.start({ steps: 1, batchSize: 3, rowCount: 3 });
    session.dispose();
    expect(() => session.advance()).toThrow('disposed');
    expect(() => session.start({ steps: 1, batchSize: 3, rowCount: 3 })).toThrow('disposed');
  }
});

test('numbers that an input or a segment has no room for are refused', () => {
  const small = new StoreLayout([{ name: 'w', shape: [2], trainable: true }]);
  for (const runner of [executor, new ReferenceExecutor('float32')]) {
    const store = runner.createStore(small, 0);
    const session = runner.createSession(doubled(false), { store, rowCapacity: 3 });
    expect(() => session.write('x', new Float32Array(8))).toThrow('8 values');
    expect(() => store.write('w', [1, 2, 3])).toThrow('3 values');
    expect([...store.read('w')]).toEqual([0, 0]);
  }
});

test('an output is read for the rows of the last step, also when that step failed', () => {
  const x = $.input('x', [-1, 2]);
  const w = $.parameter('w', []);
  const own = new StoreLayout([{ name: 'w', shape: [], trainable: true }]);
  const program = compile({
    loss: $.multiply(w, $.sum($.log(x))),
    outputs: { y: $.affine(x, 2, 0) },
    trainable: ['w'],
    gathered: true,
  });
  for (const runner of [executor, new ReferenceExecutor('float32')]) {
    const store = runner.createStore(own, 0);
    const session = runner.createSession(program, { store, rowCapacity: 2 });
    session.bind('x', runner.createData({ values: Float32Array.of(1, 2, 3, 4, -5, 6), width: 2 }));
    session.start({ steps: 4, batchSize: 1, rowCount: 4, order: Int32Array.of(0, 2, 0, 0) });
    expect(session.advance()).toBe('notFinite');
    expect(session.records).toHaveLength(2);
    session.start({ steps: 2, batchSize: 2, rowCount: 3 });
    expect(session.advance()).toBe('notFinite');
    expect(session.stepsDone).toBe(1);
    expect(session.records).toHaveLength(2);
    expect([...session.read('y')]).toEqual([-10, 12]);
  }
});

test('a step run at once has the bits of a run, also after other runs and other rows', () => {
  for (const runner of [executor, new ReferenceExecutor('float32')]) {
    const session = runner.createSession(doubled(false), {
      store: runner.createStore(layout, 0),
      rowCapacity: 3,
    });
    for (const [rows, first] of [
      [3, 1],
      [3, 2],
      [1, 3],
      [1, 4],
      [3, 5],
    ]) {
      const x = Float32Array.from({ length: rows * 2 }, (_, i) => first + i);
      session.write('x', x);
      expect(session.runOnce(rows)).toBe('done');
      const into = new Float64Array(2 + rows * 2);
      session.readInto('y', into, 2);
      expect([...into]).toEqual([0, 0, ...x.map((value) => 2 * value)]);
      expect(() => session.readInto('y', into, 3)).toThrow();
      session.start({ steps: 2, batchSize: rows, rowCount: 2 * rows });
      if (first % 2 === 0) session.advance(1);
    }
    session.dispose();
    expect(() => session.runOnce(3)).toThrow('disposed');
  }
});

test('rows of data are replaced, never by more or by others', () => {
  for (const runner of [executor, new ReferenceExecutor('float32')]) {
    const table = runner.createData(data);
    const session = runner.createSession(doubled(true), {
      store: runner.createStore(layout, 0),
      rowCapacity: 3,
    });
    session.bind('x', table);
    table.write(Float32Array.of(7, 8, 9, 10));
    session.start({ steps: 1, batchSize: 2, rowCount: 2 });
    session.advance();
    expect([...session.read('y')]).toEqual([14, 16, 18, 20]);
    expect(() => table.write(new Float32Array(7))).toThrow('7 values');
    expect(() => table.write(new Uint8Array(2))).toThrow('rows for data');
  }
});

for (const numerics of ['portable', 'fast'] as const) {
  test(`a call that pauses wherever it can never leaves an update half done: ${numerics}`, () => {
    const runner = createWasmExecutor({ numerics });
    const size = 100_000;
    const own = new StoreLayout([
      { name: 'v', shape: [40_000], trainable: true },
      { name: 'w', shape: [size], trainable: true, learningRateFactor: 0.5 },
    ]);
    const [x, v, w] = [$.input('x', [-1, 1]), $.parameter('v', [40_000]), $.parameter('w', [size])];
    const constants = { weightDecay: 0, momentum: 0.5, beta1: 0, beta2: 0, epsilon: 0, underRoot: 0 };
    // Every element has the same gradient: whoever sees two values sees an update that is half done.
    const program = compile({
      loss: $.multiply($.mean(x), $.add($.sum(v), $.sum(w))),
      trainable: ['v', 'w'],
      update: { rule: 'momentum', scalarsPerRun: 2, runs: own.updateRuns(constants) },
      gathered: true,
    });
    const trainWith = (work: number) => {
      const store = runner.createStore(own, 1);
      const session = runner.createSession(program, { store, rowCapacity: 2 });
      session.bind('x', runner.createData({ values: Float32Array.of(1, 2, 3, 4, 5, 6), width: 1 }));
      const scalars = Float64Array.from({ length: 3 * program.scalarCount }, (_, i) => 1 / (i + 8));
      session.start({ steps: 3, batchSize: 2, rowCount: 6, scalars });
      const steps: (string | number)[][] = [];
      let pauses = 0;
      for (;;) {
        const status = session.advance(work);
        const seen = [store.read('v'), store.read('w'), store.read('v', 0), store.read('w', 0)];
        for (const values of seen) expect(values.every((value) => value === values[0])).toBe(true);
        const state = [session.stepsDone, ...seen.map((values) => values[0])];
        if (steps.length === 0 || String(state) !== String(steps.at(-1))) steps.push(state);
        if (status === 'done') return { steps, pauses };
        pauses++;
      }
    };
    const { steps, pauses } = trainWith(1);
    // The beginning and one state a step: the weights and the count of steps change together.
    expect(steps.map(([done]) => done)).toEqual([0, 1, 2, 3]);
    expect(pauses).toBeGreaterThan(20);
    expect(trainWith(Number.POSITIVE_INFINITY).steps).toEqual(steps.slice(3));
  });
}
