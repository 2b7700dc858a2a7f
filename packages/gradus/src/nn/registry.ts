import { IncompatibleError } from '../util/errors.ts';
import type { FieldRecord, Fields, InputsOf } from '../util/fields.ts';
import { isRecord } from '../util/options.ts';
import type { Layer } from './layer.ts';
import { activation, activationFields } from './layers/activation.ts';
import { conv1d, conv1dFields, conv2d, conv2dFields } from './layers/convolution.ts';
import { dense, denseFields } from './layers/dense.ts';
import { dropout, dropoutFields, spatialDropout, spatialDropoutFields } from './layers/dropout.ts';
import { add, addFields, concatenate, concatenateFields } from './layers/merge.ts';
import {
  gaussianDropout,
  gaussianDropoutFields,
  gaussianNoise,
  gaussianNoiseFields,
} from './layers/noise.ts';
import {
  batchNormalization,
  batchNormalizationFields,
  layerNormalization,
  layerNormalizationFields,
} from './layers/normalization.ts';
import {
  averagePool1d,
  averagePool1dFields,
  averagePool2d,
  averagePool2dFields,
  globalAveragePool1d,
  globalAveragePool1dFields,
  globalAveragePool2d,
  globalAveragePool2dFields,
  globalMaxPool1d,
  globalMaxPool1dFields,
  globalMaxPool2d,
  globalMaxPool2dFields,
  maxPool1d,
  maxPool1dFields,
  maxPool2d,
  maxPool2dFields,
} from './layers/pooling.ts';
import { prelu, preluFields } from './layers/prelu.ts';
import { flatten, flattenFields, reshape, reshapeFields } from './layers/reshape.ts';
import {
  convTranspose1d,
  convTranspose1dFields,
  convTranspose2d,
  convTranspose2dFields,
} from './layers/transposedConvolution.ts';
import { zeroPadding2d, zeroPadding2dFields } from './layers/zeroPadding2d.ts';
import { bidirectional, bidirectionalFields } from './sequences/bidirectional.ts';
import { embedding, embeddingFields } from './sequences/embedding.ts';
import { gru, gruFields } from './sequences/gru.ts';
import { lstm, lstmFields } from './sequences/lstm.ts';
import { masking, maskingFields } from './sequences/masking.ts';
import { simpleRnn, simpleRnnFields } from './sequences/simpleRnn.ts';

/** Options of a layer as they stand in a file: anything, until they are checked. */
export type LayerFileOptions = Readonly<Record<string, unknown>>;

/** Make a layer again from the options that it has written, and its name. */
export type LayerFactory = (options: LayerFileOptions, name: string) => Layer;

/** A factory of the library's; a layer inside of another has no name. */
type LibraryFactory = (options: LayerFileOptions, name: string | undefined) => Layer;

/** Read the options that a layer declares out of a file, and make the layer of them. */
const from =
  <Declared extends FieldRecord>(
    declared: Fields<Declared>,
    make: (options: InputsOf<Declared>) => Layer,
  ): LibraryFactory =>
  (options, name) =>
    make(declared.parse({ ...options, name }));

/** Give every layer of the library, by its type. */
export const layerFactories = () =>
  ({
    dense: from(denseFields, ({ units, ...options }) => dense(units, options)),
    activation: from(activationFields, ({ activation: which, ...options }) => activation(which, options)),
    dropout: from(dropoutFields, ({ rate, ...options }) => dropout(rate, options)),
    spatialDropout: from(spatialDropoutFields, ({ rate, ...options }) => spatialDropout(rate, options)),
    gaussianNoise: from(gaussianNoiseFields, ({ deviation, ...options }) =>
      gaussianNoise(deviation, options),
    ),
    gaussianDropout: from(gaussianDropoutFields, ({ rate, ...options }) => gaussianDropout(rate, options)),
    flatten: from(flattenFields, flatten),
    reshape: from(reshapeFields, ({ shape, ...options }) => reshape(shape, options)),
    add: from(addFields, add),
    concatenate: from(concatenateFields, concatenate),
    batchNormalization: from(batchNormalizationFields, batchNormalization),
    layerNormalization: from(layerNormalizationFields, layerNormalization),
    prelu: from(preluFields, prelu),
    conv2d: from(conv2dFields, ({ filters, kernelSize, ...options }) => conv2d(filters, kernelSize, options)),
    conv1d: from(conv1dFields, ({ filters, kernelSize, ...options }) => conv1d(filters, kernelSize, options)),
    convTranspose2d: from(convTranspose2dFields, ({ filters, kernelSize, ...options }) =>
      convTranspose2d(filters, kernelSize, options),
    ),
    convTranspose1d: from(convTranspose1dFields, ({ filters, kernelSize, ...options }) =>
      convTranspose1d(filters, kernelSize, options),
    ),
    maxPool2d: from(maxPool2dFields, ({ poolSize, ...options }) => maxPool2d(poolSize, options)),
    maxPool1d: from(maxPool1dFields, ({ poolSize, ...options }) => maxPool1d(poolSize, options)),
    averagePool2d: from(averagePool2dFields, ({ poolSize, ...options }) => averagePool2d(poolSize, options)),
    averagePool1d: from(averagePool1dFields, ({ poolSize, ...options }) => averagePool1d(poolSize, options)),
    globalMaxPool2d: from(globalMaxPool2dFields, globalMaxPool2d),
    globalMaxPool1d: from(globalMaxPool1dFields, globalMaxPool1d),
    globalAveragePool2d: from(globalAveragePool2dFields, globalAveragePool2d),
    globalAveragePool1d: from(globalAveragePool1dFields, globalAveragePool1d),
    zeroPadding2d: from(zeroPadding2dFields, ({ padding, ...options }) => zeroPadding2d(padding, options)),
    simpleRnn: from(simpleRnnFields, ({ units, ...options }) => simpleRnn(units, options)),
    lstm: from(lstmFields, ({ units, ...options }) => lstm(units, options)),
    gru: from(gruFields, ({ units, ...options }) => gru(units, options)),
    bidirectional: (file: LayerFileOptions, name: string | undefined) => {
      const inner = { ...file, layer: innerLayer(file['layer']), name };
      const { layer, ...options } = bidirectionalFields.parse(inner);
      return bidirectional(layer, options);
    },
    embedding: from(embeddingFields, ({ vocabulary, units, ...options }) =>
      embedding(vocabulary, units, options),
    ),
    masking: from(maskingFields, ({ value, ...options }) => masking(value, options)),
  }) satisfies Readonly<Record<string, LayerFactory>>;

/** The types of the library's layers. */
export type LayerType = keyof ReturnType<typeof layerFactories>;

/** Make the layer that another layer wraps. */
function innerLayer(value: unknown): unknown {
  const type = isRecord(value) ? value['type'] : undefined;
  const factories: Readonly<Record<string, LibraryFactory>> = layerFactories();
  if (
    isRecord(value) &&
    typeof type === 'string' &&
    type !== 'bidirectional' &&
    Object.hasOwn(factories, type)
  )
    return factories[type](value, undefined);
  throw new IncompatibleError({
    received: `a layer '${String(type)}' inside of another`,
    expected: 'a recurrent layer that this version knows',
  });
}
