import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import { unknownName } from '../util/options.ts';

/** The activation functions that layers know by name; `swish` is another name of `silu`. */
export type ActivationName =
  | 'identity'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leakyRelu'
  | 'elu'
  | 'softplus'
  | 'gelu'
  | 'geluTanh'
  | 'silu'
  | 'swish'
  | 'softmax';

/** What each name stands for, on symbolic tensors. */
const functions: Record<ActivationName, (x: Tensor) => Tensor> = {
  identity: (x) => x,
  sigmoid: $.sigmoid,
  tanh: $.tanh,
  relu: $.relu,
  leakyRelu: (x) => $.leakyRelu(x),
  elu: (x) => $.elu(x),
  softplus: $.softplus,
  gelu: $.gelu,
  geluTanh: $.geluTanh,
  silu: $.silu,
  swish: $.silu,
  softmax: $.softmax,
};

/** All names, in the order of their listing. */
export const activationNames = /* @__PURE__ */ Object.keys(functions) as readonly ActivationName[];

/** Tell whether a value is the name of an activation. */
export const isActivationName = (name: unknown): name is ActivationName =>
  typeof name === 'string' && Object.hasOwn(functions, name);

/** Apply an activation by name. */
export function applyActivation(x: Tensor, name: ActivationName): Tensor {
  requireActivation(name);
  return functions[name](x);
}

/** Refuse a name that stands for no activation. */
export function requireActivation(name: unknown): asserts name is ActivationName {
  if (isActivationName(name)) return;
  throw unknownName('activation', name, activationNames);
}
