import { expect, test } from 'vitest';
import { compile } from '../../compile/compile.ts';
import type { Program } from '../../compile/program.ts';
import * as $ from '../../graph/operations.ts';
import { StoreLayout } from '../layout.ts';
import { ReferenceExecutor } from '../reference/executor.ts';
import { createWasmExecutor } from './executor.ts';
import { heapOf } from './heap.ts';

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
    expect(() => session.write('x', new Float32Array(8))).toThrow('8 numbers');
    expect(() => store.write('w', [1, 2, 3])).toThrow('3 numbers');
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
