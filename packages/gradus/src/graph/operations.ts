/** The graph-building functions: everything a layer or a user's function may call. */

export {
  activation,
  activationGradient,
  elu,
  gelu,
  geluTanh,
  leakyRelu,
  mish,
  relu,
  sigmoid,
  silu,
  softplus,
  tanh,
} from './ops/activation.ts';
export { affine, negate } from './ops/affine.ts';
export {
  add,
  asTensor,
  divide,
  equal,
  greater,
  greaterEqual,
  maximum,
  minimum,
  multiply,
  type Operand,
  squaredDifference,
  subtract,
  where,
} from './ops/binary.ts';
export { broadcastTo, type ReduceOptions, sum, sumTo } from './ops/broadcast.ts';
export {
  oneHot,
  softmaxCrossEntropy,
  softmaxCrossEntropyGradient,
} from './ops/classification.ts';
export {
  hardSigmoid,
  hardTanh,
  type StraightThroughGradient,
  selu,
  straightThrough,
  swish,
} from './ops/composedActivations.ts';
export {
  type ConvolutionOptions,
  convolution,
  convolutionInputGradient,
  convolutionKernelGradient,
} from './ops/convolution.ts';
export { countCorrect } from './ops/countCorrect.ts';
export { reshape, transpose } from './ops/layout.ts';
export { constant, count, input, parameter } from './ops/leaves.ts';
export { logisticLoss, logisticLossGradient } from './ops/logisticLoss.ts';
export { lstmCell } from './ops/lstm.ts';
export { matmul } from './ops/matmul.ts';
export { maxPool, maxPoolGradient, type PoolOptions } from './ops/pooling.ts';
export { pow, powConstant, power } from './ops/power.ts';
export { dropout, randomNormal, randomUniform } from './ops/random.ts';
export { max, mean, reduceRun } from './ops/reduce.ts';
export { type RepeatOptions, type RepeatResult, repeat, repeatNode } from './ops/repeat.ts';
export { logSoftmax, logSumExp, rowGradient, softmax } from './ops/row.ts';
export { concatenate, pad, slice } from './ops/slice.ts';
export { take, takeGradient } from './ops/take.ts';
export {
  absolute,
  clip,
  cos,
  erf,
  exp,
  log,
  log1p,
  reciprocal,
  sign,
  sin,
  sqrt,
  square,
  step,
  stopGradient,
} from './ops/unary.ts';
