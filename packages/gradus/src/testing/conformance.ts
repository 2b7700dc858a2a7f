import { describe, expect, test } from 'vitest';
import { compile } from '../compile/compile.ts';
import { type UpdateRule, updateRules } from '../compile/updateRules.ts';
import * as $ from '../graph/operations.ts';
import type { Executor, RunRequest } from '../runtime/executor.ts';
import { StoreLayout } from '../runtime/layout.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { createStream } from '../util/random.ts';
import { type RandomGraph, randomGraph } from './randomGraph.ts';
import {
  differences,
  estimateErrors,
  type Results,
  runCompiled,
  runInterpreted,
  scales,
} from './runGraph.ts';

/** What an executor promises, beyond the contract. */
export interface ConformanceOptions {
  /** How exact its arithmetic is. Default 'float32'. */
  readonly precision?: 'float32' | 'float64';
  /** How many random graphs it is tried on. Default 500. */
  readonly graphs?: number;
}

interface Truth {
  readonly graph: RandomGraph;
  readonly results: Results;
  /** The largest difference that is allowed, by tensor. */
  readonly bounds: ReadonlyMap<string, number>;
}

const truths = new Map<string, Truth>();

/** What a graph gives, and how far from it an executor may be. */
function truthOf(seed: number, precision: 'float32' | 'float64'): Truth {
  const key = `${precision} ${seed}`;
  const known = truths.get(key);
  if (known !== undefined) return known;
  const graph = randomGraph(seed);
  const results = runInterpreted(graph, 'float64');
  const errors = precision === 'float32' ? estimateErrors(graph, results) : undefined;
  const bounds = new Map(
    [...scales(results)].map(([name, scale]) => [
      name,
      errors === undefined ? 1e-10 * scale : 6 * (errors.get(name)! + 1e-7 * scale),
    ]),
  );
  const truth = { graph, results, bounds };
  truths.set(key, truth);
  return truth;
}

const WIDTH = 5;
const ROWS = 23;
const SPECS = [
  { name: 'w', shape: [WIDTH, 7], trainable: true },
  { name: 'v', shape: [7, 3], trainable: true },
  { name: 'b', shape: [7], trainable: true, decayFactor: 0 },
];
/** Under the root stands more than the squares of gradients that are nothing but rounding. */
const CONSTANTS = {
  weightDecay: 0.05,
  momentum: 0.8,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-6,
  underRoot: 0.02,
};
/** The scalars that a step of any rule reads; what they mean is the optimizer's business. */
const SCALARS = [0.1, 0.9, 0.99];

const stream = createStream(17, 'data');
const single = (n: number): Float64Array =>
  Float64Array.from({ length: n }, () => Math.fround(stream.normal()));
const table = single(ROWS * WIDTH);
const labels = Int32Array.from({ length: ROWS }, () => stream.integer(3));
const initial = new Map(
  SPECS.map(({ name, shape }) => [
    name,
    single(shape.reduce((a, b) => a * b, 1)).map((w) => Math.fround(w / 4)),
  ]),
);

interface Setting {
  readonly rule?: UpdateRule;
  readonly requests: readonly Partial<RunRequest>[];
  /** The budget of a slice. Default none. */
  readonly work?: number;
  readonly values?: ArrayLike<number>;
}

interface Trained {
  readonly statuses: readonly string[];
  readonly stepsDone: readonly number[];
  readonly records: readonly number[];
  readonly parameters: ReadonlyMap<string, ArrayLike<number>>;
}

