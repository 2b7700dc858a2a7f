import { expect, test } from 'vitest';
import { input } from '../../nn/layer.ts';
import { dense } from '../../nn/layers/dense.ts';
import { concatenate } from '../../nn/layers/merge.ts';
import { adam } from '../../optim/adam.ts';
import type { Executor, Session } from '../../runtime/executor.ts';
import { ReferenceExecutor } from '../../runtime/reference/executor.ts';
import { createWasmExecutor } from '../../runtime/wasm/executor.ts';
import { GradusError } from '../../util/errors.ts';
import { createStream } from '../../util/random.ts';
import { functional, sequential } from '../build.ts';
import type { Model } from '../model.ts';

const numbers = (count: number, seed = 1): Float32Array => {
  const stream = createStream(seed, 'data');
  return Float32Array.from({ length: count }, () => stream.normal());
};
const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(GradusError);
    return (error as GradusError).message;
  }
  throw new Error('nothing was refused');
};
const small = () => sequential([dense(9, { activation: 'tanh' }), dense(3)], { inputShape: [5], seed: 3 });

const executors: readonly Executor[] = [
  new ReferenceExecutor('float64'),
  new ReferenceExecutor('float32'),
  createWasmExecutor({ numerics: 'portable' }),
  createWasmExecutor(),
];

for (const executor of executors) {
  test(`a predictor gives the bits of predict, whatever its rows: ${executor.name}`, async () => {
    for (const [i, width] of [1, 3, 4, 5, 30, 133].entries()) {
      const units = [1, 2, 3, 4, 5, 10][i];
      const layers = [
        dense(width + 7, { activation: 'relu' }),
        dense(33, { activation: 'gelu' }),
        dense(units),
      ];
      const model = sequential(layers, { inputShape: [width] });
      const values = numbers(6 * width);
      const { values: expected } = await model.predict({ values, width }, { executor });
      for (const rows of [1, 2, 3, 6]) {
        const predictor = await model.predictor({ rows, executor });
        expect(predictor.shape).toEqual([rows, units]);
        for (let first = 0; first < 6; first += rows) {
          const x = values.subarray(first * width, (first + rows) * width);
          expect([...predictor.predict(x)]).toEqual([
            ...expected.subarray(first * units, (first + rows) * units),
          ]);
        }
        predictor.dispose();
      }
    }
  });
}

test('outputs go into an array of the caller, or into the one that the predictor keeps', async () => {
  const predictor = await small().predictor();
  const [first, second] = [numbers(5, 1), numbers(5, 2)];
  const own = predictor.predict(first);
  const kept = [...own];
  const mine = new Float32Array(3);
  expect(predictor.predict(second, mine)).toBe(mine);
  expect([...own]).toEqual(kept);
  expect(predictor.predict(second)).toBe(own);
  expect([...own]).toEqual([...mine]);
  expect([...predictor.predict([...second])]).toEqual([...mine]);
  expect([...predictor.predict(Float64Array.from(second))]).toEqual([...mine]);
});

test('outputs too many for a loop are copied whole', async () => {
  const model = sequential([dense(700, { activation: 'sigmoid' })], { inputShape: [4] });
  const values = numbers(3 * 4);
  const { values: expected } = await model.predict({ values, width: 4 });
  expect([...(await model.predictor({ rows: 3 })).predict(values)]).toEqual([...expected]);
});

