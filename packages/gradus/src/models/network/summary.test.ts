import { expect, test } from 'vitest';
import { input } from '../../nn/layer.ts';
import { conv2d } from '../../nn/layers/convolution.ts';
import { dense } from '../../nn/layers/dense.ts';
import { dropout } from '../../nn/layers/dropout.ts';
import { add } from '../../nn/layers/merge.ts';
import { batchNormalization } from '../../nn/layers/normalization.ts';
import { maxPool2d } from '../../nn/layers/pooling.ts';
import { flatten } from '../../nn/layers/reshape.ts';
import type { Initializer } from '../../nn/weights/initializers.ts';
import { functional, sequential } from '../build.ts';

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
  const x = input([8]);
  const one = batchNormalization({ name: 'a_rather_long_name' })(x);
  const two = batchNormalization({ name: 'another_rather_long_name' })(x);
  const model = functional({ inputs: [x], outputs: dense(1)(add()(one, two)) });
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

test('the net of deck 000 has 58,091,396 parameters, 2,880 of them not trainable', () => {
  const convolution = (filters: number) => [
    conv2d(filters, 3, { padding: 'same', activation: 'relu' }),
    batchNormalization(),
  ];
  const model = sequential(
    [
      ...convolution(32),
      maxPool2d(3),
      dropout(0.25),
      ...convolution(64),
      ...convolution(64),
      maxPool2d(2),
      dropout(0.25),
      ...convolution(128),
      ...convolution(128),
      maxPool2d(2),
      dropout(0.25),
      flatten(),
      dense(1024, { activation: 'relu' }),
      batchNormalization(),
      dropout(0.5),
      dense(4),
    ],
    { inputShape: [256, 256, 3] },
  );
  const lines = model.summary({ width: 100 }).split('\n');
  const rows = lines.filter((line) => line.startsWith('│'));
  expect(
    rows.map((row) =>
      row
        .split('│')
        .slice(1, 4)
        .map((cell) => cell.trim())
        .join(' · '),
    ),
  ).toEqual([
    'conv2d (Conv2d) · (None, 256, 256, 32) · 896',
    'batchNormalization (BatchNormalization) · (None, 256, 256, 32) · 128',
    'maxPool2d (MaxPool2d) · (None, 85, 85, 32) · 0',
    'dropout (Dropout) · (None, 85, 85, 32) · 0',
    'conv2d_1 (Conv2d) · (None, 85, 85, 64) · 18,496',
    'batchNormalization_1 (BatchNormalization) · (None, 85, 85, 64) · 256',
    'conv2d_2 (Conv2d) · (None, 85, 85, 64) · 36,928',
    'batchNormalization_2 (BatchNormalization) · (None, 85, 85, 64) · 256',
    'maxPool2d_1 (MaxPool2d) · (None, 42, 42, 64) · 0',
    'dropout_1 (Dropout) · (None, 42, 42, 64) · 0',
    'conv2d_3 (Conv2d) · (None, 42, 42, 128) · 73,856',
    'batchNormalization_3 (BatchNormalization) · (None, 42, 42, 128) · 512',
    'conv2d_4 (Conv2d) · (None, 42, 42, 128) · 147,584',
    'batchNormalization_4 (BatchNormalization) · (None, 42, 42, 128) · 512',
    'maxPool2d_2 (MaxPool2d) · (None, 21, 21, 128) · 0',
    'dropout_2 (Dropout) · (None, 21, 21, 128) · 0',
    'flatten (Flatten) · (None, 56448) · 0',
    'dense (Dense) · (None, 1024) · 57,803,776',
    'batchNormalization_5 (BatchNormalization) · (None, 1024) · 4,096',
    'dropout_3 (Dropout) · (None, 1024) · 0',
    'dense_1 (Dense) · (None, 4) · 4,100',
  ]);
  expect(lines.slice(-4, -1)).toEqual([
    ' Total params: 58,091,396 (221.60 MB)',
    ' Trainable params: 58,088,516 (221.59 MB)',
    ' Non-trainable params: 2,880 (11.25 KB)',
  ]);
  const narrow = model.summary().split('\n');
  expect(Math.max(...narrow.map(({ length }) => length))).toBeLessThanOrEqual(80);
});
