import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { type Fields, flag, numberFrom, type OptionsOf, type ValuesOf } from '../../util/fields.ts';
import { activationField, applyActivation } from '../activations.ts';
import { type LayerContext, layerFields, type ParameterDeclaration } from '../layer.ts';
import { constraintField } from './constraints.ts';
import { initializerField } from './initializers.ts';
import { regularizerField } from './regularizers.ts';

/** The options of a layer with a kernel, a bias and an activation. */
export const weightFields = () => ({
  /** The function applied to every output: a name, or { name: 'leakyRelu', slope: 0.2 }. Default `identity`. */
  activation: activationField().default('identity'),
  /** Whether a bias is added. Default true. */
  useBias: flag().default(true),
  /** Initial values of the kernel. Default `glorotUniform`. */
  kernelInitializer: initializerField().default('glorotUniform'),
  /** Initial values of the bias. Default `zeros`. */
  biasInitializer: initializerField().default('zeros'),
  /** A penalty on the kernel, added to the loss. Default none. */
  kernelRegularizer: regularizerField().optional(),
  /** A penalty on the bias, added to the loss. Default none. */
  biasRegularizer: regularizerField().optional(),
  /** A projection of the kernel after each step, such as `maxNorm(3)`. Default none. */
  kernelConstraint: constraintField().optional(),
  /** Multiplies the optimizer's weight decay for the bias: 0 spares it. Default 1. */
  biasDecayFactor: numberFrom(0).default(1).writtenIfChanged(),
  ...layerFields(),
});

type WeightFields = ReturnType<typeof weightFields>;

/** Options of a layer with a kernel, a bias and an activation. */
export type WeightOptions = OptionsOf<Fields<WeightFields>>;

/**
 * The tensor that was reshaped to y, with the filters last: there a product or a convolution can take the bias and the
 * activation into its own instruction.
 */
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

/** Give the parameters that these options describe, and the end of the layer's formula. */
export function weightsOf(own: ValuesOf<WeightFields>) {
  const { activation, useBias } = own;
  return {
    /** The parameters of these shapes. */
    parameters: (
      kernel: readonly number[],
      bias: readonly number[],
    ): Record<string, ParameterDeclaration> => ({
      kernel: {
        shape: kernel,
        initializer: own.kernelInitializer,
        regularizer: own.kernelRegularizer,
        constraint: own.kernelConstraint,
      },
      ...(useBias && {
        bias: {
          shape: bias,
          initializer: own.biasInitializer,
          regularizer: own.biasRegularizer,
          decayFactor: own.biasDecayFactor,
        },
      }),
    }),
    /** activation(y + bias) */
    finish(y: Tensor, { parameter }: LayerContext): Tensor {
      const bias = useBias ? parameter('bias') : undefined;
      const place = bias === undefined || bias.rank === 1 ? beforeReshapes(y) : y;
      const sum = bias === undefined ? place : $.add(place, bias);
      return $.reshape(applyActivation(sum, activation), y.shape);
    },
  };
}
