import { expect, test } from 'vitest';
import * as $ from '../graph/operations.ts';
import { sequential } from '../models/build.ts';
import type { Model } from '../models/model.ts';
import { defineLayer } from '../nn/layer.ts';
import { activation } from '../nn/layers/activation.ts';
import { dense } from '../nn/layers/dense.ts';
import { batchNormalization } from '../nn/layers/normalization.ts';
import { globalAveragePool1d } from '../nn/layers/pooling.ts';
import type { LossName } from '../nn/losses/index.ts';
import { embedding } from '../nn/sequences/embedding.ts';
import { gru } from '../nn/sequences/gru.ts';
import { normal } from '../nn/weights/initializers.ts';
import {
  draws,
  hidden,
  indices,
  layerModels,
  output,
  ROWS,
  through,
  values,
  x,
} from '../testing/layerModels.ts';
import { createStream } from '../util/random.ts';
import { checkGradients } from './gradientCheck.ts';

test.each(Object.entries(layerModels))('the gradients of a layer are right: %s', async (type, build) => {
  const data = { x: type === 'embedding' ? indices : x, y: values };
  const check = await checkGradients(build(), data, { loss: 'meanSquaredError', seed: 3 });
  expect(check.parameters.map(({ verdict }) => verdict).filter((verdict) => verdict !== 'right')).toEqual([]);
  expect(check.parameters.length).toBeGreaterThanOrEqual(3);
});

test('the gradients are right where a mask leaves steps out of a normalisation', async () => {
  const layers = [
    embedding(5, 3, { maskZero: true }),
    batchNormalization({ gammaInitializer: normal(1, 0.3) }),
    gru(2, { returnSequences: true }),
    batchNormalization(),
    globalAveragePool1d(),
    output(),
  ];
  expect(indices.flat()).toContain(0);
  const model = sequential(layers, { inputShape: [4], seed: 2 });
  const { parameters } = await checkGradients(model, { x: indices, y: values }, { loss: 'meanSquaredError' });
  expect(parameters.map(({ verdict }) => verdict).filter((verdict) => verdict !== 'right')).toEqual([]);
});

const stream = createStream(10, 'data');
const labels = Array.from({ length: ROWS }, () => stream.integer(3));
const bits = values.map((row) => row.map((value) => (value > 0 ? 1 : 0)));
const shares = values.map((row) => {
  const [a, b, c] = row.map((value) => value * value);
  return [a / (a + b + c), b / (a + b + c), c / (a + b + c)];
});
const counts = values.map((row) => row.map((value) => Math.round(value * value)));
const signs = bits.map((row) => row.map((bit) => 2 * bit - 1));
const positive = (name: 'softmax' | 'softplus' | 'logSoftmax') =>
  sequential([hidden(), output(), activation(name)], { inputShape: [4], seed: 2 });

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
  expect(String(check)).toContain('At a kink, such as ReLU at 0, the loss has two slopes');
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
