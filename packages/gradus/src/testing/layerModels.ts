import { functional, sequential } from '../models/build.ts';
import type { Model } from '../models/model.ts';
import { input, type Layer } from '../nn/layer.ts';
import { activation } from '../nn/layers/activation.ts';
import { conv1d, conv2d } from '../nn/layers/convolution.ts';
import { dense } from '../nn/layers/dense.ts';
import { dropout, spatialDropout } from '../nn/layers/dropout.ts';
import { add, concatenate } from '../nn/layers/merge.ts';
import { gaussianDropout, gaussianNoise } from '../nn/layers/noise.ts';
import { batchNormalization, layerNormalization } from '../nn/layers/normalization.ts';
import {
  averagePool1d,
  averagePool2d,
  globalAveragePool1d,
  globalAveragePool2d,
  globalMaxPool1d,
  globalMaxPool2d,
  maxPool1d,
  maxPool2d,
} from '../nn/layers/pooling.ts';
import { prelu } from '../nn/layers/prelu.ts';
import { flatten, reshape } from '../nn/layers/reshape.ts';
import { convTranspose1d, convTranspose2d } from '../nn/layers/transposedConvolution.ts';
import { zeroPadding2d } from '../nn/layers/zeroPadding2d.ts';
import type { LayerType } from '../nn/registry.ts';
import { bidirectional } from '../nn/sequences/bidirectional.ts';
import { embedding } from '../nn/sequences/embedding.ts';
import { gru } from '../nn/sequences/gru.ts';
import { lstm } from '../nn/sequences/lstm.ts';
import { masking } from '../nn/sequences/masking.ts';
import { simpleRnn } from '../nn/sequences/simpleRnn.ts';
import { normal } from '../nn/weights/initializers.ts';
import { l1l2 } from '../nn/weights/regularizers.ts';
import { createStream } from '../util/random.ts';

/** Rows of the data. */
export const ROWS = 6;
const stream = createStream(9, 'data');
const numbers = (width: number): number[][] =>
  Array.from({ length: ROWS }, () => Array.from({ length: width }, () => stream.normal()));
/** Four numbers a row, and three to learn. */
export const x = numbers(4);
export const values = numbers(3);
/** First numbers away from 0. */
export const draws = { kernelInitializer: normal(0, 0.6), biasInitializer: normal(0, 0.3) } as const;
/** The layer in front of all others, and the one behind them. */
export const hidden = (units = 8) => dense(units, { activation: 'tanh', ...draws });
export const output = () => dense(3, draws);

/** A model that has the layers in its middle. */
export const through = (...layers: readonly Layer[]): Model =>
  sequential([hidden(), ...layers, output()], { inputShape: [4], seed: 2 });

const given = input([4]);
const merge = (layer: Layer): Model =>
  functional({ inputs: [given], outputs: output()(layer(hidden()(given), hidden()(given))), seed: 2 });

/** A model in which the layers read two steps of four numbers. */
const overTime = (...behind: readonly Layer[]): Model => through(reshape([2, 4]), ...behind);

/** A model in which the layers see images of 2 by 2 cells and 2 channels; another, series of 4 steps. */
const onImages = (...behind: readonly Layer[]): Model => through(reshape([2, 2, 2]), ...behind, flatten());
const onSeries = (...behind: readonly Layer[]): Model => through(reshape([4, 2]), ...behind, flatten());

/** A model with every layer of the library: what is missing here does not compile. */
export const layerModels: { readonly [T in LayerType]: () => Model } = {
  dense: () =>
    through(dense(5, { ...draws, kernelRegularizer: l1l2({ l1: 0.01, l2: 0.1 }), activation: 'relu' })),
  activation: () => through(activation('gelu')),
  dropout: () => through(dropout(0.4)),
  flatten: () => through(reshape([2, 4]), flatten()),
  reshape: () => through(reshape([4, 2]), reshape([8])),
  add: () => merge(add()),
  concatenate: () => merge(concatenate()),
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
      conv2d(4, 2, {
        ...draws,
        padding: [
          [1, 1],
          [0, 1],
        ],
        strides: [1, 2],
        groups: 2,
      }),
      conv2d(4, [3, 2], { ...draws, padding: [2, 1], dilation: [2, 1], activation: 'softplus' }),
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
  convTranspose2d: () =>
    onImages(
      convTranspose2d(3, [2, 3], { ...draws, strides: 2, padding: 'same' }),
      convTranspose2d(2, 3, {
        ...draws,
        padding: [1, 2],
        strides: [3, 1],
        outputPadding: [2, 0],
        dilation: [1, 2],
      }),
    ),
  convTranspose1d: () => onSeries(convTranspose1d(3, 2, { ...draws, strides: 3, activation: 'tanh' })),
  maxPool2d: () => onImages(maxPool2d(2, { strides: 1, padding: 'same' })),
  maxPool1d: () => onSeries(maxPool1d(2)),
  averagePool2d: () => onImages(averagePool2d(2, { strides: 1, padding: 'same' })),
  averagePool1d: () => onSeries(averagePool1d(3, { strides: 1 })),
  globalMaxPool2d: () => through(reshape([2, 2, 2]), globalMaxPool2d()),
  globalMaxPool1d: () => overTime(globalMaxPool1d()),
  globalAveragePool2d: () => through(reshape([2, 2, 2]), globalAveragePool2d()),
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
export const indices = x.map((row) => row.map((value) => Math.abs(Math.round(2 * value)) % 5));