/** Train a small network with dropout and a loop on batches of 4. */
function train(executor: Executor, { rule = 'sgd', requests, work, values = table }: Setting): Trained {
  const x = $.input('x', [-1, WIDTH]);
  const targets = $.input('labels', [-1], 'int');
  const [w, v, b] = SPECS.map(({ name, shape }) => $.parameter(name, shape));
  const hidden = $.dropout($.tanh($.add($.matmul(x, w), b)), 0.25, 'mask');
  const looped = $.repeat({ count: 2, carried: [hidden] }, ([h]) => ({ carried: [$.tanh($.add(h, b))] }));
  const loss = $.mean($.softmaxCrossEntropy($.matmul(looped.carried[0], v), targets));
  const layout = new StoreLayout(SPECS);
  const { scalars: scalarsPerRun, slots } = updateRules[rule];
  const runs = layout.updateRuns(CONSTANTS);
  const program = compile({
    loss,
    trainable: SPECS.map(({ name }) => name),
    update: { rule, scalarsPerRun, runs },
    gathered: true,
  });
  const store = executor.createStore(layout, slots);
  for (const [name, numbers] of initial) store.write(name, numbers);
  const session = executor.createSession(program, { store, rowCapacity: 4, seed: 3 });
  session.bind('x', executor.createData({ values: Float64Array.from(values), width: WIDTH }));
  session.bind('labels', executor.createData({ values: labels, width: 1 }));
  const trained = { statuses: [] as string[], stepsDone: [] as number[], records: [] as number[] };
  for (const request of requests) {
    const steps = request.steps ?? 6;
    const row = runs.flatMap(() => SCALARS.slice(0, scalarsPerRun));
    const scalars = Float64Array.from({ length: steps * row.length }, (_, i) => row[i % row.length]);
    session.start({ steps, batchSize: 4, rowCount: ROWS, scalars, ...request });
    let status = session.advance(work);
    while (status === 'paused') status = session.advance(work);
    trained.statuses.push(status);
    trained.stepsDone.push(session.stepsDone);
    trained.records.push(...session.records.subarray(0, session.stepsDone));
  }
  const parameters = new Map(SPECS.map(({ name }) => [name, store.read(name)]));
  session.dispose();
  return { ...trained, parameters };
}

/** Compare two trainings number by number. */
function expectAlike(got: Trained, truth: Trained, bound: number): void {
  expect(got.statuses).toEqual(truth.statuses);
  expect(got.stepsDone).toEqual(truth.stepsDone);
  const all = ({ records, parameters }: Trained): number[] => [
    ...records,
    ...[...parameters.values()].flatMap((values) => Array.from(values)),
  ];
  const expected = all(truth);
  all(got).forEach((value, i) => {
    if (!(Math.abs(value - expected[i]) <= bound * Math.max(1, Math.abs(expected[i])))) {
      expect.fail(`number ${i} is ${value}, not ${expected[i]}`);
    }
  });
}

/**
 * Describe what every executor must do: give the values and gradients of 500 random graphs, follow the contract of
 * runs, ranges, slices and data, and apply every update rule.
 *
 * @param name - What the tests call it.
 * @param create - Makes an executor.
 */
