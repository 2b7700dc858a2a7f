import { expect, test } from 'vitest';
import { dense } from '../nn/layers/dense.ts';
import { dropout } from '../nn/layers/dropout.ts';
import { adam } from '../optim/adam.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { createWasmExecutor } from '../runtime/wasm/executor.ts';
import { sequential } from './build.ts';

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
