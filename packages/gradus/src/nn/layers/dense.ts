import * as $ from '../../graph/operations.ts';
import { ShapeError } from '../../util/errors.ts';
import { fields, type OptionsOf, positiveInteger } from '../../util/fields.ts';
import { formatShape, isRows, multiplyDimensions, type Shape } from '../../util/shape.ts';
import { applyActivation } from '../activations.ts';
import { type Layer, layerOf } from '../layer.ts';
import { weightFields, weightsOf } from '../weights/weightOptions.ts';

/** The options of `dense`, as a file holds them. */
export const denseFields = /* @__PURE__ */ fields('dense', () => ({
  units: positiveInteger(),
  ...weightFields(),
}));

/** Options of a dense layer. */
export type DenseOptions = OptionsOf<typeof denseFields, 'units'>;

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
 * @param units - The number of outputs, at least 1.
 * @param options - Activation, initializers, regularizers, name.
 * @returns The layer.
 * @throws ArgumentError for units below 1 or an unknown activation.
 * @example
 * import { dense, sequential } from 'gradus';
 * const model = sequential([dense(16, { activation: 'relu' }), dense(3)], { inputShape: [4] });
 * model.parameterCount; // 131
 */
export function dense(units: number, options: DenseOptions = {}): Layer {
  const own = denseFields.read(options, { units });
  const { activation, useBias } = own;
  return layerOf(denseFields, own, {
    parameters: ([x]) => weightsOf(own).parameters([widthOf(x), units], [units]),
    call([x], { parameter }) {
      const outer = x.shape.slice(0, -1);
      const vectors = $.reshape(x, [outer.reduce(multiplyDimensions), widthOf(x.shape)]);
      const product = $.matmul(vectors, parameter('kernel'));
      const y = applyActivation(useBias ? $.add(product, parameter('bias')) : product, activation);
      return $.reshape(y, [...outer, units]);
    },
  });
}