export function describeExecutor(
  name: string,
  create: () => Executor,
  { precision = 'float32', graphs = 500 }: ConformanceOptions = {},
): void {
  const bound = precision === 'float32' ? 2e-5 : 1e-10;
  const reference = new ReferenceExecutor('float64');
  describe(name, () => {
    const stated = precision === 'float32' ? 'within 6 × (the error of rounding + 1e-7)' : 'within 1e-10';
    for (let first = 0; first < graphs; first += 100) {
      const last = Math.min(first + 100, graphs) - 1;
      test(`random graphs ${first} to ${last}, value and gradient, ${stated}`, () => {
        const executor = create();
        for (let seed = first; seed <= last; seed++) {
          const { graph, results, bounds } = truthOf(seed, precision);
          for (const [tensor, difference] of differences(runCompiled(graph, executor), results)) {
            if (!(difference <= bounds.get(tensor)!))
              expect.fail(`graph ${seed}: ${tensor} differs by ${difference}, not ${bounds.get(tensor)}`);
          }
        }
      });
    }

    for (const rule of Object.keys(updateRules) as UpdateRule[]) {
      test(`${rule} over 12 steps, the last batch partial, within ${bound}`, () => {
        const setting: Setting = { rule, requests: [{}, { stepNumber: 6 }] };
        expectAlike(train(create(), setting), train(reference, setting), bound);
      });
    }

    test('rows in an order, from a first row, from a first batch', () => {
      const order = createStream(2, 'shuffle').permutation(ROWS);
      const setting: Setting = {
        requests: [
          { order, steps: 3 },
          { order, steps: 3, firstBatch: 3 },
          { steps: 2, firstRow: 7, rowCount: 6 },
        ],
      };
      expectAlike(train(create(), setting), train(reference, setting), bound);
    });

    test('slices of any budget give the same bits as one go', () => {
      const whole = train(create(), { rule: 'adam', requests: [{}, { stepNumber: 6 }] });
      for (const work of [1, 100, 3000]) {
        const sliced = train(create(), { rule: 'adam', requests: [{}, { stepNumber: 6 }], work });
        expect(sliced).toEqual(whole);
      }
    });

    test('steps one by one give the same bits as six in one run', () => {
      const whole = train(create(), { rule: 'adam', requests: [{}] });
      const requests = Array.from({ length: 6 }, (_, i) => ({ steps: 1, firstBatch: i, stepNumber: i }));
      const single = train(create(), { rule: 'adam', requests });
      expect(single.records).toEqual(whole.records);
      expect(single.parameters).toEqual(whole.parameters);
    });

    test('the gradient and the update apart give the same bits as together', () => {
      const whole = train(create(), { rule: 'momentum', requests: [{ steps: 1 }] });
      const apart = train(create(), {
        rule: 'momentum',
        requests: [
          { steps: 1, range: 'valueAndGradient' },
          { steps: 1, range: 'update' },
        ],
      });
      expect(apart.parameters).toEqual(whole.parameters);
    });

    test('a loss that is not finite ends the run before the update of its step', () => {
      const values = table.slice();
      values[4 * 2 * WIDTH] = Number.NaN;
      const spoiled = train(create(), { values, requests: [{}] });
      expect(spoiled.statuses).toEqual(['notFinite']);
      expect(spoiled.stepsDone).toEqual([2]);
      const before = train(create(), { values, requests: [{ steps: 2 }] });
      expect(spoiled.parameters).toEqual(before.parameters);
    });

    test('bytes are read as scale·byte + shift; other inputs are written', () => {
      const executor = create();
      const x = $.input('x', [-1, 3]);
      const factor = $.input('factor', []);
      const store = executor.createStore(new StoreLayout([]), 0);
      const program = compile({ outputs: { y: $.multiply(factor, x) }, gathered: true });
      const session = executor.createSession(program, { store, rowCapacity: 2 });
      const bytes = Uint8Array.of(0, 1, 2, 3, 4, 255);
      session.bind('x', executor.createData({ values: bytes, width: 3, scale: 0.5, shift: -1 }));
      session.write('factor', [2]);
      session.start({ steps: 1, batchSize: 2, rowCount: 2 });
      expect(session.advance()).toBe('done');
      expect(Array.from(session.read('y'))).toEqual([-2, -1, 0, 1, 2, 253]);
      session.start({ steps: 1, batchSize: 2, rowCount: 2, firstBatch: 0, order: Int32Array.of(1, 0) });
      expect(session.advance()).toBe('done');
      expect(Array.from(session.read('y'))).toEqual([1, 2, 253, -2, -1, 0]);
    });

    test('a batch without rows gives empty outputs and sums of 0', () => {
      const executor = create();
      const x = $.input('x', [-1, WIDTH]);
      const w = $.parameter('w', [WIDTH, 7]);
      const layout = new StoreLayout([{ name: 'w', shape: [WIDTH, 7], trainable: true }]);
      const store = executor.createStore(layout, 0);
      store.write('w', initial.get('w')!);
      const y = $.softmax($.relu($.matmul(x, w)));
      const program = compile({ loss: $.sum(y), trainable: ['w'], outputs: { y }, gathered: true });
      const session = executor.createSession(program, { store, rowCapacity: 4 });
      session.bind('x', executor.createData({ values: table, width: WIDTH }));
      session.start({ steps: 1, batchSize: 4, rowCount: 0 });
      expect(session.advance()).toBe('done');
      expect(session.read('y').length).toBe(0);
      expect(session.records[0]).toBe(0);
      expect(Array.from(store.read('w', 'gradient')).every((g) => g === 0)).toBe(true);
    });
  });
}
