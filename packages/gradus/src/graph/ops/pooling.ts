import { ArgumentError, ShapeError } from '../../util/errors.ts';
import { formatShape, type Shape, sameShape } from '../../util/shape.ts';
import { apply, float } from '../definition.ts';
import { isNodeOf, type Node, type OpDefinition, type Tensor } from '../tensor.ts';
import { activationGradient, activationGradientOp } from './activation.ts';
import {
  completeWindow,
  outputSize,
  requireImages,
  requirePlaces,
  type WindowAttributes,
} from './convolution.ts';

/** A pooling: how its window moves, and the window's height and width. */
export interface PoolAttributes extends WindowAttributes {
  readonly size: readonly [number, number];
}

/** Refuse padding in which a window would see nothing else. */
export function requireLessPadding(size: readonly number[], padding: WindowAttributes['padding']): void {
  if (padding.every((pair, axis) => pair.every((cells) => cells < size[axis]))) return;
  throw new ArgumentError({
    received: `padding ${padding.flat().join(', ')} for a window of ${size.join('×')}`,
    expected: 'less padding than the window is large: every window must see a cell',
  });
}

/** The shape of the pooled images. */
function pooledShape(x: Tensor, attributes: PoolAttributes): Shape {
  const { size, padding } = attributes;
  const [n, height, width, channels] = x.shape;
  const places = outputSize([height, width], size, attributes);
  requirePlaces([height, width], size, places);
  requireLessPadding(size, padding);
  return [n, ...places, channels];
}

/** inputs: images, values shaped like them; output: in every window the value where the image is largest, first */
export const maxPoolOp: OpDefinition<'maxPool', PoolAttributes> = {
  op: 'maxPool',
  types([x, values], attributes) {
    requireImages(x, 'maxPool');
    requireImages(values, 'maxPool');
    if (!sameShape(x.shape, values.shape)) {
      throw new ShapeError({
        received: `values of shape ${formatShape(values.shape)} for images ${formatShape(x.shape)}`,
        expected: 'one shape',
      });
    }
    return [float(pooledShape(x, attributes))];
  },
  // The position of the maximum does not change with x; the output is one of the values.
  derivative({ attributes, inputs: [x, values], outputs, gradient }) {
    const largest = x === values ? outputs[0] : apply(maxPoolOp, [x, x], attributes);
    return [undefined, maxPoolGradient(x, gradient, largest, attributes)];
  },
};

/** inputs: images, gradient of a max pooling's output, that output */
export const maxPoolGradientOp: OpDefinition<'maxPoolGradient', PoolAttributes> = {
  op: 'maxPoolGradient',
  types([x, dy, largest], attributes) {
    requireImages(x, 'maxPool');
    const expected = pooledShape(x, attributes);
    if (!sameShape(dy.shape, expected) || !sameShape(largest.shape, expected)) {
      throw new ShapeError({
        received: `the gradient of a max pooling, of shape ${formatShape(dy.shape)}`,
        expected: `the shape of its output, ${formatShape(expected)}`,
      });
    }
    return [float(x.shape)];
  },
  derivative: ({ attributes, inputs: [x], gradient }) => [
    undefined,
    apply(maxPoolOp, [x, gradient], attributes),
    undefined,
  ],
  // The slope at the largest value can be applied before the gradient is sent there, where there are fewer elements.
  fuse(reader, inputs, position) {
    const {
      inputs: [x, dy, largest],
      attributes,
    } = inputs[position].node as Node<string, PoolAttributes>;
    if (!isNodeOf(reader, activationGradientOp) || position !== 0 || inputs[1] !== x) return undefined;
    return maxPoolGradient(x, activationGradient(reader.attributes, dy, largest), largest, attributes);
  },
};

/** Options of a pooling; axes are the height, then the width. */
export interface PoolOptions {
  /** Cells from one window to the next. Default the window's size. */
  readonly strides?: readonly [number, number] | undefined;
  /** Padding cells before and after each axis, which are never chosen. Default none. */
  readonly padding?: WindowAttributes['padding'] | undefined;
}

/**
 * Keep the largest value of every window and channel. NaN counts as largest; the gradient goes to the first of equals,
 * row by row.
 *
 * @param x - Images, shape [n, height, width, channels].
 * @param size - Height and width of the window.
 * @param options - Strides, padding.
 * @returns Shape [n, height′, width′, channels].
 * @throws ShapeError when the window is larger than the image.
 * @throws ArgumentError for strides below 1, or padding as large as the window.
 * @example
 * import { constant, evaluate, maxPool } from 'gradus/tensor';
 * evaluate(maxPool(constant([1, 5, 2, 3, 4, 0, 8, 7], [1, 2, 4, 1]), [2, 2])); // [[[[5], [8]]]]
 */
export function maxPool(x: Tensor, size: readonly [number, number], options: PoolOptions = {}): Tensor {
  const { strides, padding } = completeWindow({ strides: size, ...options });
  return apply(maxPoolOp, [x, x], { strides, padding, size });
}

/** Send the gradient of every window to the position where the image is largest. */
export const maxPoolGradient = (
  x: Tensor,
  dy: Tensor,
  largest: Tensor,
  { strides, padding, size }: PoolAttributes,
): Tensor => apply(maxPoolGradientOp, [x, dy, largest], { strides, padding, size });
