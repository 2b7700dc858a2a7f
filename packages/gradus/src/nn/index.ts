export type { JsonObject, JsonValue } from '../util/json.ts';
export type { Activation, ActivationName, ActivationOptions } from './activations.ts';
export {
  type Connection,
  defineLayer,
  input,
  type Layer,
  type LayerContext,
  type LayerDefinition,
  type LayerOptions,
  type ParameterDeclaration,
  type RowData,
} from './layer.ts';
export { activation } from './layers/activation.ts';
export type { Connections } from './layers/connections.ts';
export { type Conv1dOptions, type Conv2dOptions, conv1d, conv2d } from './layers/convolution.ts';
export { type DenseOptions, dense } from './layers/dense.ts';
export { dropout, spatialDropout } from './layers/dropout.ts';
export { add, type ConcatenateOptions, concatenate } from './layers/merge.ts';
export { gaussianDropout, gaussianNoise } from './layers/noise.ts';
export {
  type BatchNormalizationOptions,
  batchNormalization,
  layerNormalization,
  type NormalizationOptions,
} from './layers/normalization.ts';
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
} from './layers/pooling.ts';
export { type PreluOptions, prelu } from './layers/prelu.ts';
export { flatten, reshape } from './layers/reshape.ts';
export {
  type ConvTranspose1dOptions,
  type ConvTranspose2dOptions,
  convTranspose1d,
  convTranspose2d,
} from './layers/transposedConvolution.ts';
export type { ImagePadding, ImageSize, SeriesPadding } from './layers/windows.ts';
export { zeroPadding2d } from './layers/zeroPadding2d.ts';
export type { LayerFactory, LayerFileOptions } from './registry.ts';
export {
  type BidirectionalMerge,
  type BidirectionalOptions,
  bidirectional,
} from './sequences/bidirectional.ts';
export { type EmbeddingOptions, embedding } from './sequences/embedding.ts';
export { type GruOptions, gru } from './sequences/gru.ts';
export { type LstmOptions, lstm } from './sequences/lstm.ts';
export { masking } from './sequences/masking.ts';
export type { RecurrentOptions } from './sequences/recurrent.ts';
export { simpleRnn } from './sequences/simpleRnn.ts';
export { type Constraint, type MaxNormOptions, maxNorm } from './weights/constraints.ts';
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
} from './weights/initializers.ts';
export { type L1L2Options, l1, l1l2, l2, type Regularizer } from './weights/regularizers.ts';
export type { WeightOptions } from './weights/weightOptions.ts';
