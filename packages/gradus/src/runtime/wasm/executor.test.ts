import { expect, test } from 'vitest';
import { compile } from '../../compile/compile.ts';
import * as $ from '../../graph/operations.ts';
import { createStream } from '../../util/random.ts';
import type { Executor } from '../executor.ts';
import { StoreLayout } from '../layout.ts';
import { ReferenceExecutor } from '../reference/executor.ts';
import { createWasmExecutor, WasmExecutor } from './executor.ts';

const stream = createStream(7, 'init');
const numbers = (n: number): Float64Array => Float64Array.from({ length: n }, () => stream.normal());

const specs = [
  { name: 'w1', shape: [5, 7], trainable: true },
  { name: 'b1', shape: [7], trainable: true },
  { name: 'w2', shape: [7, 3], trainable: true },
  { name: 'b2', shape: [3], trainable: true },
];
const initial = new Map(specs.map(({ name, shape }) => [name, numbers(shape.reduce((a, b) => a * b, 1))]));
const rows = 23;
const x = numbers(rows * 5);
const labels = Int32Array.from({ length: rows }, () => stream.integer(3));

/** Train a small network with dropout and Adam for some steps, batches of 4 in a shuffled order. */
function train(executor: Executor, work?: number): { weights: number[]; losses: number[] } {
  const input = $.input('x', [-1, 5]);
  const targets = $.input('labels', [-1], 'int');
  const [w1, b1, w2, b2] = specs.map(({ name, shape }) => $.parameter(name, shape));
  const hidden = $.dropout($.tanh($.add($.matmul(input, w1), b1)), 0.25, 'dropout_1');
  const loss = $.mean($.softmaxCrossEntropy($.add($.matmul(hidden, w2), b2), targets));
  const layout = new StoreLayout(specs);
  const constants = { weightDecay: 0.01, momentum: 0, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, underRoot: 0 };
  const program = compile({
    loss,
    trainable: specs.map(({ name }) => name),
    update: { rule: 'adam', scalarsPerRun: 2, runs: layout.updateRuns(constants) },
    gathered: true,
  });
  const store = executor.createStore(layout, 2);
  for (const [name, values] of initial) store.write(name, values);
  const session = executor.createSession(program, { store, rowCapacity: 4, seed: 5 });
  session.bind('x', executor.createData({ values: x, width: 5 }));
  session.bind('labels', executor.createData({ values: labels, width: 1 }));
  const steps = 6;
  const losses: number[] = [];
  for (let epoch = 0; epoch < 5; epoch++) {
    const scalars = Float64Array.from({ length: 2 * steps }, (_, i) => {
      const t = epoch * steps + Math.floor(i / 2) + 1;
      return i % 2 === 0 ? 0.05 / (1 - 0.9 ** t) : Math.sqrt(1 - 0.999 ** t);
    });
    const order = createStream(epoch, 'shuffle').permutation(rows);
    session.start({ steps, batchSize: 4, rowCount: rows, order, stepNumber: epoch * steps, scalars });
    while (session.advance(work) === 'paused');
    losses.push(...session.records);
  }
  return { weights: specs.flatMap(({ name }) => [...store.read(name)]), losses };
}

const truth = train(new ReferenceExecutor('float64'));

for (const numerics of ['portable', 'fast'] as const) {
  test(`${numerics}: thirty Adam steps with dropout follow the float64 reference within 2e-5`, () => {
    const { weights, losses } = train(createWasmExecutor({ numerics }));
    const apart = Math.max(...weights.map((w, i) => Math.abs(w - truth.weights[i])));
    expect(apart).toBeLessThan(2e-5);
    expect(losses.length).toBe(30);
    expect(Math.max(...losses.map((l, i) => Math.abs(l - truth.losses[i])))).toBeLessThan(2e-5);
  });

  test(`${numerics}: slices of any size give the same bits`, () => {
    const whole = train(createWasmExecutor({ numerics }));
    expect(train(createWasmExecutor({ numerics }), 1)).toEqual(whole);
    expect(train(createWasmExecutor({ numerics }), 1000)).toEqual(whole);
  });
}

test('the rounding of an executor is a property, whatever its name', () => {
  expect(createWasmExecutor({ numerics: 'portable' }).numerics).toBe('portable');
  expect(new WasmExecutor('portable', 1).withThreads(2).numerics).toBe('portable');
  const reference: Executor = new ReferenceExecutor('float64');
  expect(reference.numerics).toBeUndefined();
});
