import * as $ from '../../graph/operations.ts';
import { ShapeError } from '../../util/errors.ts';
import { requireCount, requireOptions } from '../../util/options.ts';
import { formatShape, isRows, multiplyDimensions, type Shape } from '../../util/shape.ts';
import { applyActivation } from '../activations.ts';
import { defineLayer, type Layer } from '../layer.ts';
import { type WeightOptions, weightOptionNames, weightOptions } from '../weights/weightOptions.ts';

/** Options of a dense layer. */
export type DenseOptions = WeightOptions;

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
  requireOptions(options, weightOptionNames, 'dense');
  requireCount('units', units, 1);
  const own = weightOptions(options);
  return defineLayer({
    type: 'dense',
    ...own.definition,
    parameters: ([x]) => own.parameters([widthOf(x), units], [units]),
    call([x], { parameter }) {
      const outer = x.shape.slice(0, -1);
      const vectors = $.reshape(x, [outer.reduce(multiplyDimensions), widthOf(x.shape)]);
      const product = $.matmul(vectors, parameter('kernel'));
      const y = applyActivation(own.useBias ? $.add(product, parameter('bias')) : product, own.activation);
      return $.reshape(y, [...outer, units]);
    },
    options: () => ({ units, ...own.config() }),
  });
}
