import * as $ from '../graph/operations.ts';
import { ShapeError } from '../util/errors.ts';
import { requireCount, requireOptions } from '../util/options.ts';
import { formatShape, isRows, multiplyDimensions, type Shape } from '../util/shape.ts';
import { type Activation, applyActivation, requireActivation } from './activations.ts';
import type { JsonObject } from './config.ts';
import {
  type Initializer,
  type InitializerName,
  initializerConfig,
  resolveInitializer,
} from './initializers.ts';
import { defineLayer, type Layer, type ParameterDeclaration } from './layer.ts';
import type { LayerOptions } from './layers.ts';
import { type Regularizer, requireRegularizer } from './regularizers.ts';

/** Options of a dense layer. */
export interface DenseOptions extends LayerOptions {
  /** The function applied to every output: a name, or { name: 'leakyRelu', slope: 0.2 }. Default `identity`. */
  readonly activation?: Activation | undefined;
  /** Whether a bias is added. Default true. */
  readonly useBias?: boolean | undefined;
  /** First numbers of the kernel. Default `glorotUniform`. */
  readonly kernelInitializer?: Initializer | InitializerName | undefined;
  /** First numbers of the bias. Default `zeros`. */
  readonly biasInitializer?: Initializer | InitializerName | undefined;
  /** A penalty on the kernel, added to the loss. Default none. */
  readonly kernelRegularizer?: Regularizer | undefined;
  /** A penalty on the bias, added to the loss. Default none. */
  readonly biasRegularizer?: Regularizer | undefined;
}

const known = {
  activation: true,
  useBias: true,
  kernelInitializer: true,
  biasInitializer: true,
  kernelRegularizer: true,
  biasRegularizer: true,
  name: true,
  trainable: true,
  learningRateFactor: true,
} as const;

/** Give the width of an input: the size of its last axis. */
function widthOf(shape: Shape): number {
  const width = shape[shape.length - 1];
  if (shape.length >= 2 && isRows(shape[0]) && !isRows(width)) return width;
  throw new ShapeError({
    received: `an input of shape ${formatShape(shape)} for a dense layer`,
    expected: '[rows, …, inputs]',
  });
}

/**
 * Connect every input with every unit: y = activation(x · kernel + bias).
 *
 * An input of more axes, [rows, time, inputs], is treated vector by vector along the last, as in Keras; `flatten()` in
 * front makes one vector of all.
 *
 * Parameters: `kernel` of shape [inputs, units] (PyTorch's `Linear.weight` is its transpose) and `bias` of shape
 * [units]. Two dense layers follow each other as `dense`, `dense_1`.
 *
 * @param units - How many outputs, at least 1.
 * @param options - Activation, initializers, regularizers, name.
 * @returns The layer.
 * @throws ArgumentError for units below 1 or an unknown activation.
 * @example
 * import { dense, sequential } from 'gradus';
 * const model = sequential([dense(16, { activation: 'relu' }), dense(3)], { inputShape: [4] });
 * model.parameterCount; // 131
 */
export function dense(units: number, options: DenseOptions = {}): Layer {
  requireOptions(options, known, 'dense');
  const { activation = 'identity', useBias = true, kernelRegularizer, biasRegularizer } = options;
  const { name, trainable, learningRateFactor } = options;
  requireCount('units', units, 1);
  requireRegularizer(kernelRegularizer);
  requireRegularizer(biasRegularizer);
  requireActivation(activation);
  const kernelInitializer = resolveInitializer(options.kernelInitializer ?? 'glorotUniform');
  const biasInitializer = resolveInitializer(options.biasInitializer ?? 'zeros');
  const penalty = (regularizer: Regularizer | undefined): Pick<ParameterDeclaration, 'regularizer'> =>
    regularizer === undefined ? {} : { regularizer };
  return defineLayer({
    type: 'dense',
    name,
    trainable,
    learningRateFactor,
    parameters: ([x]) => ({
      kernel: { shape: [widthOf(x), units], initializer: kernelInitializer, ...penalty(kernelRegularizer) },
      ...(useBias && { bias: { shape: [units], initializer: biasInitializer, ...penalty(biasRegularizer) } }),
    }),
    call([x], { parameter }) {
      const outer = x.shape.slice(0, -1);
      const vectors = $.reshape(x, [outer.reduce(multiplyDimensions), widthOf(x.shape)]);
      const product = $.matmul(vectors, parameter('kernel'));
      const y = applyActivation(useBias ? $.add(product, parameter('bias')) : product, activation);
      return $.reshape(y, [...outer, units]);
    },
    options: (): JsonObject => ({
      units,
      activation,
      useBias,
      kernelInitializer: initializerConfig(kernelInitializer),
      biasInitializer: initializerConfig(biasInitializer),
      ...(kernelRegularizer && { kernelRegularizer: kernelRegularizer.config() }),
      ...(biasRegularizer && { biasRegularizer: biasRegularizer.config() }),
    }),
  });
}
