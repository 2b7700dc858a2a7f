export type { JsonObject, JsonValue } from '../util/json.ts';
export type { Activation, ActivationName, ActivationOptions } from './activations.ts';
export { type BidirectionalMerge, type BidirectionalOptions, bidirectional } from './bidirectional.ts';
export type { Connections } from './connections.ts';
export { type Constraint, type MaxNormOptions, maxNorm } from './constraints.ts';
export { type Conv1dOptions, type Conv2dOptions, conv1d, conv2d } from './convolution.ts';
export { type DenseOptions, dense } from './dense.ts';
export { type EmbeddingOptions, embedding, masking } from './embedding.ts';
export { type GruOptions, gru } from './gru.ts';
export {
  constant,
  given,
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  type Initializer,
  type InitializerName,
  lecunNormal,
  lecunUniform,
  normal,
  ones,
  orthogonal,
  uniform,
  zeros,
} from './initializers.ts';
export {
  type Connection,
  defineLayer,
  input,
  type Layer,
  type LayerContext,
  type LayerDefinition,
  type ParameterDeclaration,
  type RowData,
} from './layer.ts';
export {
  activation,
  add,
  concatenate,
  dropout,
  flatten,
  type LayerOptions,
  reshape,
} from './layers.ts';
export { type LstmOptions, lstm } from './lstm.ts';
export { gaussianDropout, gaussianNoise } from './noise.ts';
export {
  type BatchNormalizationOptions,
  batchNormalization,
  layerNormalization,
  type NormalizationOptions,
} from './normalization.ts';
export {
  averagePool1d,
  averagePool2d,
  globalAveragePool1d,
  globalAveragePool2d,
  globalMaxPool1d,
  globalMaxPool2d,
  maxPool1d,
  maxPool2d,
  type Pool1dOptions,
  type Pool2dOptions,
} from './pooling.ts';
export { type PreluOptions, prelu } from './prelu.ts';
export type { RecurrentOptions } from './recurrent.ts';
export type { LayerFactory, LayerFileOptions } from './registry.ts';
export { l1, l1l2, l2, type Regularizer } from './regularizers.ts';
export { simpleRnn } from './simpleRnn.ts';
export { spatialDropout, zeroPadding2d } from './spatialLayers.ts';
export {
  type ConvTranspose1dOptions,
  type ConvTranspose2dOptions,
  convTranspose1d,
  convTranspose2d,
} from './transposedConvolution.ts';
export type { WeightOptions } from './weightOptions.ts';
export type { ImagePadding, ImageSize, SeriesPadding } from './windows.ts';
