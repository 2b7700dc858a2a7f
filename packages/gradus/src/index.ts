// What users get. Where a layer and an operation on tensors share a name, the layer keeps it.
export * from './autograd/index.ts';
export * from './data/index.ts';
export * from './estimators/index.ts';
export * from './formats/index.ts';
export {
  absolute,
  add,
  broadcastTo,
  type ConvolutionOptions,
  clip,
  concatenate,
  constant,
  convolution,
  convolutionInputGradient,
  cos,
  count,
  divide,
  dropout as dropoutTensor,
  elu,
  equal,
  erf,
  exp,
  gelu,
  geluTanh,
  greater,
  greaterEqual,
  hardSigmoid,
  hardTanh,
  input,
  leakyRelu,
  log,
  log1p,
  logisticLoss,
  logSoftmax,
  logSumExp,
  matmul,
  max,
  maximum,
  maxPool,
  mean,
  minimum,
  mish,
  multiply,
  multiply as mul,
  negate,
  type Operand,
  oneHot,
  type PoolOptions,
  pad,
  parameter,
  pow,
  power,
  type ReduceOptions,
  randomNormal,
  randomUniform,
  reciprocal,
  relu,
  repeat,
  reshape,
  type StraightThroughGradient,
  selu,
  sigmoid,
  sign,
  silu,
  sin,
  slice,
  softmax,
  softmaxCrossEntropy as softmaxCrossEntropyRows,
  softplus,
  sqrt,
  square,
  squaredDifference,
  step,
  stopGradient,
  straightThrough,
  subtract,
  sum,
  swish,
  take,
  tanh,
  transpose,
  where,
} from './graph/operations.ts';
export type { DataType, Tensor } from './graph/tensor.ts';
export * from './inspect/index.ts';
export * from './metrics/index.ts';
export * from './models/index.ts';
export * from './nn/index.ts';
export * from './optim/index.ts';
export * from './preprocess/index.ts';
export type { Executor } from './runtime/executor.ts';
export { ReferenceExecutor } from './runtime/reference/executor.ts';
export { createWasmExecutor, type WasmExecutorOptions } from './runtime/wasm/executor.ts';
export * from './select/index.ts';
export * from './train/index.ts';
export {
  ArgumentError,
  DataError,
  type ErrorClauses,
  type ErrorCode,
  GradusError,
  IncompatibleError,
  ShapeError,
  ThreadError,
  UnsupportedError,
} from './util/errors.ts';
export { MersenneTwister } from './util/mersenneTwister.ts';
export { createStream, type RandomStream, type RandomStreamState, type StreamName } from './util/random.ts';
export { type Dimension, rows, type Shape } from './util/shape.ts';
export { version } from './version.ts';
