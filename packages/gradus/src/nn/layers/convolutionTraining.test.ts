import { expect, test } from 'vitest';
import { sequential } from '../../models/build.ts';
import type { Model } from '../../models/model.ts';
import { loadModel, saveModel } from '../../models/savedModel.ts';
import { createWasmExecutor } from '../../runtime/wasm/executor.ts';
import { heapOf } from '../../runtime/wasm/memory/heap.ts';
import { builds } from '../../testing/machine.ts';
import { createStream } from '../../util/random.ts';
import {
  averagePool2d,
  conv1d,
  conv2d,
  convTranspose1d,
  convTranspose2d,
  maxPool1d,
  maxPool2d,
  spatialDropout,
} from '../index.ts';
import { dense } from './dense.ts';
import { flatten, reshape } from './reshape.ts';

/** Large enough for threads, with a last batch that is smaller. */
const rows = 75;
const stream = createStream(8, 'data');
const width = 12 * 11 * 3;
const data = {
  x: { values: Float32Array.from({ length: rows * width }, () => stream.normal()), width },
  y: Int32Array.from({ length: rows }, () => stream.integer(5)),
};

const make = (): Model =>
  sequential(
    [
      conv2d(16, 3, { padding: 'same', activation: 'relu' }),
      conv2d(16, 3, { groups: 16, strides: [1, 2], activation: 'tanh' }),
      spatialDropout(0.2),
      maxPool2d(2, { strides: 1 }),
      conv2d(24, [2, 3], { groups: 2, padding: 1, dilation: 2, activation: 'silu' }),
      averagePool2d(2, { padding: 'same' }),
      convTranspose2d(6, 3, { strides: 2 }),
      reshape([33, 6]),
      conv1d(9, 4, { padding: 'causal' }),
      maxPool1d(3, { padding: 'same' }),
      convTranspose1d(4, 2, { strides: 2 }),
      flatten(),
      dense(5),
    ],
    { inputShape: [12, 11, 3] },
  );

const bits = (model: Model) =>
  model
    .getWeights()
    .map(({ name, values: { buffer, byteOffset, byteLength } }) => [
      name,
      new Uint8Array(buffer, byteOffset, byteLength),
    ]);

const training = { loss: 'softmaxCrossEntropy', optimizer: 'adam', batchSize: 32, seed: 5 } as const;

for (const build of builds) {
  test(`images: any number of threads gives the same bits, and a saved model goes on with them: ${build}`, async () => {
    await heapOf(build).team!.start(4);
    const trained = async (threads: number): Promise<Model> => {
      const model = make();
      await model.fit(data, {
        ...training,
        epochs: 2,
        executor: createWasmExecutor({ numerics: build, threads }),
      });
      return model;
    };
    const alone = await trained(1);
    expect(alone.getWeights().every(({ values }) => values.every(Number.isFinite))).toBe(true);
    for (const threads of [2, 3, 4]) expect(bits(await trained(threads))).toEqual(bits(alone));

    const bytes = saveModel(alone);
    const { model: loaded } = loadModel(bytes);
    expect(loaded.summary()).toBe(alone.summary());
    for (const model of [alone, loaded])
      await model.fit(data, {
        ...training,
        epochs: 1,
        executor: createWasmExecutor({ numerics: build, threads: 2 }),
      });
    expect(bits(loaded)).toEqual(bits(alone));
  });
}

test('the summary of a convolutional network: Keras’s MNIST example with 1,199,882 parameters', () => {
  const model = sequential(
    [
      conv2d(32, 3, { activation: 'relu' }),
      conv2d(64, 3, { activation: 'relu' }),
      maxPool2d(2),
      flatten(),
      dense(128, { activation: 'relu' }),
      dense(10),
    ],
    { inputShape: [28, 28, 1] },
  );
  expect(model.parameterCount).toBe(1_199_882);
  const text = model.summary();
  for (const row of [
    '(None, 26, 26, 32) │       320',
    '(None, 24, 24, 64) │    18,496',
    '(None, 12, 12, 64) │         0',
  ])
    expect(text).toContain(row);
});
