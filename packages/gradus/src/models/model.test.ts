import { expect, test } from 'vitest';
import { input } from '../nn/layer.ts';
import { dense } from '../nn/layers/dense.ts';
import { dropout } from '../nn/layers/dropout.ts';
import { concatenate } from '../nn/layers/merge.ts';
import { zeros } from '../nn/weights/initializers.ts';
import { adam } from '../optim/adam.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { createWasmExecutor } from '../runtime/wasm/executor.ts';
import { IncompatibleError } from '../util/errors.ts';
import { functional, modelFromConfig, sequential } from './build.ts';
import type { Model } from './model.ts';
import { saveModel } from './savedModel.ts';

const xor = {
  x: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  y: [0, 1, 1, 0],
};

const executors = [
  new ReferenceExecutor('float64'),
  new ReferenceExecutor('float32'),
  createWasmExecutor({ numerics: 'portable' }),
  createWasmExecutor({ numerics: 'fast' }),
];

for (const executor of executors) {
  test(`XOR is learnt by two classes and by one yes/no question: ${executor.name}`, async () => {
    for (const [units, loss] of [
      [2, 'softmaxCrossEntropy'],
      [1, 'binaryCrossEntropy'],
    ] as const) {
      const model = sequential([dense(8, { activation: 'tanh' }), dense(units)]);
      const history = await model.fit(xor, {
        loss,
        optimizer: adam({ learningRate: 0.05 }),
        epochs: 300,
        metrics: ['accuracy'],
        executor,
      });
      expect(history.epochs).toHaveLength(300);
      expect(history.epochs[299].metrics['accuracy']).toBe(1);
      expect(history.epochs[299].loss).toBeLessThan(0.05);
      expect([...(await model.predictLabels(xor.x))]).toEqual(xor.y);
      const { loss: measured, accuracy } = await model.evaluate(xor, { loss, metrics: ['accuracy'] });
      expect(accuracy).toBe(1);
      expect(measured).toBeLessThan(0.05);
    }
  });
}

test('a summary is laid out as Keras does', () => {
  const model = sequential([dense(64, { activation: 'relu' }), dropout(0.2), dense(10)], {
    inputShape: [784],
  });
  expect(model.summary()).toMatchInlineSnapshot(`
    "Model: "sequential"
    ┏━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┳━━━━━━━━━┓
    ┃ Layer (type)      ┃ Output Shape ┃ Param # ┃
    ┡━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━┩
    │ dense (Dense)     │ (None, 64)   │  50,240 │
    ├───────────────────┼──────────────┼─────────┤
    │ dropout (Dropout) │ (None, 64)   │       0 │
    ├───────────────────┼──────────────┼─────────┤
    │ dense_1 (Dense)   │ (None, 10)   │     650 │
    └───────────────────┴──────────────┴─────────┘
     Total params: 50,890 (198.79 KB)
     Trainable params: 50,890 (198.79 KB)
     Non-trainable params: 0 (0.00 B)
    "
  `);
});

const train = { loss: 'softmaxCrossEntropy', optimizer: 'adam', epochs: 3, seed: 5 } as const;
const build = () => sequential([dense(4, { activation: 'tanh' }), dense(2)], { inputShape: [2] });
const valuesOf = (model: Model) => model.getWeights().map(({ values }) => [...values]);

test('whoever looks at a model while its fit begins changes no bit of it', async () => {
  const undisturbed = build();
  await undisturbed.fit(xor, train);
  const looks: readonly ((model: Model) => unknown)[] = [
    (model) => model.getWeights(),
    (model) => model.predict(xor.x),
    (model) => model.predictor(),
    (model) => saveModel(model),
  ];
  for (const options of [
    {},
    { validation: xor, metrics: ['accuracy'] },
    { classWeight: 'balanced' },
  ] as const) {
    const expected = build();
    await expected.fit(xor, { ...train, ...options });
    for (const look of looks) {
      const model = build();
      const fitting = model.fit(xor, { ...train, ...options });
      await Promise.all([look(model), fitting]);
      expect(valuesOf(model)).toEqual(valuesOf(expected));
    }
  }
});

