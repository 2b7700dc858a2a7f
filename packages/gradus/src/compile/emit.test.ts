import { expect, test } from 'vitest';
import { differentiate } from '../graph/differentiate.ts';
import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { Executor } from '../runtime/executor.ts';
import { StoreLayout } from '../runtime/layout.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { interpret } from '../runtime/reference/interpret.ts';
import { createWasmExecutor } from '../runtime/wasm/executor.ts';
import { runInArena } from '../testing/arena.ts';
import { compile } from './compile.ts';

const executors: readonly (readonly [Executor, number])[] = [
  [new ReferenceExecutor('float64'), 1e-13],
  [createWasmExecutor({ numerics: 'portable' }), 1e-5],
];

const ROWS = 3;
const parameters = new Map([
  ['w', Float64Array.of(0.5, -0.25, 0.75, 1)],
  ['b', Float64Array.of(0.125, -0.5)],
]);
const specs = [
  { name: 'w', shape: [2, 2], trainable: true },
  { name: 'b', shape: [2], trainable: true },
];
const w = $.parameter('w', [2, 2]);
const b = $.parameter('b', [2]);
const x = $.input('x', [-1, 2]);
const table = Float64Array.of(0.5, 1, -0.75, 0.25, 1.5, -1);

/** Compare loss and gradients of a compiled graph with those of the traced one. */
function expectSame(loss: Tensor): void {
  const gradients = differentiate(new Map([[loss, $.constant(1)]]), [w, b]);
  const [value, ...truth] = interpret(
    [loss, ...gradients.map((gradient, i) => gradient ?? $.affine([w, b][i], 0, 0))],
    { inputs: { x: table }, parameters: (name) => parameters.get(name)! },
    { rows: ROWS },
  );
  const program = compile({ loss, trainable: ['w', 'b'], gathered: true });
  const compare = (who: string, got: readonly ArrayLike<number>[], bound: number): void => {
    [value, ...truth].forEach(({ values }, i) => {
      values.forEach((expected: number, k: number) => {
        const difference = Math.abs(got[i][k] - expected);
        expect(difference, `${who}, result ${i}, element ${k}`).toBeLessThanOrEqual(
          bound * Math.max(1, Math.abs(expected)),
        );
      });
    });
  };
  for (const [executor, bound] of executors) {
    const store = executor.createStore(new StoreLayout(specs), 0);
    for (const [name, numbers] of parameters) store.write(name, numbers);
    const session = executor.createSession(program, { store, rowCapacity: ROWS });
    if (program.inputs.has('x')) session.bind('x', executor.createData({ values: table, width: 2 }));
    session.start({ steps: 1, batchSize: ROWS, rowCount: ROWS });
    expect(session.advance()).toBe('done');
    compare(
      executor.name,
      [session.records, store.read('w', 'gradient'), store.read('b', 'gradient')],
      bound,
    );
  }
  const arena = runInArena(program, {
    rows: ROWS,
    step: 0,
    seed: 0,
    inputs: new Map([['x', table]]),
    parameters,
  });
  const gradient = (name: string): ArrayLike<number> => arena.get(`∂${name}`) ?? new Float64Array(4);
  compare('the poisoned arena', [arena.get('loss')!, gradient('w'), gradient('b')], 1e-13);
}

const loop = (count: number, start: Tensor, body: (state: Tensor) => Tensor): Tensor =>
  $.repeat({ count, carried: [start] }, ([state]) => ({ carried: [body(state)] })).carried[0];

test('a loop of no iterations returns its initial values', () => {
  expectSame($.sum($.square(loop(0, $.matmul(x, w), (state) => $.tanh($.add(state, b))))));
});

test('a loop inside a loop', () => {
  const inner = (start: Tensor): Tensor => loop(2, start, (state) => $.tanh($.add($.matmul(state, w), b)));
  expectSame($.sum(loop(3, x, (state) => $.add(state, inner(state)))));
});

test('two loops, one after the other, sharing what they read', () => {
  const first = loop(2, x, (state) => $.tanh($.matmul(state, w)));
  const second = loop(3, first, (state) => $.add($.sin($.matmul(state, w)), first));
  expectSame($.add($.mean(second), $.mean($.square(first))));
});

test('states that swap', () => {
  const { carried } = $.repeat({ count: 3, carried: [x, $.matmul(x, w)] }, ([p, q]) => ({
    carried: [q, $.add($.tanh(p), b)],
  }));
  expectSame($.sum($.multiply(carried[0], $.sin(carried[1]))));
});

test('a state that becomes a constant, and one that stays', () => {
  const start = $.matmul(x, w);
  const { carried } = $.repeat({ count: 2, carried: [x, start] }, ([, q]) => ({ carried: [start, q] }));
  expectSame($.add($.sum($.square(carried[0])), $.sum(carried[1])));
});

test('stacked slices that are a state, a slice, or the same tensor twice', () => {
  const series = $.reshape($.concatenate([x, $.sin(x)], 0), [2, -1, 2]);
  const { stacked } = $.repeat(
    { count: 2, carried: [$.matmul(x, w)], sliced: [series] },
    ([state], [slice]) => {
      const next = $.tanh($.add(state, $.add(slice, b)));
      return { carried: [next], stacked: [state, slice, next, next] };
    },
  );
  expectSame(stacked.map((tensor) => $.mean($.square(tensor))).reduce((p, q) => $.add(p, q)));
});

test('gradients that are one tensor, or a reshaped one', () => {
  const both = $.add($.reshape(w, [4]), $.concatenate([b, b]));
  expectSame($.sum($.square(both)));
  expectSame($.add($.sum(b), $.sum($.reshape($.add(b, $.sum(w, { axes: 0 })), [2, 1]))));
});

test('a loss that is a parameter, and one that reads none', () => {
  expectSame($.reshape($.slice(b, [1], [1]), []));
  expectSame($.sum(x));
});
