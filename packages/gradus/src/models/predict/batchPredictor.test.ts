import { afterEach, expect, test, vi } from 'vitest';
import { platform } from '#platform';
import { dense } from '../../nn/layers/dense.ts';
import type { DataSource, Executor } from '../../runtime/executor.ts';
import { ReferenceExecutor } from '../../runtime/reference/executor.ts';
import { createWasmExecutor, WasmExecutor } from '../../runtime/wasm/executor.ts';
import { heapOf } from '../../runtime/wasm/memory/heap.ts';
import type { ProductLibrary } from '../../runtime/wasm/threads/external.ts';
import { BLOCK_ROWS } from '../../train/streamRows.ts';
import { createStream } from '../../util/random.ts';
import { sequential } from '../build.ts';

afterEach(() => vi.restoreAllMocks());

const numbers = (count: number, seed = 1): Float32Array => {
  const stream = createStream(seed, 'data');
  return Float32Array.from({ length: count }, () => stream.normal());
};
const wide = () => sequential([dense(70, { activation: 'relu' }), dense(11)], { inputShape: [37] });
const labels = (rows: number): Int32Array => Int32Array.from({ length: rows }, (_, i) => i % 11);

/** An executor that counts what it makes. */
function counting(executor: Executor) {
  const made = { stores: 0, sessions: 0, data: [] as DataSource['values'][] };
  const wrapper: Executor = {
    name: executor.name,
    createStore(layout, slots) {
      made.stores++;
      return executor.createStore(layout, slots);
    },
    createData(source) {
      made.data.push(source.values);
      return executor.createData(source);
    },
    createSession(program, options) {
      made.sessions++;
      return executor.createSession(program, options);
    },
  };
  return { executor: wrapper, made };
}

for (const executor of [
  createWasmExecutor({ numerics: 'portable' }),
  createWasmExecutor(),
  new ReferenceExecutor('float32'),
]) {
  test(`a row has the same outputs whatever stands beside it, in blocks of any size: ${executor.name}`, async () => {
    const model = wide();
    const rows = 2 * BLOCK_ROWS + 77;
    const values = numbers(rows * 37);
    const { values: all, shape } = await model.predict({ values, width: 37 }, { executor });
    expect(shape).toEqual([rows, 11]);
    for (const count of [1, 2, 5, 13, 64, BLOCK_ROWS - 1, BLOCK_ROWS, BLOCK_ROWS + 1]) {
      const first = rows - count;
      const x = { values: values.subarray(first * 37), width: 37 };
      // A model anew: the sessions of this one have room for whole blocks by now.
      for (const one of [model, wide()]) {
        const { values: some } = await one.predict(x, { executor });
        expect(some).toEqual(all.subarray(first * 11));
      }
    }
    for (const units of [1, 2, 3, 4]) {
      const narrow = () => sequential([dense(20), dense(units)], { inputShape: [37] });
      const { values: whole } = await narrow().predict({ values, width: 37 }, { executor });
      for (const count of [1, 2, 3, 7]) {
        const x = { values: values.subarray(0, count * 37), width: 37 };
        expect((await narrow().predict(x, { executor })).values).toEqual(whole.subarray(0, count * units));
      }
    }
  });

  test(`bytes are scaled while they are gathered, block by block: ${executor.name}`, async () => {
    const model = wide();
    const rows = 2 * BLOCK_ROWS + 3;
    const bytes = Uint8Array.from({ length: rows * 37 }, (_, i) => (i * 7919) % 256);
    const matrix = { values: bytes, width: 37, scale: 1 / 128, shift: -1 };
    const { executor: counted, made } = counting(executor);
    const { values } = await model.predict(matrix, { executor: counted });
    // Powers of two: exact in float32.
    const floats = Float32Array.from(bytes, (byte) => byte / 128 - 1);
    const { values: expected } = await model.predict({ values: floats, width: 37 }, { executor });
    expect(values).toEqual(expected);
    expect(made.data.map((part) => [part.constructor, part.length])).toEqual([[Uint8Array, BLOCK_ROWS * 37]]);
    const { values: one } = await model.predict({ ...matrix, values: bytes.subarray(37, 74) }, { executor });
    expect(one).toEqual(expected.subarray(11, 22));
  });
}

test('weights are copied to another executor once, until they change', async () => {
  const { executor, made } = counting(new ReferenceExecutor('float32'));
  const model = wide();
  const x = { values: numbers(3 * 37), width: 37 };
  const own = await model.predict(x);
  const outputs = async () => [...(await model.predict(x, { executor })).values];
  const first = await outputs();
  for (let i = 0; i < 3; i++) expect(await outputs()).toEqual(first);
  expect(made).toMatchObject({ stores: 1, sessions: 1 });
  const other = sequential([dense(70, { activation: 'relu' }), dense(11)], { inputShape: [37], seed: 5 });
  model.setWeights(other.getWeights());
  expect(await outputs()).toEqual([
    ...(await other.predict(x, { executor: new ReferenceExecutor('float32') })).values,
  ]);
  const fit = { loss: 'softmaxCrossEntropy', optimizer: 'adam', seed: 1 } as const;
  const data = { x, y: labels(3) };
  await model.fit(data, fit);
  const trained = await outputs();
  await model.fit(data, fit);
  const again = await outputs();
  expect(new Set([first, trained, again].map(String)).size).toBe(3);
  for (const [i, value] of (await model.predict(x)).values.entries()) expect(again[i]).toBeCloseTo(value, 4);
  expect(own.values).toHaveLength(33);
  // One store for all: its numbers are replaced. The session goes with each training.
  expect(made).toMatchObject({ stores: 1, sessions: 3 });
});