test('a fit that fails before it begins leaves the first weights to the seed of the model', async () => {
  const model = build();
  await expect(model.fit({ x: xor.x, y: [0, 1, 1, 7] }, train)).rejects.toThrow('7');
  expect(valuesOf(model)).toEqual(valuesOf(build()));
});

test('new weights are refused while a fit is running', async () => {
  const model = build();
  const other = build().getWeights();
  const fitting = model.fit(xor, { ...train, epochs: 50 });
  expect(() => model.setWeights(other)).toThrow(
    "new weights for 'sequential' while a fit is running. Expected a model that is not being trained.",
  );
  expect(() => model.dispose()).toThrow('while a fit is running');
  await fitting;
  model.setWeights(other);
  expect(valuesOf(model)).toEqual(valuesOf(build()));
});

test('weights that are texts are refused', () => {
  const model = build();
  const [first, ...rest] = model.getWeights();
  const texts = Array.from(first.values, String) as never;
  expect(() => model.setWeights([{ ...first, values: texts }, ...rest])).toThrow(
    "values of the parameter 'dense/kernel' that are a list",
  );
});

test('dispose releases the memory at once: many large models fit one after another', async () => {
  const shared = createWasmExecutor();
  // 64 MiB each: seventy of them are more than the 4 GiB that a memory of WebAssembly holds.
  for (let i = 0; i < 70; i++) {
    const model = sequential([dense(4096, { kernelInitializer: zeros() })], { inputShape: [4096] });
    await model.predict([new Float32Array(4096)], { executor: shared });
    model.dispose();
    model.dispose();
  }
  const model = build();
  model.dispose();
  await expect(model.predict(xor.x)).rejects.toThrow("the model 'sequential', which was disposed");
  await expect(model.fit(xor, train)).rejects.toThrow('which was disposed');
});

test('a predictor of a disposed model refuses to answer, before and after its first answer', async () => {
  const model = build();
  await model.fit(xor, train);
  const [used, fresh] = [await model.predictor({ rows: 1 }), await model.predictor({ rows: 1 })];
  used.predict(Float32Array.of(0, 1));
  model.dispose();
  for (const predictor of [used, fresh])
    expect(() => predictor.predict(Float32Array.of(0, 1))).toThrow('a model that was disposed');
});

test('a scale or shift of bytes that is no finite number is refused', async () => {
  const model = build();
  const values = Uint8Array.of(0, 1);
  for (const wrong of [
    { scale: Number.NaN },
    { scale: 'a' },
    { scale: null },
    { shift: Number.POSITIVE_INFINITY },
  ])
    await expect(model.predict({ values, width: 2, ...wrong } as never)).rejects.toThrow('a finite number');
});

test('a description with an input that the output does not depend on is refused', () => {
  const [a, b] = [input([2], { name: 'a' }), input([2], { name: 'b' })];
  const both = functional({ inputs: [a, b], outputs: dense(1)(concatenate()(a, b)) }).config();
  const calls = both.calls.map((call) => ({
    ...call,
    inputs: call.layer === 'concatenate' ? [0, 0] : call.inputs,
  }));
  expect(() => modelFromConfig({ ...both, calls })).toThrow(IncompatibleError);
  expect(() => modelFromConfig({ ...both, calls })).toThrow(
    "the input 'b', which the output does not depend on",
  );
});

test('a scale for values that are no bytes is refused, and so is an order that repeats a row', async () => {
  const x = { values: Int16Array.from([0, 0, 0, 1, 1, 0, 1, 1]), width: 2, scale: 0.5 };
  await expect(build().fit({ x, y: xor.y }, train)).rejects.toThrow(
    'x with a scale for values in an Int16Array. Expected scale and shift with a Uint8Array only.',
  );
  const order = () => Int32Array.of(0, 1, 2, 2);
  await expect(build().fit(xor, { ...train, order })).rejects.toThrow('row 2 twice in the order of epoch 1');
});
