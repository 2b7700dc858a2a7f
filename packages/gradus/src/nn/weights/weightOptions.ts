import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { JsonObject } from '../../util/json.ts';
import { requireRange } from '../../util/options.ts';
import { type Activation, applyActivation, requireActivation } from '../activations.ts';
import type { LayerFileOptions } from '../fileOptions.ts';
import type { LayerContext, ParameterDeclaration } from '../layer.ts';
import type { LayerOptions } from '../layers.ts';
import { type Constraint, constraintFromConfig, requireConstraint } from './constraints.ts';
import {
  type Initializer,
  type InitializerName,
  initializerConfig,
  initializerFromConfig,
  resolveInitializer,
} from './initializers.ts';
import { type Regularizer, regularizerFromConfig, requireRegularizer } from './regularizers.ts';

/** Options of a layer with a kernel, a bias and an activation. */
export interface WeightOptions extends LayerOptions {
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
  /** What the kernel is brought back to after each step, such as `maxNorm(3)`. Default nothing. */
  readonly kernelConstraint?: Constraint | undefined;
  /** Multiplies the optimizer's weight decay for the bias: 0 spares it. Default 1. */
  readonly biasDecayFactor?: number | undefined;
}

/** The names of `WeightOptions`. */
export const weightOptionNames = {
  activation: true,
  useBias: true,
  kernelInitializer: true,
  biasInitializer: true,
  kernelRegularizer: true,
  biasRegularizer: true,
  kernelConstraint: true,
  biasDecayFactor: true,
  name: true,
  trainable: true,
  learningRateFactor: true,
} as const;

/** What has been reshaped to y, filters behind: there a product or a convolution takes bias and activation on the way. */
function beforeReshapes(y: Tensor): Tensor {
  const filters = y.shape[y.rank - 1];
  let place = y;
  while (place.node.op === 'reshape') {
    const [inner] = place.node.inputs;
    if (inner.shape[inner.rank - 1] !== filters) return y;
    place = inner;
  }
  return place;
}

/** Check these options, fill in their defaults, and put them into what a layer's definition needs. */
export function weightOptions(options: WeightOptions) {
  const { activation = 'identity', useBias = true, kernelRegularizer, biasRegularizer } = options;
  const { name, trainable, learningRateFactor, biasDecayFactor = 1, kernelConstraint } = options;
  requireRange('biasDecayFactor', biasDecayFactor, { least: 0, below: Number.POSITIVE_INFINITY });
  requireActivation(activation);
  requireRegularizer(kernelRegularizer);
  requireRegularizer(biasRegularizer);
  requireConstraint(kernelConstraint);
  const kernelInitializer = resolveInitializer(options.kernelInitializer ?? 'glorotUniform');
  const biasInitializer = resolveInitializer(options.biasInitializer ?? 'zeros');
  const declare = (
    shape: readonly number[],
    initializer: Initializer,
    regularizer: Regularizer | undefined,
  ): ParameterDeclaration => ({ shape, initializer, ...(regularizer && { regularizer }) });
  return {
    activation,
    useBias,
    /** What a definition says besides parameters and formula. */
    definition: { name, trainable, learningRateFactor },
    /** The parameters of these shapes. */
    parameters: (
      kernel: readonly number[],
      bias: readonly number[],
    ): Record<string, ParameterDeclaration> => ({
      kernel: {
        ...declare(kernel, kernelInitializer, kernelRegularizer),
        ...(kernelConstraint && { constraint: kernelConstraint }),
      },
      ...(useBias && {
        bias: { ...declare(bias, biasInitializer, biasRegularizer), decayFactor: biasDecayFactor },
      }),
    }),
    /** activation(y + bias) */
    finish(y: Tensor, { parameter }: LayerContext): Tensor {
      const bias = useBias ? parameter('bias') : undefined;
      const place = bias === undefined || bias.rank === 1 ? beforeReshapes(y) : y;
      const sum = bias === undefined ? place : $.add(place, bias);
      return $.reshape(applyActivation(sum, activation), y.shape);
    },
    /** The options as JSON. */
    config: (): JsonObject => ({
      activation,
      useBias,
      kernelInitializer: initializerConfig(kernelInitializer),
      biasInitializer: initializerConfig(biasInitializer),
      ...(kernelRegularizer && { kernelRegularizer: kernelRegularizer.config() }),
      ...(biasRegularizer && { biasRegularizer: biasRegularizer.config() }),
      ...(kernelConstraint && { kernelConstraint: kernelConstraint.config() }),
      ...(biasDecayFactor !== 1 && { biasDecayFactor }),
    }),
  };
}

/** Read these options out of a file. The layers themselves check what they are given. */
export const weightOptionsFrom = (options: LayerFileOptions, name: string): WeightOptions => ({
  name,
  activation: options['activation'] as Activation,
  useBias: options['useBias'] !== false,
  kernelInitializer: initializerFromConfig(options['kernelInitializer']),
  biasInitializer: initializerFromConfig(options['biasInitializer']),
  kernelRegularizer: regularizerFromConfig(options['kernelRegularizer']),
  biasRegularizer: regularizerFromConfig(options['biasRegularizer']),
  kernelConstraint: constraintFromConfig(options['kernelConstraint']),
  biasDecayFactor: options['biasDecayFactor'] as number | undefined,
});
