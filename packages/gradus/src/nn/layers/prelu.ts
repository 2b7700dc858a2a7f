import * as $ from '../../graph/operations.ts';
import { ShapeError } from '../../util/errors.ts';
import { describeValue, requireOptions } from '../../util/options.ts';
import { formatShape, isRows, normalizeAxis, type Shape } from '../../util/shape.ts';
import { defineLayer, type Layer } from '../layer.ts';
import type { LayerOptions } from '../layers.ts';
import {
  type Initializer,
  type InitializerName,
  initializerConfig,
  resolveInitializer,
} from '../weights/initializers.ts';

/** Options of a rectifier with a trainable slope. */
export interface PreluOptions extends LayerOptions {
  /** First slopes. Default `zeros`, as in Keras; PyTorch's is `constant(0.25)`. */
  readonly slopeInitializer?: Initializer | InitializerName | undefined;
  /** Axes along which one slope serves all; axis 0, the rows, always is one. Default none. */
  readonly sharedAxes?: readonly number[] | undefined;
}

const known = {
  slopeInitializer: true,
  sharedAxes: true,
  name: true,
  trainable: true,
  learningRateFactor: true,
} as const;

/** One slope a number of a row, or one for all along the shared axes. */
function slopeShape(input: Shape, sharedAxes: readonly number[]): number[] {
  const shared = new Set(sharedAxes.map((axis) => normalizeAxis(axis, input.length)));
  const shape = input.slice(1).map((size, i) => (shared.has(i + 1) ? 1 : size));
  if (shape.length > 0 && !shape.some(isRows)) return shape;
  throw new ShapeError({
    received: `an input of shape ${formatShape(input)} for a layer with trainable slopes`,
    expected: '[rows, …] with at least one axis of fixed size behind the rows',
  });
}

/**
 * Pass positive numbers on and multiply negative ones by a trainable slope: y = max(x, 0) + slope·min(x, 0)
 * (He et al. 2015). At 0 the gradient is 0, as in Keras.
 *
 * Parameter `slope`, of the shape of a row, with 1 for every shared axis. Pictures [rows, height, width, channels]
 * usually take `sharedAxes: [1, 2]`, a slope a channel, which is PyTorch's `PReLU(channels)`.
 *
 * @param options - First slopes, shared axes, name.
 * @returns The layer.
 * @throws ShapeError for axes that are no whole numbers and, when the model is built, for an axis that the input does not
 *   have.
 * @example
 * import { dense, prelu, sequential } from 'gradus';
 * sequential([dense(16), prelu(), dense(1)], { inputShape: [4] }).parameterCount; // 113
 */
export function prelu(options: PreluOptions = {}): Layer {
  requireOptions(options, known, 'prelu');
  const { sharedAxes = [], name, trainable, learningRateFactor } = options;
  if (!Array.isArray(sharedAxes) || !sharedAxes.every((axis) => Number.isInteger(axis))) {
    throw new ShapeError({
      received: `sharedAxes is ${Array.isArray(sharedAxes) ? `[${sharedAxes.map(describeValue).join(', ')}]` : describeValue(sharedAxes)}`,
      expected: 'a list of whole numbers, such as [1, 2]',
    });
  }
  const slopeInitializer = resolveInitializer(options.slopeInitializer ?? 'zeros');
  return defineLayer({
    type: 'prelu',
    name,
    trainable,
    learningRateFactor,
    parameters: ([x]) => ({ slope: { shape: slopeShape(x, sharedAxes), initializer: slopeInitializer } }),
    call: ([x], { parameter }) => $.subtract($.relu(x), $.multiply($.relu($.negate(x)), parameter('slope'))),
    options: () => ({ slopeInitializer: initializerConfig(slopeInitializer), sharedAxes: [...sharedAxes] }),
  });
}
