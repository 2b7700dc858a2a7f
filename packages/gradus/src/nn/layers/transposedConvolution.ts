import * as $ from '../../graph/operations.ts';
import { ArgumentError } from '../../util/errors.ts';
import {
  type Field,
  fields,
  type OptionsOf,
  plainField,
  positiveInteger,
  wholeNumber,
} from '../../util/fields.ts';
import { requireCount } from '../../util/options.ts';
import { type Layer, layerOf } from '../layer.ts';
import { weightFields, weightsOf } from '../weights/weightOptions.ts';
import {
  type AxisPadding,
  type ImageSize,
  imagePadding,
  imagePaddingField,
  imageShape,
  imageSizeField,
  type Pair,
  plainPaddingField,
  reachOf,
  seriesPadding,
  seriesShape,
} from './windows.ts';

/** The options of `convTranspose2d`, as a file holds them. */
export const convTranspose2dFields = /* @__PURE__ */ fields('convTranspose2d', () => ({
  filters: positiveInteger(),
  kernelSize: imageSizeField(),
  /** Cells of the output from one cell of the input to the next. Default 1. */
  strides: imageSizeField().default(1),
  /** What is cut off the output: nothing (`valid`), all beyond size·stride (`same`), or a number of cells. Default `valid`. */
  padding: imagePaddingField().default('valid'),
  /** Cells added to the end of the output; less than the stride. Default: as many as its size by the padding needs. */
  outputPadding: outputPaddingField().optional(),
  /** Cells from one cell of the kernel to the next. Default 1. */
  dilation: imageSizeField().default(1),
  ...weightFields(),
}));

/** Options of a transposed convolution of images. */
export type ConvTranspose2dOptions = OptionsOf<typeof convTranspose2dFields, 'filters' | 'kernelSize'>;

/** The options of `convTranspose1d`, as a file holds them. */
export const convTranspose1dFields = /* @__PURE__ */ fields('convTranspose1d', () => ({
  filters: positiveInteger(),
  kernelSize: positiveInteger(),
  /** Steps of the output from one step of the input to the next. Default 1. */
  strides: positiveInteger().default(1),
  /** What is cut off the output: nothing (`valid`), all beyond length·stride (`same`), or a number of steps. Default `valid`. */
  padding: plainPaddingField().default('valid'),
  /** Steps added to the end of the output; less than the stride. Default: as many as its length by the padding needs. */
  outputPadding: wholeNumber(0).optional(),
  /** Steps from one cell of the kernel to the next. Default 1. */
  dilation: positiveInteger().default(1),
  ...weightFields(),
}));

/** Options of a transposed convolution of series. */
export type ConvTranspose1dOptions = OptionsOf<typeof convTranspose1dFields, 'filters' | 'kernelSize'>;

/** Cells added to the end of both axes, or of each. */
function outputPaddingField(): Field<number | Pair> {
  return plainField((value, name): asserts value is number | Pair => {
    const pair: readonly unknown[] = Array.isArray(value) ? value : [value, value];
    if (pair.length !== 2) {
      throw new ArgumentError({
        received: `${name} of ${pair.length} numbers`,
        expected: 'one, or two: height and width',
      });
    }
    for (const cells of pair) requireCount(name, cells as number, 0);
  });
}

/** One axis of a transposed convolution: the size of its output, and what is cut off on both sides. */
interface Axis {
  readonly size: number;
  readonly cut: readonly [number, number];
}

/**
 * Find the size of the output of one axis. Before anything is cut it is (size − 1)·stride + reach; `valid` makes it
 * (size − 1)·stride + max(reach, stride), `same` size·stride, the larger half of what is cut at the end, as in Keras;
 * numbers of cells are cut as in PyTorch.
 */
function axisOf(
  size: number,
  reach: number,
  stride: number,
  padding: AxisPadding,
  outputPadding: number | undefined,
): Axis {
  const whole = (size - 1) * stride + reach;
  const cutOff = (before: number, behind: number): Axis => {
    const left = whole - before - behind;
    if (left >= 1 && -behind < stride) return { size: left, cut: [before, Math.max(0, behind)] };
    throw new ArgumentError({
      received: `padding of ${before} and ${behind} cells of an output of ${whole}`,
      expected: 'less than the output has, and less output padding than the stride',
    });
  };
  if (padding === 'valid') return cutOff(0, -(outputPadding ?? Math.max(0, stride - reach)));
  if (padding === 'causal')
    throw new ArgumentError({ received: "the padding 'causal' of a transposed convolution" });
  if (padding !== 'same') return cutOff(padding[0], padding[1] - (outputPadding ?? 0));
  // The padding of a convolution with stride 1 over the spread input: in total, and in front.
  const total = outputPadding === undefined ? stride + reach - 2 : reach + (reach % 2) - 2 + outputPadding;
  const front = Math.min(Math.ceil(total / 2), reach - 1);
  return cutOff(reach - 1 - front, reach - 1 - (total - front));
}

