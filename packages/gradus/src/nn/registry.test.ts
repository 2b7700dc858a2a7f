import { expect, test } from 'vitest';
import { modelFromConfig } from '../models/build.ts';
import { fixture } from '../testing/trajectories.ts';
import { IncompatibleError } from '../util/errors.ts';
import type { JsonValue } from '../util/json.ts';
import type { Layer } from './layer.ts';
import { activation } from './layers/activation.ts';
import { conv1d, conv2d } from './layers/convolution.ts';
import { dense } from './layers/dense.ts';
import { dropout, spatialDropout } from './layers/dropout.ts';
import { add, concatenate } from './layers/merge.ts';
import { gaussianDropout, gaussianNoise } from './layers/noise.ts';
import { batchNormalization, layerNormalization } from './layers/normalization.ts';
import {
  averagePool1d,
  averagePool2d,
  globalAveragePool1d,
  globalAveragePool2d,
  globalMaxPool1d,
  globalMaxPool2d,
  maxPool1d,
  maxPool2d,
} from './layers/pooling.ts';
import { prelu } from './layers/prelu.ts';
import { flatten, reshape } from './layers/reshape.ts';
import { convTranspose1d, convTranspose2d } from './layers/transposedConvolution.ts';
import { zeroPadding2d } from './layers/zeroPadding2d.ts';
import { type LayerFactory, type LayerType, layerFactories } from './registry.ts';
import { bidirectional } from './sequences/bidirectional.ts';
import { embedding } from './sequences/embedding.ts';
import { gru } from './sequences/gru.ts';
import { lstm } from './sequences/lstm.ts';
import { masking } from './sequences/masking.ts';
import { simpleRnn } from './sequences/simpleRnn.ts';

/** Every layer, with options: one that is missing here does not compile. */
const makers: Readonly<Record<LayerType, (options: never) => Layer>> = {
  activation: (options) => activation('relu', options),
  add: add,
  averagePool1d: (options) => averagePool1d(2, options),
  averagePool2d: (options) => averagePool2d(2, options),
  batchNormalization: batchNormalization,
  bidirectional: (options) => bidirectional(gru(1), options),
  concatenate: concatenate,
  conv1d: (options) => conv1d(1, 1, options),
  conv2d: (options) => conv2d(1, 1, options),
  convTranspose1d: (options) => convTranspose1d(1, 1, options),
  convTranspose2d: (options) => convTranspose2d(1, 1, options),
  dense: (options) => dense(1, options),
  dropout: (options) => dropout(0.5, options),
  embedding: (options) => embedding(3, 1, options),
  flatten: flatten,
  gaussianDropout: (options) => gaussianDropout(0.5, options),
  gaussianNoise: (options) => gaussianNoise(1, options),
  globalAveragePool1d: globalAveragePool1d,
  globalAveragePool2d: globalAveragePool2d,
  globalMaxPool1d: globalMaxPool1d,
  globalMaxPool2d: globalMaxPool2d,
  gru: (options) => gru(1, options),
  layerNormalization: layerNormalization,
  lstm: (options) => lstm(1, options),
  masking: (options) => masking(0, options),
  maxPool1d: (options) => maxPool1d(2, options),
  maxPool2d: (options) => maxPool2d(2, options),
  prelu: prelu,
  reshape: (options) => reshape([2], options),
  simpleRnn: (options) => simpleRnn(1, options),
  spatialDropout: (options) => spatialDropout(0.5, options),
  zeroPadding2d: (options) => zeroPadding2d(1, options),
};
const entries = Object.entries(makers) as [LayerType, (options: object) => Layer][];

test.each(entries)('%s refuses options that it does not have, or of the wrong type', (type, make) => {
  expect(() => make({ seed: 3 })).toThrow(`the option 'seed' of ${type}. Expected one of `);
  expect(() => make({ Name: 'first' })).toThrow("Did you mean 'name'?");
  expect(() => make(3 as never)).toThrow(`3 as the options of ${type}`);
  expect(() => make({ name: 3 })).toThrow('name is 3. Expected a string.');
  expect(() => make({ trainable: 'no' })).toThrow("trainable is 'no'");
  expect(() => make({ learningRateFactor: -1 })).toThrow('learningRateFactor is -1');
});

test.each(entries)('%s is made again of its options as JSON, and of nothing else', (type, make) => {
  const { definition } = make({ name: 'first', learningRateFactor: 0.5 });
  const factory: LayerFactory = layerFactories()[type];
  const json = JSON.parse(JSON.stringify(definition.options?.() ?? {}));
  // A file holds name, freezing and rate beside the options.
  expect(Object.keys(json)).not.toContain('name');
  const again = factory(json, 'first').definition;
  expect(again.type).toBe(type);
  expect(again.name).toBe('first');
  expect(again.options?.()).toEqual(definition.options?.());
  for (const key of Object.keys(json)) {
    // No option is a date: each of them refuses one, with the error of a damaged file.
    expect(() => factory({ ...json, [key]: new Date(0) }, 'first'), key).toThrow(IncompatibleError);
  }
});

// Between them these models use every layer and most options, others than the defaults.
test.each(Object.entries(fixture<Record<string, JsonValue>>('modelDescriptions')))(
  'a description from before options were declared as fields is read, and written as it was: %s',
  (_, config) => {
    expect(JSON.stringify(modelFromConfig(config).config())).toBe(JSON.stringify(config));
  },
);
