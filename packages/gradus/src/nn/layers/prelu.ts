import * as $ from '../../graph/operations.ts';
import { ShapeError } from '../../util/errors.ts';
import { axesField, fields, type OptionsOf } from '../../util/fields.ts';
import { formatShape, isRows, normalizeAxis, type Shape } from '../../util/shape.ts';
import { type Layer, layerFields, layerOf } from '../layer.ts';
import { initializerField } from '../weights/initializers.ts';

/** The options of `prelu`, as a file holds them. */
export const preluFields = /* @__PURE__ */ fields('prelu', () => ({
  /** Initial slopes. Default `zeros`, as in Keras; PyTorch's is `constant(0.25)`. */
  slopeInitializer: initializerField().default('zeros'),
  /** Axes along which all elements share one slope; axis 0, the rows, always is one. Default none. */
  sharedAxes: axesField().default([]),
  ...layerFields(),
}));

/** Options of a rectifier with a trainable slope. */
export type PreluOptions = OptionsOf<typeof preluFields>;

/** One slope for each element of a row, or one for all along the shared axes. */
function slopeShape(input: Shape, sharedAxes: readonly number[]): number[] {
  const shared = new Set(sharedAxes.map((axis) => normalizeAxis(axis, input.length)));
  const shape = input.slice(1).map((size, i) => (shared.has(i + 1) ? 1 : size));
  if (shape.length > 0 && !shape.some(isRows)) return shape;
  throw new ShapeError({
    received: `an input of shape ${formatShape(input)} for a layer with trainable slopes`,
    expected: '[rows, …] with at least one axis of fixed size after the rows',
  });
}

/**
 * Pass positive values through and multiply negative ones by a trainable slope: y = max(x, 0) + slope·min(x, 0)
 * (He et al. 2015). At 0 the gradient is 0, as in Keras.
 *
 * Parameter `slope`, of the shape of a row, with 1 for every shared axis. Images [rows, height, width, channels]
 * usually take `sharedAxes: [1, 2]`, a slope for each channel, which is PyTorch's `PReLU(channels)`.
 *
 * @param options - Initial slopes, shared axes, name.
 * @returns The layer.
 * @throws ArgumentError for axes that are not whole numbers; ShapeError, when the model is built, for an axis that the
 *   input does not have.
 * @example
 * import { dense, prelu, sequential } from 'gradus';
 * sequential([dense(16), prelu(), dense(1)], { inputShape: [4] }).parameterCount; // 113
 */
export function prelu(options: PreluOptions = {}): Layer {
  const own = preluFields.read(options);
  return layerOf(preluFields, own, {
    parameters: ([x]) => ({
      slope: { shape: slopeShape(x, own.sharedAxes), initializer: own.slopeInitializer },
    }),
    call: ([x], { parameter }) => $.subtract($.relu(x), $.multiply($.relu($.negate(x)), parameter('slope'))),
  });
}
