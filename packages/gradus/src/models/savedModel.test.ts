import { describe, expect, test } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from '../formats/checkpoint.ts';
import { encodeModelFile } from '../formats/modelFile.ts';
import { input } from '../nn/layer.ts';
import { dense } from '../nn/layers/dense.ts';
import { dropout } from '../nn/layers/dropout.ts';
import { add } from '../nn/layers/merge.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { createWasmExecutor } from '../runtime/wasm/executor.ts';
import type { TrainingState } from '../train/state.ts';
import { IncompatibleError } from '../util/errors.ts';
import { createStream } from '../util/random.ts';
import { functional, sequential } from './build.ts';
import type { Model } from './model.ts';
import { loadModel, saveModel } from './savedModel.ts';

const stream = createStream(3, 'init');
const rows = 67;
const x = { values: Float32Array.from({ length: rows * 5 }, () => stream.normal()), width: 5 };
const y = Int32Array.from({ length: rows }, (_, row) =>
  x.values[row * 5] > 0 ? 1 : x.values[row * 5 + 1] > 0 ? 2 : 0,
);

const line = () => sequential([dense(33, { activation: 'relu' }), dropout(0.2), dense(3)], { name: 'line' });
const residual = () => {
  const x = input([5]);
  const hidden = dense(7, { activation: 'tanh' })(x);
  const sum = add()(hidden, dense(7)(hidden));
  return functional({ inputs: [x], outputs: dense(3)(sum) });
};
const training = { loss: 'softmaxCrossEntropy', optimizer: 'adam', epochs: 2, batchSize: 16 } as const;

const executors = [
  new ReferenceExecutor('float64'),
  createWasmExecutor({ numerics: 'portable' }),
  createWasmExecutor({ numerics: 'fast' }),
];

/** The bits of floats, which tell NaN from NaN and 0 from -0. */
const bitsOf = ({ values }: { readonly values: Float32Array | Float64Array }) =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

const weightBits = (model: Model) =>
  model.getWeights().map(({ name, shape, values }) => ({ name, shape, bits: bitsOf({ values }) }));

for (const executor of executors) {
  describe(executor.name, () => {
    test.each([
      ['a line of layers', line],
      ['a residual net', residual],
    ])('saved, loaded: the same weights, probabilities and file, bit by bit: %s', async (_, make) => {
      const model = make();
      await model.fit({ x, y }, { ...training, executor });
      const bytes = saveModel(model, { training: { seed: 0 } });
      const loaded = loadModel(bytes);
      expect(weightBits(loaded.model)).toEqual(weightBits(model));
      expect(saveModel(loaded.model, { training: { seed: 0 } })).toEqual(bytes);
      // The reference executor is no kernel that a file could name.
      const options = executor.name.startsWith('wasm') ? {} : { executor };
      const [before, after] = [
        await model.predictProbabilities(x),
        await loaded.model.predictProbabilities(x, options),
      ];
      expect(bitsOf(after)).toEqual(bitsOf(before));
      expect(loaded.model.numerics).toBe(model.numerics);
      expect(loaded.training).toEqual({ seed: 0 });
    });

    test('a run resumed from a file in mid-epoch ends with the same bits', async () => {
      const whole = line();
      await whole.fit({ x, y }, { ...training, executor });
      const files: Uint8Array[] = [];
      const save = (state: TrainingState) => {
        files.push(encodeCheckpoint(state));
      };
      await line().fit({ x, y }, { ...training, executor, checkpoint: { everySteps: 3, save } });
      const states = files.map(decodeCheckpoint);
      expect(states.some(({ batch }) => batch > 0)).toBe(true);
      for (const resume of states) {
        const resumed = line();
        await resumed.fit({ x, y }, { ...training, executor, resume });
        expect(weightBits(resumed)).toEqual(weightBits(whole));
      }
    });
  });
}

test('a portable model stays portable, and says so', async () => {
  const model = line();
  await model.fit({ x, y }, { ...training, numerics: 'portable' });
  await model.predict(x, { numerics: 'fast' });
  const loaded = loadModel(saveModel(model));
  expect(loaded.numerics).toBe('portable');
  await loaded.model.fit({ x, y }, training);
  expect(loaded.model.numerics).toBe('portable');
});

test('weights of another architecture are refused', () => {
  const model = sequential([dense(2)], { inputShape: [3] });
  const other = sequential([dense(2)], { inputShape: [4] });
  const bytes = encodeModelFile({ config: model.config(), weights: other.getWeights() });
  expect(() => loadModel(bytes)).toThrow(IncompatibleError);
});

test('a description that asks for more than memory is refused at once', () => {
  const config = JSON.parse(JSON.stringify(sequential([dense(2)], { inputShape: [3] }).config()));
  config.layers[0].options.units = 2 ** 40;
  expect(() => loadModel(encodeModelFile({ config, weights: [] }))).toThrow(IncompatibleError);
  config.layers[0].options.units = 2 ** 28;
  expect(() => loadModel(encodeModelFile({ config, weights: [] }))).toThrow(IncompatibleError);
});

test('a layer that asks for more than memory is refused at once', () => {
  const run = {
    units: 1,
    activation: 'tanh',
    returnSequences: true,
    goBackwards: true,
    dropout: 0,
    recurrentDropout: 0,
  };
  const convolution = { strides: 1, dilation: 1, padding: 'valid', groups: 1, activation: 'identity' };
  const far = 2 ** 40;
  const demands: readonly (readonly [shape: readonly number[], type: string, options: object])[] = [
    [[2 ** 27, 1], 'simpleRnn', run],
    [[2 ** 30, 1], 'simpleRnn', { ...run, goBackwards: false }],
    [[2 ** 14, 2 ** 14, 1], 'averagePool2d', { poolSize: 2 ** 13, strides: 1, padding: 'valid' }],
    [[4, 4, 1], 'averagePool2d', { poolSize: 2 ** 13, strides: 1, padding: 2 ** 13 - 1 }],
    [[4, 4, 1], 'zeroPadding2d', { padding: far }],
    [[4, 4, 1], 'conv2d', { ...convolution, filters: 1, kernelSize: 1, padding: far }],
    [[4, 4, 1], 'convTranspose2d', { ...convolution, filters: 1, kernelSize: 1, strides: far }],
    [
      [4, 4, 1],
      'conv2d',
      { ...convolution, filters: 9000, kernelSize: 1, connections: new Array(9000).fill([0]) },
    ],
  ];
  for (const [shape, type, options] of demands) {
    const config = JSON.parse(JSON.stringify(sequential([dense(2)], { inputShape: [3] }).config()));
    config.inputs[0].shape = shape;
    config.layers[0] = { ...config.layers[0], type, options };
    expect(() => loadModel(encodeModelFile({ config, weights: [] })), type).toThrow(
      /fit together.*at most|fit together.*fewer/,
    );
  }
});

test('what is no model is refused', () => {
  for (const wrong of [3, undefined, loadModel(saveModel(sequential([dense(1)], { inputShape: [1] })))]) {
    expect(() => saveModel(wrong as never)).toThrow('for a model. Expected a Model');
  }
});

test('every truncation of a small model is refused', () => {
  const bytes = saveModel(sequential([dense(1)], { inputShape: [1] }));
  for (let length = 0; length < bytes.length; length++) {
    expect(() => loadModel(bytes.subarray(0, length))).toThrow(IncompatibleError);
  }
});
