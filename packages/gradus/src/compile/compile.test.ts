import { expect, test } from 'vitest';
import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import { StoreLayout } from '../runtime/layout.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { interpret } from '../runtime/reference/interpret.ts';
import { createStream } from '../util/random.ts';
import { compile } from './compile.ts';
import { planMemory } from './plan.ts';

const stream = createStream(7, 'init');
const numbers = (n: number): Float64Array => Float64Array.from({ length: n }, () => stream.normal());

const specs = [
  { name: 'w1', shape: [5, 7], trainable: true },
  { name: 'b1', shape: [7], trainable: true },
  { name: 'w2', shape: [7, 3], trainable: true },
  { name: 'b2', shape: [3], trainable: true },
];

function network(): { loss: Tensor; logits: Tensor } {
  const x = $.input('x', [-1, 5]);
  const labels = $.input('labels', [-1], 'int');
  const [w1, b1, w2, b2] = specs.map(({ name, shape }) => $.parameter(name, shape));
  const hidden = $.tanh($.add($.matmul(x, w1), b1));
  const logits = $.add($.matmul(hidden, w2), b2);
  return { loss: $.mean($.softmaxCrossEntropy(logits, labels)), logits };
}

test('a compiled network gives the loss of the traced graph, and gradients equal to central differences', () => {
  const { loss, logits } = network();
  const trainable = specs.map(({ name }) => name);
  const program = compile({ loss, trainable, outputs: { logits }, gathered: true });
  const executor = new ReferenceExecutor();
  const store = executor.createStore(new StoreLayout(specs), 0);
  const values = new Map(specs.map(({ name, shape }) => [name, numbers(shape.reduce((a, b) => a * b, 1))]));
  for (const [name, v] of values) store.write(name, v);
  const session = executor.createSession(program, { store, rowCapacity: 4 });
  const x = numbers(20);
  const labels = Int32Array.of(0, 2, 1, 1);
  session.bind('x', executor.createData({ values: x, width: 5 }));
  session.bind('labels', executor.createData({ values: labels, width: 1 }));
  session.start({ steps: 1, batchSize: 4, rowCount: 4 });
  expect(session.advance()).toBe('done');
  const lossAt = (): number =>
    interpret([loss], { inputs: { x, labels }, parameters: (name) => values.get(name)! }, { rows: 4 })[0]
      .values[0];
  expect(session.records[0]).toBeCloseTo(lossAt(), 12);
  for (const [name, v] of values) {
    const gradient = store.read(name, 'gradient');
    for (let i = 0; i < v.length; i++) {
      const before = v[i];
      v[i] = before + 1e-5;
      const up = lossAt();
      v[i] = before - 1e-5;
      const down = lossAt();
      v[i] = before;
      expect(Math.abs(gradient[i] - (up - down) / 2e-5)).toBeLessThan(1e-9);
    }
  }
  const counts = new Map<string, number>();
  for (const { op } of program.instructions) counts.set(op, (counts.get(op) ?? 0) + 1);
  expect(Object.fromEntries(counts)).toEqual({
    gather: 2,
    count: 1,
    binary: 1,
    matmulActivation: 2,
    softmaxCrossEntropyWithGradient: 1,
    reduce: 3,
    matmul: 2,
    matmulActivationGradient: 1,
    record: 1,
    checkFinite: 2,
    stopUnlessFinite: 1,
  });
  const plan = planMemory(program.buffers, 100);
  expect(plan.bytes).toBeLessThanOrEqual(1.2 * plan.peakLiveBytes);
});

test('assignments take the values from before the update, also when they swap two parameters', () => {
  const [a, b] = ['a', 'b'].map((name) => $.parameter(name, [2]));
  const layout = new StoreLayout([
    { name: 'a', shape: [2], trainable: true },
    { name: 'b', shape: [2], trainable: false },
  ]);
  const constants = { weightDecay: 0, momentum: 0, beta1: 0, beta2: 0, epsilon: 0, underRoot: 0 };
  const program = compile({
    loss: $.sum($.square(a)),
    trainable: ['a'],
    update: { rule: 'sgd', scalarsPerRun: 1, runs: layout.updateRuns(constants) },
    assignments: [
      ['a', b],
      ['b', a],
    ],
  });
  const executor = new ReferenceExecutor();
  const store = executor.createStore(layout, 0);
  store.write('a', [1, 2]);
  store.write('b', [3, 4]);
  const session = executor.createSession(program, { store, rowCapacity: 1 });
  session.start({ steps: 1, batchSize: 1, rowCount: 1, scalars: Float64Array.of(0.25) });
  expect(session.advance()).toBe('done');
  expect([...store.read('a')]).toEqual([3, 4]);
  expect([...store.read('b')]).toEqual([1, 2]);
});
