import type { UpdateRule } from '../../compile/updateRules.ts';
import type { ActivationFunction, BinaryFunction, UnaryFunction } from '../../graph/attributes.ts';
import { Activation, Binary, Reduction, Unary, Update } from './opcodes.ts';

// The names of the graph's functions in the machine's numbers. A missing one does not compile.

export const unaryKinds: Record<UnaryFunction, Unary> = {
  negate: Unary.Negate,
  absolute: Unary.Absolute,
  exp: Unary.Exp,
  log: Unary.Log,
  log1p: Unary.Log1p,
  sqrt: Unary.Sqrt,
  square: Unary.Square,
  reciprocal: Unary.Reciprocal,
  sin: Unary.Sin,
  cos: Unary.Cos,
  sign: Unary.Sign,
  erf: Unary.Erf,
  step: Unary.Step,
};

export const binaryKinds: Record<BinaryFunction, Binary> = {
  add: Binary.Add,
  subtract: Binary.Subtract,
  multiply: Binary.Multiply,
  divide: Binary.Divide,
  maximum: Binary.Maximum,
  minimum: Binary.Minimum,
  power: Binary.Power,
  greater: Binary.Greater,
  greaterEqual: Binary.GreaterEqual,
  equal: Binary.Equal,
  squaredDifference: Binary.SquaredDifference,
  logisticLoss: Binary.LogisticLoss,
  logisticLossGradient: Binary.LogisticLossGradient,
};

export const activationKinds: Record<ActivationFunction, Activation> = {
  identity: Activation.Identity,
  sigmoid: Activation.Sigmoid,
  tanh: Activation.Tanh,
  relu: Activation.Relu,
  leakyRelu: Activation.LeakyRelu,
  elu: Activation.Elu,
  softplus: Activation.Softplus,
  gelu: Activation.Gelu,
  geluTanh: Activation.GeluTanh,
  silu: Activation.Silu,
  mish: Activation.Mish,
};

export const updateKinds: Record<UpdateRule, Update> = {
  sgd: Update.Sgd,
  momentum: Update.Momentum,
  nesterov: Update.Nesterov,
  velocityMomentum: Update.VelocityMomentum,
  velocityNesterov: Update.VelocityNesterov,
  adam: Update.Adam,
  adamW: Update.AdamW,
  adamUncorrectedEpsilon: Update.AdamUncorrectedEpsilon,
  adagrad: Update.Adagrad,
  rmsProp: Update.RmsProp,
  rmsPropCentered: Update.RmsPropCentered,
  rmsPropMomentum: Update.RmsPropMomentum,
  rmsPropCenteredMomentum: Update.RmsPropCenteredMomentum,
  adadelta: Update.Adadelta,
  nadam: Update.Nadam,
};

export const reductionKinds = {
  sum: Reduction.Sum,
  mean: Reduction.Mean,
  maximum: Reduction.Maximum,
} as const;
