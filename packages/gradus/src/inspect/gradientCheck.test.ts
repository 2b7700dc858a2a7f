import { expect, test } from 'vitest';
import * as $ from '../graph/operations.ts';
import { functional, sequential } from '../models/build.ts';
import type { Model } from '../models/model.ts';
import { bidirectional } from '../nn/bidirectional.ts';
import { conv1d, conv2d } from '../nn/convolution.ts';
import { dense } from '../nn/dense.ts';
import { embedding, masking } from '../nn/embedding.ts';
import { gru } from '../nn/gru.ts';
import { normal } from '../nn/initializers.ts';
import { defineLayer, inputLayer, type Layer } from '../nn/layer.ts';
import { activationLayer, addLayer, concatenateLayer, dropout, flatten, reshapeLayer } from '../nn/layers.ts';
import type { LossName } from '../nn/losses.ts';
import { lstm } from '../nn/lstm.ts';
import { gaussianDropout, gaussianNoise } from '../nn/noise.ts';
import { batchNormalization, layerNormalization } from '../nn/normalization.ts';
import {
  averagePool1d,
  averagePool2d,
  globalAveragePool1d,
  globalAveragePool2d,
  globalMaxPool1d,
  globalMaxPool2d,
  maxPool1d,
  maxPool2d,
} from '../nn/pooling.ts';
import { prelu } from '../nn/prelu.ts';
import type { LayerType } from '../nn/registry.ts';
import { l1l2 } from '../nn/regularizers.ts';
import { simpleRnn } from '../nn/simpleRnn.ts';
import { spatialDropout, zeroPadding2d } from '../nn/spatialLayers.ts';
import { convTranspose1d, convTranspose2d } from '../nn/transposedConvolution.ts';
import { createStream } from '../util/random.ts';
import { checkGradients } from './gradientCheck.ts';

const ROWS = 6;
const stream = createStream(9, 'data');
const numbers = (width: number): number[][] =>
  Array.from({ length: ROWS }, () => Array.from({ length: width }, () => stream.normal()));
const x = numbers(4);
const values = numbers(3);
const draws = { kernelInitializer: normal(0, 0.6), biasInitializer: normal(0, 0.3) } as const;
const hidden = (units = 8) => dense(units, { activation: 'tanh', ...draws });
const output = () => dense(3, draws);

/** A model that has the layers in its middle. */
const through = (...layers: readonly Layer[]): Model =>
  sequential([hidden(), ...layers, output()], { inputShape: [4], seed: 2 });

const input = inputLayer([4]);
const merge = (layer: Layer): Model =>
  functional({ inputs: [input], outputs: output()(layer(hidden()(input), hidden()(input))), seed: 2 });

/** A model in which the layers read two steps of four numbers. */
const overTime = (...behind: readonly Layer[]): Model => through(reshapeLayer([2, 4]), ...behind);

/** A model in which the layers see images of 2 by 2 cells and 2 channels; another, series of 4 steps. */
const onImages = (...behind: readonly Layer[]): Model =>
  through(reshapeLayer([2, 2, 2]), ...behind, flatten());
const onSeries = (...behind: readonly Layer[]): Model => through(reshapeLayer([4, 2]), ...behind, flatten());