test('several inputs are given by name', async () => {
  const [left, right] = [input([2], { name: 'left' }), input([3], { name: 'right' })];
  const hidden = concatenate()(dense(4)(left), dense(4, { activation: 'tanh' })(right));
  const model = functional({ inputs: [left, right], outputs: dense(2)(hidden) });
  const x = { left: numbers(4, 4), right: numbers(6, 5) };
  const { values } = await model.predict({
    left: { values: x.left, width: 2 },
    right: { values: x.right, width: 3 },
  });
  const predictor = await model.predictor({ rows: 2 });
  expect([...predictor.predict(x)]).toEqual([...values]);
  expect(messageOf(() => predictor.predict(x.left))).toBe(
    "x['left'] that is undefined. Expected 4 numbers: 2 rows of 2, one after another. Give the numbers of each input by its name: { left: …, right: … }.",
  );
  expect(messageOf(() => predictor.predict({ left: x.left, rihgt: x.right }))).toBe(
    "data for the input 'rihgt', which the model lacks. Expected x with 'left', 'right'. Did you mean 'right'?",
  );
  expect(messageOf(() => predictor.predict({ ...x, up: x.left }))).toContain("the input 'up'");
  expect(messageOf(() => predictor.predict({ left: x.left, right: x.left }))).toContain(
    "x['right'] with 4 numbers. Expected 6 numbers",
  );
});

test('what does not fit is refused', async () => {
  const predictor = await small().predictor({ rows: 2 });
  const x = numbers(10);
  expect(messageOf(() => predictor.predict(x.subarray(5)))).toBe(
    'x with 5 numbers. Expected 10 numbers: 2 rows of 5, one after another. For another number of rows make a predictor with await model.predictor({ rows }), or use predict.',
  );
  for (const wrong of [undefined, null, 3, 'abcdefghij', new Map(), { values: x, width: 5 }]) {
    expect(messageOf(() => predictor.predict(wrong as never))).toContain('Expected 10 numbers');
  }
  for (const [value, words] of [
    [Number.NaN, 'NaN in row 2, column 3 of x. Expected a finite number'],
    [Number.POSITIVE_INFINITY, 'Infinity in row 2, column 3 of x'],
    [1e39, 'a number that float32 can hold'],
    ['7', "'7' in row 2, column 3 of x"],
    [null, 'null in row 2, column 3'],
  ] as const) {
    const spoilt: unknown[] = [...x];
    spoilt[7] = value;
    expect(messageOf(() => predictor.predict(spoilt as number[]))).toContain(words);
  }
  expect(messageOf(() => predictor.predict(new BigInt64Array(10) as never))).toContain('0n in row 1');
  // Yes and no are 1 and 0, as predict reads them.
  const flags = [...x].map((value) => value > 0);
  expect([...predictor.predict(flags as never)]).toEqual([...predictor.predict(flags.map(Number))].slice());
  expect(messageOf(() => predictor.predict(x, new Float32Array(5)))).toBe(
    'an output that is a Float32Array of 5. Expected a Float32Array of 6: shape [2, 3]. Write new Float32Array(6), or leave it out.',
  );
  expect(messageOf(() => predictor.predict(x, new Float64Array(6) as never))).toContain('a Float64Array');
  expect([...predictor.predict(x)].every(Number.isFinite)).toBe(true);
});

test('a predictor that cannot be is refused when it is made, and a disposed one when it is used', async () => {
  await expect(sequential([dense(2)]).predictor()).rejects.toThrow('inputShape');
  await expect(small().predictor({ rows: 0 })).rejects.toThrow('rows is 0');
  await expect(small().predictor({ row: 1 } as never)).rejects.toThrow("Did you mean 'rows'?");
  await expect(small().predictor({ numerics: 'exact' as never })).rejects.toThrow("'fast' or 'portable'");
  const predictor = await small().predictor();
  predictor.predict(numbers(5));
  predictor.dispose();
  predictor.dispose();
  expect(messageOf(() => predictor.predict(numbers(5)))).toBe(
    'a predictor that was disposed. Expected one that is in use. Make another with await model.predictor().',
  );
});

