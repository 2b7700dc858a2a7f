import { fields } from '../../util/fields.ts';
import { type Activation, activationField, applyActivation } from '../activations.ts';
import { type Layer, type LayerOptions, layerFields, layerOf } from '../layer.ts';

/** The options of `activation`, as a file holds them. */
export const activationFields = /* @__PURE__ */ fields('activation', () => ({
  activation: activationField(),
  ...layerFields(),
}));

/**
 * Apply an activation function as a layer of its own.
 *
 * @param activation - Which one: identity, step, straightThrough, sigmoid, hardSigmoid, tanh, hardTanh, relu, leakyRelu,
 *   elu, selu, softplus, gelu (exact), geluTanh, silu (also called swish), mish, softmax or logSoftmax (over the last
 *   axis); or a name with a setting: { name: 'leakyRelu', slope: 0.2 }, elu and its alpha, softplus and swish
 *   and their beta.
 * @param options - The layer's name.
 * @returns The layer.
 * @throws ArgumentError for an unknown name, or a setting out of range.
 * @example
 * import { activation, dense, sequential } from 'gradus';
 * sequential([dense(3), activation('gelu')], { inputShape: [2] }).parameterCount; // 9
 */
export function activation(activation: Activation, options: LayerOptions = {}): Layer {
  const own = activationFields.read(options, { activation });
  return layerOf(activationFields, own, { call: ([x]) => applyActivation(x, own.activation) });
}
