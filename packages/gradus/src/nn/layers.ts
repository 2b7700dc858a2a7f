import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import { ArgumentError, ShapeError } from '../util/errors.ts';
import { describeValue, requireOptions } from '../util/options.ts';
import { formatShape, normalizeAxis } from '../util/shape.ts';
import { type Activation, applyActivation, requireActivation } from './activations.ts';
import { defineLayer, type Layer } from './layer.ts';

/** Options that every layer takes. */
export interface LayerOptions {
  /** The layer's name in the model. Default: made from its type. */
  readonly name?: string | undefined;
  /** False for a layer that is frozen from the start; `model.unfreeze` thaws it. Default true. */
  readonly trainable?: boolean | undefined;
  /** Multiplies the learning rate of all its parameters. Default 1. */
  readonly learningRateFactor?: number | undefined;
}

/** Their names. */
export const layerOptions = { name: true, trainable: true, learningRateFactor: true } as const;

/**
 * Apply an activation function as a layer of its own.
 *
 * @param activation - Which one: identity, step, straightThrough, sigmoid, hardSigmoid, tanh, hardTanh, relu, leakyRelu,
 *   elu, selu, softplus, gelu (exact), geluTanh, silu (also called swish), mish, softmax or logSoftmax (over the last
 *   axis); or a name with a number of its own: { name: 'leakyRelu', slope: 0.2 }, elu and its alpha, softplus and swish
 *   and their beta.
 * @param options - The layer's name.
 * @returns The layer.
 * @throws ArgumentError for an unknown name, or numbers out of range.
 * @example
 * import { activation, dense, sequential } from 'gradus';
 * sequential([dense(3), activation('gelu')], { inputShape: [2] }).parameterCount; // 9
 */
export function activation(activation: Activation, options: LayerOptions = {}): Layer {
  requireActivation(activation);
  requireOptions(options, layerOptions, 'activation');
  return defineLayer({
    type: 'activation',
    ...options,
    call: ([x]) => applyActivation(x, activation),
    options: () => ({ activation }),
  });
}

/**
 * While training, set each number to 0 with a probability and scale the others by 1/(1 − rate); do nothing
 * otherwise (Srivastava et al. 2014).
 *
 * @param rate - The probability, from 0 up to, not including, 1.
 * @param options - The layer's name.
 * @returns The layer.
 * @throws ArgumentError for a rate outside [0, 1).
 * @example
 * import { dense, dropout, sequential } from 'gradus';
 * sequential([dense(64), dropout(0.2), dense(10)], { inputShape: [8] }).parameterCount; // 1226
 */
export function dropout(rate: number, options: LayerOptions = {}): Layer {
  if (!(typeof rate === 'number' && rate >= 0 && rate < 1)) {
    throw new ArgumentError({
      received: `a dropout rate of ${describeValue(rate)}`,
      expected: 'a number from 0 up to, not including, 1',
    });
  }
  requireOptions(options, layerOptions, 'dropout');
  return defineLayer({
    type: 'dropout',
    ...options,
    call: ([x], { training, stream }) => (training ? $.dropout(x, rate, stream('mask')) : x),
    options: () => ({ rate }),
  });
}

/**
 * Lay the numbers of a row in one line: [rows, 28, 28] becomes [rows, 784].
 *
 * @param options - The layer's name.
 * @returns The layer.
 * @example
 * import { dense, flatten, sequential } from 'gradus';
 * sequential([flatten(), dense(10)], { inputShape: [28, 28] }).parameterCount; // 7850
 */
export function flatten(options: LayerOptions = {}): Layer {
  requireOptions(options, layerOptions, 'flatten');
  return defineLayer({
    type: 'flatten',
    ...options,
    call: ([x]) => $.reshape(x, [x.shape[0], x.shape.slice(1).reduce((a, b) => a * b, 1)]),
  });
}

