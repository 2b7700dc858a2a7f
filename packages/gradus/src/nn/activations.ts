import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import { ArgumentError } from '../util/errors.ts';
import { type Field, plainField } from '../util/fields.ts';
import { describeValue, isRecord, requireOptions, unknownName } from '../util/options.ts';

/** The settings of all activations. */
interface Settings {
  readonly slope?: number;
  readonly alpha?: number;
  readonly beta?: number;
  readonly gradient?: $.StraightThroughGradient;
}

/** What each name stands for, on symbolic tensors. */
const functions = {
  identity: (x) => x,
  step: $.step,
  straightThrough: (x, { gradient }) => $.straightThrough(x, gradient),
  sigmoid: $.sigmoid,
  hardSigmoid: $.hardSigmoid,
  tanh: $.tanh,
  hardTanh: $.hardTanh,
  relu: $.relu,
  leakyRelu: (x, { slope }) => $.leakyRelu(x, slope),
  elu: (x, { alpha }) => $.elu(x, alpha),
  selu: $.selu,
  softplus: (x, { beta }) => $.softplus(x, beta),
  gelu: $.gelu,
  geluTanh: $.geluTanh,
  silu: $.silu,
  swish: (x, { beta }) => $.swish(x, beta),
  mish: $.mish,
  softmax: $.softmax,
  logSoftmax: $.logSoftmax,
} satisfies Record<string, (x: Tensor, settings: Settings) => Tensor>;

/** The activation functions that layers know by name; `swish` is another name of `silu`. */
export type ActivationName = keyof typeof functions;

/** An activation with a setting of its own. */
export type ActivationOptions =
  | {
      /** x where x ≥ 0, else slope·x. */
      readonly name: 'leakyRelu';
      /** The derivative below 0, at least 0. Default 0.01. */
      readonly slope?: number;
    }
  | {
      /** x where x ≥ 0, else α(eˣ − 1). */
      readonly name: 'elu';
      /** α above 0: far below 0 the function tends to −α. Default 1. */
      readonly alpha?: number;
    }
  | {
      /** log(1 + e^βx)/β. */
      readonly name: 'softplus';
      /** β above 0: the larger, the nearer to `relu`. Default 1. */
      readonly beta?: number;
    }
  | {
      /** x·σ(βx). */
      readonly name: 'swish';
      /** β of x·σ(βx), at least 0. Default 1. */
      readonly beta?: number;
    }
  | {
      /** A step whose gradient passes as if it were x. */
      readonly name: 'straightThrough';
      /** What stands in for the derivative of the step: 1, or 1 from −1 to 1 and else 0. Default `identity`. */
      readonly gradient?: $.StraightThroughGradient;
    };

/** An activation: its name, or its name with a setting, as { name: 'leakyRelu', slope: 0.2 }. */
export type Activation = ActivationName | ActivationOptions;

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isPositive = (value: unknown): boolean => isNumber(value) && value > 0;
const isNotNegative = (value: unknown): boolean => isNumber(value) && value >= 0;

/** The setting of each activation that has one, and what it must be. */
const settings: Readonly<
  Record<ActivationOptions['name'], readonly [keyof Settings, string, (value: unknown) => boolean]>
> = {
  leakyRelu: ['slope', 'a number of at least 0', isNotNegative],
  elu: ['alpha', 'a number above 0', isPositive],
  softplus: ['beta', 'a number above 0', isPositive],
  swish: ['beta', 'a number of at least 0', isNotNegative],
  straightThrough: ['gradient', "'identity' or 'clipped'", (v) => v === 'identity' || v === 'clipped'],
};

/** The names of all activations, in the order in which they are listed. */
export const activationNames = /* @__PURE__ */ Object.keys(functions) as readonly ActivationName[];

/** Tell whether a value is the name of an activation. */
export const isActivationName = (name: unknown): name is ActivationName =>
  typeof name === 'string' && Object.hasOwn(functions, name);

/** Apply an activation, given by its name or with its settings. */
export function applyActivation(x: Tensor, activation: Activation): Tensor {
  requireActivation(activation);
  const [name, settings]: [ActivationName, Settings] =
    typeof activation === 'string' ? [activation, {}] : [activation.name, activation];
  const apply: (x: Tensor, settings: Settings) => Tensor = functions[name];
  return apply(x, settings);
}

/** Require the name of an activation, or its name with a setting. */
export function requireActivation(activation: unknown): asserts activation is Activation {
  if (isActivationName(activation)) return;
  const name = isRecord(activation) ? activation['name'] : activation;
  if (!isRecord(activation) || !isActivationName(name))
    throw unknownName('activation', name, activationNames);
  const what = `the activation '${name}'`;
  if (!Object.hasOwn(settings, name)) {
    requireOptions(activation, { name: true }, what);
    return;
  }
  const [key, expected, isGood] = settings[name as ActivationOptions['name']];
  requireOptions(activation, { name: true, [key]: true }, what);
  const value = activation[key];
  if (value === undefined || isGood(value)) return;
  throw new ArgumentError({ received: `${key} of ${what} is ${describeValue(value)}`, expected });
}

/** An option that is an activation. */
export const activationField = (): Field<Activation> =>
  plainField((value): asserts value is Activation => requireActivation(value));