/**
 * Enlarge images by the transpose of a convolution: every value of the input adds its filters, `strides` cells apart
 * (Zeiler et al. 2010). The gradient of a convolution with respect to its images is the same sum.
 *
 * Parameters as in Keras: `kernel` of shape [height, width, filters, channels] (PyTorch's `ConvTranspose2d.weight` is
 * [channels, filters, height, width]) and `bias` of shape [filters].
 *
 * @param filters - The number of filters, at least 1: the channels of the output.
 * @param kernelSize - Height and width: one number for both, or [height, width].
 * @param options - Strides, padding, output padding, dilation, activation, initializers, regularizers, name.
 * @returns The layer, [rows, height, width, channels] → [rows, height′, width′, filters].
 * @throws ArgumentError for sizes below 1, padding as large as the output, or unknown options; ShapeError, when the model
 *   is built, for inputs that are not images.
 * @example
 * import { convTranspose2d, sequential } from 'gradus';
 * const model = sequential([convTranspose2d(8, 3, { strides: 2, padding: 'same' })], { inputShape: [7, 7, 16] });
 * model.outputShape; // [14, 14, 8]
 */
export function convTranspose2d(
  filters: number,
  kernelSize: ImageSize,
  options: ConvTranspose2dOptions = {},
): Layer {
  const own = convTranspose2dFields.read(options, { filters, kernelSize });
  const { kernelSize: size, strides, dilation, outputPadding } = own;
  const weights = weightsOf(own);
  const cuts = imagePadding(own.padding);
  const added = typeof outputPadding === 'object' ? outputPadding : ([outputPadding, outputPadding] as const);
  return layerOf(convTranspose2dFields, own, {
    parameters([shape]) {
      const channels = imageShape(shape, 'convTranspose2d')[3];
      return weights.parameters([...size, filters, channels], [filters]);
    },
    call([x], context) {
      const [, ...image] = imageShape(x.shape, 'convTranspose2d');
      const along = (axis: 0 | 1): Axis =>
        axisOf(image[axis], reachOf(size[axis], dilation[axis]), strides[axis], cuts[axis], added[axis]);
      const [down, across] = [along(0), along(1)];
      const y = $.convolutionInputGradient(x, context.parameter('kernel'), [down.size, across.size], {
        strides,
        dilation,
        padding: [down.cut, across.cut],
      });
      return weights.finish(y, context);
    },
  });
}

/**
 * Lengthen series by the transpose of a convolution: every step of the input adds its filters, `strides` steps apart.
 *
 * Parameters as in Keras: `kernel` of shape [size, filters, channels] (PyTorch's `ConvTranspose1d.weight` is
 * [channels, filters, size]) and `bias` of shape [filters].
 *
 * @param filters - The number of filters, at least 1: the channels of the output.
 * @param kernelSize - The number of output steps that one input step reaches.
 * @param options - Strides, padding, output padding, dilation, activation, initializers, regularizers, name.
 * @returns The layer, [rows, length, channels] → [rows, length′, filters].
 * @throws ArgumentError for sizes below 1, padding as large as the output, or unknown options; ShapeError, when the model
 *   is built, for inputs that are not series.
 * @example
 * import { convTranspose1d, sequential } from 'gradus';
 * const model = sequential([convTranspose1d(8, 3, { strides: 2 })], { inputShape: [7, 16] });
 * model.outputShape; // [15, 8]
 */
export function convTranspose1d(
  filters: number,
  kernelSize: number,
  options: ConvTranspose1dOptions = {},
): Layer {
  const own = convTranspose1dFields.read(options, { filters, kernelSize });
  const { strides, dilation, outputPadding } = own;
  const weights = weightsOf(own);
  const cut = seriesPadding(own.padding);
  return layerOf(convTranspose1dFields, own, {
    parameters([shape]) {
      const channels = seriesShape(shape, 'convTranspose1d')[2];
      return weights.parameters([kernelSize, filters, channels], [filters]);
    },
    call([x], context) {
      const [rows, length, channels] = seriesShape(x.shape, 'convTranspose1d');
      const axis = axisOf(length, reachOf(kernelSize, dilation), strides, cut, outputPadding);
      const kernel = $.reshape(context.parameter('kernel'), [1, kernelSize, filters, channels]);
      const images = $.reshape(x, [rows, 1, length, channels]);
      const enlarged = $.convolutionInputGradient(images, kernel, [1, axis.size], {
        strides: [1, strides],
        dilation: [1, dilation],
        padding: [[0, 0], axis.cut],
      });
      const y = $.reshape(enlarged, [rows, axis.size, filters]);
      return weights.finish(y, context);
    },
  });
}
