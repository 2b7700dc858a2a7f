import { expect, test } from 'vitest';
import { sequential } from '../models/build.ts';
import type { Model } from '../models/model.ts';
import type { Layer } from '../nn/layer.ts';
import { conv2d } from '../nn/layers/convolution.ts';
import { dense } from '../nn/layers/dense.ts';
import { batchNormalization } from '../nn/layers/normalization.ts';
import { globalAveragePool2d, maxPool2d } from '../nn/layers/pooling.ts';
import { flatten } from '../nn/layers/reshape.ts';
import { embedding } from '../nn/sequences/embedding.ts';
import { lstm } from '../nn/sequences/lstm.ts';
import { constant } from '../nn/weights/initializers.ts';
import { createStream } from '../util/random.ts';
import { inspectLayers } from './layerProbe.ts';
import { lossSurface } from './lossSurface.ts';

const loss = 'softmaxCrossEntropy' as const;
const stream = createStream(3, 'data');
const rows = 40;
const y = Int32Array.from({ length: rows }, () => stream.integer(3));
const images = {
  x: { values: Float32Array.from({ length: rows * 64 }, () => stream.normal()), width: 64 },
  y,
};
const words = {
  x: Array.from({ length: rows }, () => Array.from({ length: 5 }, () => stream.integer(9))),
  y,
};

const convolutional = (first: Layer): Model =>
  sequential([first, maxPool2d(2), conv2d(6, 3, { activation: 'relu' }), globalAveragePool2d(), dense(3)], {
    inputShape: [8, 8, 1],
  });
const recurrent = (): Model => sequential([embedding(9, 6), lstm(8), dense(3)], { inputShape: [5] });

test('convolutions: a unit is a filter, over all places', async () => {
  const model = convolutional(
    conv2d(5, 3, { activation: 'relu', padding: 'same', kernelInitializer: 'heNormal' }),
  );
  const { layers, findings } = await inspectLayers(model, images, { loss });
  expect(findings).toEqual([]);
  expect(layers.map(({ units }) => units)).toEqual([5, 5, 6, 6, 3]);
  expect(layers[0].activations.count).toBe(rows * 8 * 8 * 5);
  expect(layers[0].deadUnits).toBe(0);
  const dead = convolutional(conv2d(5, 3, { activation: 'relu', biasInitializer: constant(-99) }));
  expect((await inspectLayers(dead, images, { loss })).findings.map(({ kind, layer }) => [kind, layer])).toContainEqual(['deadUnits', 'conv2d']); // biome-ignore format: a pair
  const same = convolutional(conv2d(5, 3, { kernelInitializer: 'zeros' }));
  expect((await inspectLayers(same, images, { loss })).findings[0]).toMatchObject({ kind: 'identicalUnits', layer: 'conv2d' }); // biome-ignore format: a pattern
});

test('sequences: embeddings and recurrent layers', async () => {
  const { layers, findings } = await inspectLayers(recurrent(), words, { loss });
  expect(findings).toEqual([]);
  expect(layers.map(({ units }) => units)).toEqual([6, 8, 3]);
  expect(layers[1].parameters.length).toBeGreaterThan(1);
  for (const { parameters } of layers)
    for (const { gradient } of parameters) expect(gradient?.rootMeanSquare).toBeGreaterThan(0);
});

test('surfaces of convolutional and recurrent networks have the loss of the model in the middle', async () => {
  const normalised = sequential([conv2d(4, 3), batchNormalization(), flatten(), dense(3)], {
    inputShape: [8, 8, 1],
  });
  for (const [model, data] of [
    [normalised, images],
    [recurrent(), words],
  ] as const) {
    // biome-ignore format: pairs
    const before = model.getWeights();
    const surface = await lossSurface(model, data, { loss, resolution: 3, numerics: 'portable' });
    const { loss: own } = await model.evaluate(data, { loss, numerics: 'portable' });
    expect(surface.losses[4]).toBe(own);
    expect(surface.losses[0]).not.toBe(own);
    expect(model.getWeights()).toEqual(before);
  }
});