/** A model with every layer of the library: what is missing here does not compile. */
const layers: { readonly [T in LayerType]: () => Model } = {
  dense: () =>
    through(dense(5, { ...draws, kernelRegularizer: l1l2({ l1: 0.01, l2: 0.1 }), activation: 'relu' })),
  activation: () => through(activationLayer('gelu')),
  dropout: () => through(dropout(0.4)),
  flatten: () => through(reshapeLayer([2, 4]), flatten()),
  reshape: () => through(reshapeLayer([4, 2]), reshapeLayer([8])),
  add: () => merge(addLayer()),
  concatenate: () => merge(concatenateLayer()),
  batchNormalization: () => through(batchNormalization({ gammaInitializer: normal(1, 0.3) })),
  layerNormalization: () => through(layerNormalization({ betaInitializer: normal(0, 0.3) })),
  prelu: () => through(prelu({ slopeInitializer: normal(0.2, 0.1) })),
  gaussianNoise: () => through(gaussianNoise(0.3)),
  gaussianDropout: () => through(gaussianDropout(0.3)),
  simpleRnn: () => overTime(simpleRnn(3)),
  lstm: () => overTime(lstm(3, { returnSequences: true }), masking(0), lstm(2)),
  gru: () => overTime(gru(3)),
  bidirectional: () => overTime(bidirectional(gru(2))),
  masking: () => overTime(masking(0), simpleRnn(3)),
  conv2d: () =>
    onImages(
      conv2d(4, [2, 1], { ...draws, padding: 'same', groups: 2 }),
      conv2d(3, 2, { ...draws, padding: 1, strides: 2, paddingValue: -1, sharedBias: false }),
      conv2d(2, 1, {
        ...draws,
        connections: [
          [0, 2],
          [1, 0],
        ],
        activation: 'tanh',
      }),
    ),
  conv1d: () => onSeries(conv1d(3, 2, { ...draws, padding: 'causal', dilation: 2, activation: 'tanh' })),
  convTranspose2d: () => onImages(convTranspose2d(3, [2, 3], { ...draws, strides: 2, padding: 'same' })),
  convTranspose1d: () => onSeries(convTranspose1d(3, 2, { ...draws, strides: 3, activation: 'tanh' })),
  maxPool2d: () => onImages(maxPool2d(2, { strides: 1, padding: 'same' })),
  maxPool1d: () => onSeries(maxPool1d(2)),
  averagePool2d: () => onImages(averagePool2d(2, { strides: 1, padding: 'same' })),
  averagePool1d: () => onSeries(averagePool1d(3, { strides: 1 })),
  globalMaxPool2d: () => through(reshapeLayer([2, 2, 2]), globalMaxPool2d()),
  globalMaxPool1d: () => overTime(globalMaxPool1d()),
  globalAveragePool2d: () => through(reshapeLayer([2, 2, 2]), globalAveragePool2d()),
  globalAveragePool1d: () => overTime(globalAveragePool1d()),
  spatialDropout: () => onImages(spatialDropout(0.4)),
  zeroPadding2d: () =>
    onImages(
      zeroPadding2d([
        [1, 0],
        [0, 2],
      ]),
    ),
  embedding: () => sequential([embedding(5, 3), flatten(), output()], { inputShape: [4], seed: 2 }),
};

/** What an embedding looks up. */
const indices = x.map((row) => row.map((value) => Math.abs(Math.round(2 * value)) % 5));

test.each(Object.entries(layers))('the gradients of a layer are right: %s', async (type, build) => {
  const data = { x: type === 'embedding' ? indices : x, y: values };
  const check = await checkGradients(build(), data, { loss: 'meanSquaredError', seed: 3 });
  expect(check.parameters.map(({ verdict }) => verdict).filter((verdict) => verdict !== 'right')).toEqual([]);
  expect(check.parameters.length).toBeGreaterThanOrEqual(3);
});

const labels = Array.from({ length: ROWS }, () => stream.integer(3));
const bits = values.map((row) => row.map((value) => (value > 0 ? 1 : 0)));
const shares = values.map((row) => {
  const [a, b, c] = row.map((value) => value * value);
  return [a / (a + b + c), b / (a + b + c), c / (a + b + c)];
});
const counts = values.map((row) => row.map((value) => Math.round(value * value)));
const signs = bits.map((row) => row.map((bit) => 2 * bit - 1));
const positive = (activation: 'softmax' | 'softplus' | 'logSoftmax') =>
  sequential([hidden(), output(), activationLayer(activation)], { inputShape: [4], seed: 2 });

/** A model and targets for every loss that has a name. */
const losses: { readonly [L in LossName]: readonly [Model, number[] | number[][]] } = {
  meanSquaredError: [through(), values],
  squaredError: [through(), values],
  meanAbsoluteError: [through(), values],
  huber: [through(), values],
  poisson: [positive('softplus'), counts],
  cosineSimilarity: [through(), values],
  hinge: [through(), signs],
  squaredHinge: [through(), signs],
  binaryCrossEntropy: [through(), bits],
  binaryFocalCrossEntropy: [through(), bits],
  softmaxCrossEntropy: [through(), labels],
  softmaxFocalCrossEntropy: [through(), labels],
  maxMargin: [through(), labels],
  categoricalCrossEntropy: [positive('softmax'), labels],
  negativeLogLikelihood: [positive('logSoftmax'), labels],
  klDivergence: [positive('softmax'), shares],
};