test('what predicts before the first training does not decide what trains', async () => {
  const model = sequential([dense(3)], { inputShape: [5] });
  const predictor = await model.predictor({ executor: new ReferenceExecutor() });
  const before = predictor.predict(numbers(5)).slice();
  const trainers: string[] = [];
  const data = { x: { values: numbers(40), width: 5 }, y: [0, 1, 2, 0, 1, 2, 0, 1] };
  const fit = (options: { readonly numerics?: 'portable' } = {}) =>
    model.fit(data, {
      ...options,
      loss: 'softmaxCrossEntropy',
      optimizer: 'adam',
      onEvent: (event) => event.type === 'start' && trainers.push(event.executor),
    });
  await fit();
  await fit({ numerics: 'portable' });
  await fit();
  expect(trainers).toEqual([createWasmExecutor().name, 'wasm-portable', 'wasm-portable']);
  expect(predictor.predict(numbers(5))).not.toEqual(before);
});

test('a predictor sees the weights as they are, on whichever executor they stand', async () => {
  const model = small();
  const other = sequential([dense(9, { activation: 'tanh' }), dense(3)], { inputShape: [5], seed: 4 });
  const x = numbers(5);
  const predictors = [{}, { numerics: 'portable' }, { executor: executors[0] }] as const;
  const made = await Promise.all(
    predictors.map(async (options) => ({ options, predictor: await model.predictor(options) })),
  );
  const check = async () => {
    for (const { options, predictor } of made) {
      const { values } = await model.predict({ values: x, width: 5 }, options);
      expect([...predictor.predict(x)]).toEqual([...values]);
    }
    return [...made[0].predictor.predict(x)];
  };
  const seen = [await check()];
  model.setWeights(other.getWeights());
  seen.push(await check());
  const data = { x: { values: numbers(40), width: 5 }, y: [0, 1, 2, 0, 1, 2, 0, 1] };
  for (const executor of [createWasmExecutor({ numerics: 'portable' }), executors[1], createWasmExecutor()]) {
    await model.fit(data, { loss: 'softmaxCrossEntropy', optimizer: 'adam', epochs: 2, executor });
    seen.push(await check());
  }
  expect(new Set(seen.map(String)).size).toBe(5);
});

/** An executor whose slices are short, and who hears of every pause. */
function pausing(executor: Executor, onPause: () => void): Executor {
  const restless = (session: Session): Session =>
    new Proxy(session, {
      get(target, key) {
        const member: unknown = Reflect.get(target, key, target);
        if (typeof member !== 'function') return member;
        if (key !== 'advance' || target.program.gradientEnd === target.program.instructions.length)
          return member.bind(target);
        return () => {
          let status = target.advance(1);
          while (status === 'paused') {
            onPause();
            status = target.advance(1);
          }
          return status;
        };
      },
    });
  return {
    name: executor.name,
    createStore: (layout, slots) => executor.createStore(layout, slots),
    createData: (source) => executor.createData(source),
    createSession: (program, options) => restless(executor.createSession(program, options)),
  };
}

test('in the middle of a step a predictor sees the last finished one', async () => {
  const network = () =>
    sequential([dense(150, { activation: 'tanh' }), dense(150, { activation: 'tanh' }), dense(3)], {
      inputShape: [5],
    });
  const data = { x: { values: numbers(40), width: 5 }, y: [0, 1, 2, 0, 1, 2, 0, 1] };
  const x = numbers(5, 7);
  const options = { loss: 'softmaxCrossEntropy', optimizer: adam(), batchSize: 8, epochs: 4 } as const;
  const finished: string[] = [];
  const calm = network();
  const observer = await calm.predictor();
  finished.push(String(observer.predict(x)));
  await calm.fit(data, {
    ...options,
    onEvent: ({ type }) => type === 'epoch' && finished.push(String(observer.predict(x))),
    // One step a run: whatever is done at the end of an epoch keeps epochs from being run together.
    callbacks: [{ name: 'apart' }],
  });
  const model: Model = network();
  const predictor = await model.predictor();
  const seen: string[] = [];
  const executor = pausing(createWasmExecutor(), () => seen.push(String(predictor.predict(x))));
  await model.fit(data, { ...options, executor });
  expect(seen.length).toBeGreaterThan(50);
  expect([...new Set(seen)]).toEqual(finished.slice(0, 4));
  expect(new Set(finished).size).toBe(5);
});
