import { expect, test } from 'vitest';
import { dense } from '../nn/dense.ts';
import type { Initializer } from '../nn/initializers.ts';
import { inputLayer } from '../nn/layer.ts';
import { addLayer, dropout, flatten } from '../nn/layers.ts';
import { batchNormalization } from '../nn/normalization.ts';
import { functional, sequential } from './build.ts';

test('a frozen layer and a rate of its own are shown', () => {
  const model = sequential(
    [
      dense(6, { name: 'body' }),
      batchNormalization(),
      dropout(0.2),
      dense(5, { learningRateFactor: 0.1 }),
      dense(2),
    ],
    { inputShape: [4] },
  );
  model.freeze('body');
  expect(model.summary()).toBe(`Model: "sequential"
┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━┳━━━━━━━━━┳━━━━━━━━━━━┓
┃ Layer (type)                            ┃ Output Shape ┃ Param # ┃ Trainable ┃
┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━╇━━━━━━━━━╇━━━━━━━━━━━┩
│ body (Dense)                            │ (None, 6)    │      30 │ N         │
├─────────────────────────────────────────┼──────────────┼─────────┼───────────┤
│ batchNormalization (BatchNormalization) │ (None, 6)    │      24 │ Y         │
├─────────────────────────────────────────┼──────────────┼─────────┼───────────┤
│ dropout (Dropout)                       │ (None, 6)    │       0 │ -         │
├─────────────────────────────────────────┼──────────────┼─────────┼───────────┤
│ dense (Dense)                           │ (None, 5)    │      35 │ Y ×0.1    │
├─────────────────────────────────────────┼──────────────┼─────────┼───────────┤
│ dense_1 (Dense)                         │ (None, 2)    │      12 │ Y         │
└─────────────────────────────────────────┴──────────────┴─────────┴───────────┘
 Total params: 101 (404.00 B)
 Trainable params: 59 (236.00 B)
 Non-trainable params: 42 (168.00 B)
`);
});

test('what is too wide breaks between words', () => {
  const x = inputLayer([8]);
  const one = batchNormalization({ name: 'a_rather_long_name' })(x);
  const two = batchNormalization({ name: 'another_rather_long_name' })(x);
  const model = functional({ inputs: [x], outputs: dense(1)(addLayer()(one, two)) });
  const lines = model.summary().split('\n');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(lines.filter((line) => line.includes('another_rather_long_name')).length).toBeGreaterThan(1);
  expect(lines.some((line) => /^│ {2,}.*│ another_rather_long_name +│$/.test(line))).toBe(true);
  const wide = model.summary({ width: 200 }).split('\n');
  expect(wide.some((line) => line.includes('a_rather_long_name, another_rather_long_name'))).toBe(true);
  expect(() => model.summary({ with: 200 } as never)).toThrow("Did you mean 'width'?");
});

test('a model that waits for its data shows its layers', () => {
  const summary = sequential([dense(3), dense(1)]).summary();
  expect(summary).toContain('│ dense_1 (Dense) │ ?            │       ? │');
  expect(summary).toContain('known once the data is');
});

test('a large model is summed up without its numbers', () => {
  const never: Initializer = {
    type: 'never',
    options: () => ({}),
    values() {
      throw new Error('a weight was drawn');
    },
  };
  const layers = [flatten(), dense(100_000, { kernelInitializer: never, biasInitializer: never })];
  const summary = sequential(layers, { inputShape: [224, 224, 3] }).summary();
  expect(summary).toContain(' Total params: 15,052,900,000 (56.08 GB)');
});