test.each(Object.keys(losses) as LossName[])('the gradients of a loss are right: %s', async (loss) => {
  const [model, y] = losses[loss];
  const check = await checkGradients(model, { x, y }, { loss });
  expect(check.parameters.map(({ verdict }) => verdict).filter((verdict) => verdict !== 'right')).toEqual([]);
  expect(check.largestGradient).toBeGreaterThan(1e-3);
});

test('a wrong gradient is found, and said where: x² whose derivative is stopped once', async () => {
  const wrong = defineLayer({
    type: 'wrongSquare',
    call: ([a]) => $.multiply(a, $.stopGradient(a)),
  });
  const model = sequential([dense(2, draws), wrong, dense(1, draws)], { inputShape: [4], seed: 2 });
  const check = await checkGradients(model, { x, y: values.map(([v]) => v) }, { loss: 'meanSquaredError' });
  expect(check.passed).toBe(false);
  const verdicts = Object.fromEntries(check.parameters.map(({ name, verdict }) => [name, verdict]));
  expect(verdicts).toEqual({
    'dense/kernel': 'wrong',
    'dense/bias': 'wrong',
    'dense_1/kernel': 'right',
    'dense_1/bias': 'right',
  });
  const { worst } = check.parameters[0];
  expect(worst!.numeric / worst!.analytic).toBeCloseTo(2, 5);
  expect(String(check)).toContain("Gradients of 'sequential': 2 of 4 parameters have a wrong gradient");
});

test('ReLU at 0 is a kink, not a mistake', async () => {
  // Of rows of zeros every unit has 0 in front of its ReLU.
  const model = sequential([dense(3, { activation: 'relu' }), dense(1)], { inputShape: [2], seed: 2 });
  const check = await checkGradients(model, { x: [[0, 0]], y: [1] }, { loss: 'meanSquaredError' });
  expect(check.passed).toBe(true);
  const bias = check.parameters.find(({ name }) => name === 'dense/bias')!;
  expect(bias).toMatchObject({ verdict: 'kink', kinks: 3, checked: 3, worst: undefined });
  expect(String(check)).toContain('right, 3 at a kink');
  expect(String(check)).toContain('At a kink the loss has two slopes');
});

test('a large parameter is checked in places that the seed chooses; the weights stay as they are', async () => {
  const model = sequential([dense(300, draws), dense(1)], { inputShape: [4], seed: 2 });
  const before = model.getWeights().map((tensor) => [...tensor.values]);
  const run = (seed: number) =>
    checkGradients(model, { x, y: values.map(([v]) => v) }, { loss: 'meanSquaredError', elements: 7, seed });
  const [first, again, other] = [await run(1), await run(1), await run(2)];
  expect(first.parameters.map(({ checked }) => checked)).toEqual([7, 7, 7, 1]);
  expect(String(again)).toBe(String(first));
  expect(String(other)).not.toBe(String(first));
  expect(model.getWeights().map((tensor) => [...tensor.values])).toEqual(before);
});

test('what is frozen is not checked; options are', async () => {
  const model = sequential([dense(3, { ...draws, trainable: false }), dense(1)], { inputShape: [4] });
  const data = { x, y: values.map(([v]) => v) };
  const { parameters } = await checkGradients(model, data, { loss: 'meanSquaredError' });
  expect(parameters.map(({ name }) => name)).toEqual(['dense_1/kernel', 'dense_1/bias']);
  const refused = checkGradients(model, data, { loss: 'meanSquaredError', step: 1 } as never);
  await expect(refused).rejects.toThrow("the option 'step' of checkGradients");
  const none = checkGradients(model, data, { loss: 'meanSquaredError', elements: 0 });
  await expect(none).rejects.toThrow('elements is 0');
});