test.each([
  ['long', 6, false],
  ['of a few blocks', 5, false],
  ['of a few bytes', 1, true],
])('a prediction %s beside a training sees one step', async (_, blocks, isBytes) => {
  // Every look at the clock takes 10 ms: whatever can pause, pauses.
  let now = 0;
  vi.spyOn(platform, 'now').mockImplementation(() => (now += 10));
  const rows = blocks * BLOCK_ROWS;
  const row = isBytes ? numbers(37, 2).map((x) => Math.abs(Math.round(50 * x))) : numbers(37, 2);
  const repeated = { length: rows * 37 };
  const same = isBytes
    ? { values: Uint8Array.from(repeated, (_, i) => row[i % 37]), width: 37, scale: 0.01 }
    : { values: Float32Array.from(repeated, (_, i) => row[i % 37]), width: 37 };
  const model = wide();
  const seen: Promise<{ values: Float32Array }>[] = [];
  const losses: Promise<Record<string, number>>[] = [];
  await model.fit(
    { x: { values: numbers(88 * 37), width: 37 }, y: labels(88) },
    {
      loss: 'softmaxCrossEntropy',
      optimizer: 'adam',
      epochs: 40,
      callbacks: [{ name: 'apart' }],
      onEvent: ({ type }) => {
        if (type !== 'epoch' || seen.length >= 3) return;
        seen.push(model.predict(same));
        losses.push(model.evaluate({ x: same, y: new Int32Array(rows) }, { loss: 'softmaxCrossEntropy' }));
      },
    },
  );
  const first = new Set<string>();
  for (const { values } of await Promise.all(seen)) {
    const outputs = [...values.subarray(0, 11)];
    first.add(String(outputs));
    for (let i = 0; i < rows; i++) {
      if (values.subarray(i * 11, (i + 1) * 11).some((value, k) => value !== outputs[k]))
        throw new Error(`row ${i} differs from the first`);
    }
  }
  expect(first.size).toBe(3);
  // Blocks of the same rows have the same loss: their mean is that of one row, to rounding.
  expect(new Set((await Promise.all(losses)).map(({ loss }) => loss)).size).toBe(3);
});

test('short predictions, one after another, let timers have their turn', async () => {
  let now = 0;
  vi.spyOn(platform, 'now').mockImplementation(() => (now += 1));
  const turn = vi.spyOn(platform, 'yieldToEventLoop');
  const model = wide();
  const x = { values: numbers(37), width: 37 };
  await model.predict(x);
  expect(turn).not.toHaveBeenCalled();
  for (let i = 0; i < 40; i++) await model.predict(x);
  expect(turn.mock.calls.length).toBeGreaterThan(3);
});

for (const [milliseconds, share] of [
  [1, Number.POSITIVE_INFINITY],
  [40, 1 / 4],
] as const) {
  test(`blocks that take ${milliseconds} ms are ${share < 1 ? 'cut' : 'not cut'}, once one has been measured`, async () => {
    let now = 0;
    vi.spyOn(platform, 'now').mockImplementation(() => (now += milliseconds));
    const model = wide();
    const executor = createWasmExecutor({ numerics: 'portable', threads: 1 });
    const budgets: number[] = [];
    const watching: Executor = Object.create(executor);
    watching.createSession = (program, options) => {
      const session = executor.createSession(program, options);
      const advance = session.advance.bind(session);
      session.advance = (work = Number.POSITIVE_INFINITY) => {
        budgets.push(work / (BLOCK_ROWS * model.parameterCount));
        return advance();
      };
      return session;
    };
    const rows = 8 * BLOCK_ROWS;
    const { values } = await model.predict({ values: numbers(rows * 37), width: 37 }, { executor: watching });
    expect(values).toHaveLength(rows * 11);
    expect(budgets).toHaveLength(8);
    for (const budget of budgets.slice(1)) expect(budget).toBeCloseTo(share, 10);
  });
}

test('training lets go of the memory of predictions that are over', async () => {
  const heap = heapOf('portable');
  const model = wide();
  const data = { x: { values: numbers(BLOCK_ROWS * 37), width: 37 }, y: labels(BLOCK_ROWS) };
  // One thread: a team that starts meanwhile takes memory that it keeps.
  const executor = createWasmExecutor({ numerics: 'portable', threads: 1 });
  const options = { loss: 'softmaxCrossEntropy', optimizer: 'adam', executor } as const;
  await model.fit(data, options);
  const before = heap.used;
  await model.predict(data.x, { executor });
  const block = heap.used - before;
  expect(block).toBeGreaterThan(BLOCK_ROWS * (37 + 70 + 11) * 2);
  await model.fit(data, options);
  // The store of the first training goes with the garbage collector.
  expect(heap.used - before).toBeLessThan(block);
});

test('libraries of one name, each with a memory of its own, predict for one another', async () => {
  const library = (path: string): ProductLibrary => ({
    name: 'blas',
    path,
    tiles: () => undefined,
    thread: undefined,
    productOn: () => () => {},
  });
  const [one, other] = ['here', 'there'].map((path) => new WasmExecutor('portable', 1, library(path)));
  expect(one.name).toBe(other.name);
  const model = wide();
  const x = { values: numbers(3 * 37), width: 37 };
  const first = await model.predict(x, { executor: one });
  const second = await model.predict(x, { executor: other });
  expect(second).toEqual(first);
  const predictor = await model.predictor({ rows: 3, executor: other });
  expect(predictor.predict(x.values)).toEqual(first.values);
  const fit = { loss: 'softmaxCrossEntropy', optimizer: 'adam', executor: other } as const;
  await model.fit({ x, y: labels(3) }, fit);
  const trained = await model.predict(x, { executor: one });
  expect(trained).not.toEqual(first);
  expect(await model.predict(x, { executor: other })).toEqual(trained);
});