/**
 * Give the numbers of a row another shape.
 *
 * @param shape - The shape of one row, without the rows; as many numbers as before.
 * @param options - The layer's name.
 * @returns The layer.
 * @throws ArgumentError for sizes that are no whole numbers of at least 1; ShapeError, when the model is built, if the
 *   counts differ.
 * @example
 * import { flatten, reshape, sequential } from 'gradus';
 * sequential([reshape([2, 3]), flatten()], { inputShape: [6] }).parameterCount; // 0
 */
export function reshape(shape: readonly number[], options: LayerOptions = {}): Layer {
  if (!(Array.isArray(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 1))) {
    throw new ArgumentError({
      received: `the shape ${Array.isArray(shape) ? `[${shape.join(', ')}]` : describeValue(shape)} of a row`,
      expected: 'a list of whole numbers of at least 1, such as [28, 28, 1]',
    });
  }
  requireOptions(options, layerOptions, 'reshape');
  return defineLayer({
    type: 'reshape',
    ...options,
    call: ([x]) => $.reshape(x, [x.shape[0], ...shape]),
    options: () => ({ shape: [...shape] }),
  });
}

/**
 * Add inputs of one shape: call it on two or more connections, as a residual network does.
 *
 * @param options - The layer's name.
 * @returns The layer.
 * @throws ShapeError, when the model is built, if the shapes differ.
 * @example
 * import { add, dense, functional, input } from 'gradus';
 * const x = input([8]);
 * const residual = add()(x, dense(8, { activation: 'relu' })(x));
 * functional({ inputs: [x], outputs: dense(1)(residual) }).parameterCount; // 81
 */
export function add(options: LayerOptions = {}): Layer {
  requireOptions(options, layerOptions, 'add');
  return defineLayer({
    type: 'add',
    ...options,
    call(inputs) {
      for (const { shape } of inputs) {
        if (formatShape(shape) === formatShape(inputs[0].shape)) continue;
        throw new ShapeError({
          received: `inputs of shapes ${inputs.map((input) => formatShape(input.shape)).join(', ')} to add`,
          expected: 'one shape',
        });
      }
      return inputs.reduce((a, b) => $.add(a, b));
    },
  });
}

/** Sequences behind each other have their masks behind each other; side by side, a step counts that counts in any. */
function maskOfJoint(
  inputs: readonly Tensor[],
  masks: readonly (Tensor | undefined)[],
  axis: number,
): Tensor | undefined {
  if (masks.every((mask) => mask === undefined)) return undefined;
  const isBehind = normalizeAxis(axis, inputs[0].rank) === 1;
  if (!isBehind && masks.includes(undefined)) return undefined;
  const all = masks.map((mask, i) => mask ?? $.broadcastTo($.constant(1), inputs[i].shape.slice(0, 2)));
  return isBehind ? $.concatenate(all, 1) : all.reduce((a, b) => $.maximum(a, b));
}

/**
 * Lay inputs side by side: call it on two or more connections.
 *
 * @param options - `axis`: along which; default −1, the last. `name`.
 * @returns The layer.
 * @throws ShapeError, when the model is built, if the other axes differ.
 * @example
 * import { concatenate, dense, functional, input } from 'gradus';
 * const [a, b] = [input([2], { name: 'a' }), input([3], { name: 'b' })];
 * const both = concatenate()(a, b);
 * functional({ inputs: [a, b], outputs: dense(1)(both) }).parameterCount; // 6
 */
export function concatenate(options: LayerOptions & { readonly axis?: number } = {}): Layer {
  requireOptions(options, { axis: true, ...layerOptions }, 'concatenate');
  const { axis = -1, ...others } = options;
  return defineLayer({
    type: 'concatenate',
    ...others,
    call(inputs) {
      if (normalizeAxis(axis, inputs[0].rank) === 0) {
        throw new ShapeError({ received: 'concatenate along the rows', expected: 'another axis' });
      }
      return $.concatenate(inputs, axis);
    },
    mask: (inputs, { masks }) => maskOfJoint(inputs, masks, axis),
    options: () => ({ axis }),
  });
}
