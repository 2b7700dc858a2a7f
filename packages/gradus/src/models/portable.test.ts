import { expect, test } from 'vitest';
import { dense } from '../nn/layers/dense.ts';
import { dropout } from '../nn/layers/dropout.ts';
import { adam } from '../optim/adam.ts';
import type { Executor, Session } from '../runtime/executor.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { createWasmExecutor } from '../runtime/wasm/executor.ts';
import { hashNumbers } from '../train/hash.ts';
import { createStream } from '../util/random.ts';
import { sequential } from './build.ts';

test('portable numerics: 200 steps with dropout, odd widths and a partial batch have these very bits', async () => {
  const stream = createStream(8, 'data');
  const values = Float32Array.from({ length: 90 * 5 }, () => stream.normal());
  const y = Int32Array.from({ length: 90 }, () => stream.integer(3));
  const model = sequential([
    dense(33, { activation: 'gelu' }),
    dropout(0.25),
    dense(7, { activation: 'tanh' }),
    dense(3),
  ]);
  const history = await model.fit(
    { x: { values, width: 5 }, y },
    {
      loss: 'softmaxCrossEntropy',
      optimizer: adam({ learningRate: 0.01 }),
      epochs: 50,
      batchSize: 25,
      seed: 1,
      numerics: 'portable',
    },
  );
  expect(history.epochs).toHaveLength(50);
  expect(hashNumbers(model.getWeights().map((tensor) => tensor.values))).toMatchInlineSnapshot(
    `"05ac6a95fbc90c9e"`,
  );
});

/** Count the calls that an executor's sessions get. */
function counting(executor: Executor): { executor: Executor; calls: () => number } {
  let calls = 0;
  const counted = (session: Session): Session =>
    new Proxy(session, {
      get(target, key) {
        if (key === 'start' || key === 'advance') calls++;
        const member: unknown = Reflect.get(target, key, target);
        return typeof member === 'function' ? member.bind(target) : member;
      },
    });
  return {
    calls: () => calls,
    executor: {
      name: executor.name,
      createStore: (layout, slots) => executor.createStore(layout, slots),
      createData: (source) => executor.createData(source),
      createSession: (program, options) => counted(executor.createSession(program, options)),
    },
  };
}

const plane = (rows: number) => {
  const stream = createStream(2, 'data');
  const values = Float32Array.from({ length: rows * 2 }, () => stream.uniform());
  return { x: { values, width: 2 }, y: Int32Array.from({ length: rows }, () => stream.integer(2)) };
};

for (const [what, rows, epochs] of [
  ['400 batches an epoch', 12_800, 3],
  ['one batch an epoch', 4, 1200],
] as const) {
  test(`a tiny network costs at most 0.1 calls into the executor a step: ${what}`, async () => {
    const { executor, calls } = counting(createWasmExecutor());
    const model = sequential([dense(8, { activation: 'relu' }), dense(2)]);
    await model.fit(plane(rows), { loss: 'softmaxCrossEntropy', optimizer: 'adam', epochs, executor });
    expect(calls() / 1200).toBeLessThanOrEqual(0.1);
  });
}

test('timers go on while a model is trained', async () => {
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const model = sequential([dense(60, { activation: 'tanh' }), dense(2)]);
  await model.fit(plane(2000), {
    loss: 'softmaxCrossEntropy',
    optimizer: 'adam',
    epochs: 3,
    executor: new ReferenceExecutor('float32'),
  });
  clearInterval(timer);
  expect(turns).toBeGreaterThan(0);
});
