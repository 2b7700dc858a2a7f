import * as $ from '../../graph/operations.ts';
import { outputSize, requirePlaces } from '../../graph/ops/convolution.ts';
import { requireLessPadding } from '../../graph/ops/pooling.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { ShapeError } from '../../util/errors.ts';
import { type Fields, fields, type OptionsOf, positiveInteger } from '../../util/fields.ts';
import { type Layer, type LayerOptions, layerFields, layerOf } from '../layer.ts';
import {
  type AxisPadding,
  type ImageSize,
  imagePadding,
  imagePaddingField,
  imageShape,
  imageSizeField,
  type Pair,
  paddedCells,
  plainPaddingField,
  seriesPadding,
  seriesShape,
  sizePair,
} from './windows.ts';

const pool2dFields = () => ({
  poolSize: imageSizeField().default(2),
  /** Cells from one window to the next. Default the window's size. */
  strides: imageSizeField().default({ derive: ({ poolSize }) => sizePair('poolSize', poolSize) }),
  /** What is added around the image and is not counted; less than the window. Default `valid`: nothing. */
  padding: imagePaddingField().default('valid'),
  ...layerFields(),
});
type Pool2dFields = Fields<ReturnType<typeof pool2dFields>>;

/** Options of a pooling of images. */
export type Pool2dOptions = OptionsOf<Pool2dFields, 'poolSize'>;

const pool1dFields = () => ({
  poolSize: positiveInteger().default(2),
  /** Steps from one window to the next. Default the window's size. */
  strides: positiveInteger().default({ derive: ({ poolSize }) => Number(poolSize) }),
  /** What is added around the series and is not counted; less than the window. Default `valid`: nothing. */
  padding: plainPaddingField().default('valid'),
  ...layerFields(),
});
type Pool1dFields = Fields<ReturnType<typeof pool1dFields>>;

/** Options of a pooling of series. */
export type Pool1dOptions = OptionsOf<Pool1dFields, 'poolSize'>;

/** The options of `maxPool2d`, as a file holds them; those of the other poolings follow. */
export const maxPool2dFields = /* @__PURE__ */ fields('maxPool2d', pool2dFields);
export const maxPool1dFields = /* @__PURE__ */ fields('maxPool1d', pool1dFields);
export const averagePool2dFields = /* @__PURE__ */ fields('averagePool2d', pool2dFields);
export const averagePool1dFields = /* @__PURE__ */ fields('averagePool1d', pool1dFields);
export const globalMaxPool2dFields = /* @__PURE__ */ fields('globalMaxPool2d', layerFields);
export const globalMaxPool1dFields = /* @__PURE__ */ fields('globalMaxPool1d', layerFields);
export const globalAveragePool2dFields = /* @__PURE__ */ fields('globalAveragePool2d', layerFields);
export const globalAveragePool1dFields = /* @__PURE__ */ fields('globalAveragePool1d', layerFields);

/** A window that moves over images. */
interface Pool {
  readonly size: Pair;
  readonly strides: Pair;
  readonly padding: readonly [Pair, Pair];
}

/** Pool images, [rows, height, width, channels], by one window. */
type Pooling = (x: Tensor, pool: Pool) => Tensor;

const maximum: Pooling = (x, { size, strides, padding }) => $.maxPool(x, size, { strides, padding });

/** How many cells of the image, not of its padding, each window along an axis sees. */
function cellsSeen(length: number, places: number, pool: Pool, axis: 0 | 1): number[] {
  return Array.from({ length: places }, (_, place) => {
    const first = place * pool.strides[axis] - pool.padding[axis][0];
    return Math.min(length, first + pool.size[axis]) - Math.max(0, first);
  });
}

/** The most weights of an average: half a GiB. */
const MOST_WEIGHTS = 2 ** 26;

/** The mean of a window is a convolution of every channel with equal weights; at the border fewer of them count. */
const average: Pooling = (x, pool) => {
  const { size, strides, padding } = pool;
  const [, height, width, channels] = x.shape;
  const count = size[0] * size[1];
  const [down, across] = outputSize([height, width], size, pool);
  if (Math.max(count * channels, down * across) > MOST_WEIGHTS) {
    throw new ShapeError({
      received: `an average over windows of ${size.join('×')} at ${down}×${across} positions`,
      expected: `at most ${MOST_WEIGHTS} weights`,
      remedy: 'Use globalAveragePool2d for whole images',
    });
  }
  const weight = new Float64Array(count * channels).fill(1 / count);
  const kernel = $.constant(weight, [...size, 1, channels]);
  const y = $.convolution(x, kernel, { strides, padding, groups: channels });
  if (padding.flat().every((cells) => cells === 0)) return y;
  const rows = cellsSeen(height, down, pool, 0);
  const columns = cellsSeen(width, across, pool, 1);
  const factors = rows.flatMap((seen) => columns.map((others) => count / (seen * others)));
  return $.multiply(y, $.constant(factors, [down, across, 1]));
};

function pool2d(
  declared: Pool2dFields,
  pooling: Pooling,
  poolSize: ImageSize | undefined,
  options: Pool2dOptions,
): Layer {
  const own = declared.read(options, { poolSize });
  const { poolSize: size, strides } = own;
  const cells = imagePadding(own.padding);
  return layerOf(declared, own, {
    call([x]) {
      const [, ...image] = imageShape(x.shape, declared.name);
      const along = (axis: 0 | 1): Pair => paddedCells(cells[axis], image[axis], size[axis], strides[axis]);
      return pooling(x, windowOn([image[0], image[1]], { size, strides, padding: [along(0), along(1)] }));
    },
  });
}

function pool1d(
  declared: Pool1dFields,
  pooling: Pooling,
  poolSize: number | undefined,
  options: Pool1dOptions,
): Layer {
  const own = declared.read(options, { poolSize });
  const { poolSize: size, strides } = own;
  const cells: AxisPadding = seriesPadding(own.padding);
  return layerOf(declared, own, {
    call([x]) {
      const [rows, length, channels] = seriesShape(x.shape, declared.name);
      const along = paddedCells(cells, length, size, strides);
      const pool = windowOn([1, length], {
        size: [1, size],
        strides: [1, strides],
        padding: [[0, 0], along],
      });
      const y = pooling($.reshape(x, [rows, 1, length, channels]), pool);
      return $.reshape(y, [rows, y.shape[2], channels]);
    },
  });
}

/** A window that fits on an image. */
function windowOn(image: Pair, pool: Pool): Pool {
  requirePlaces(image, pool.size, outputSize(image, pool.size, pool));
  requireLessPadding(pool.size, pool.padding);
  return pool;
}

/**
 * Take the maximum of every window and channel of images. Among equal values the gradient goes to the first.
 *
 * @param poolSize - Height and width of the window: one number for both, or [height, width]. Default 2.
 * @param options - Strides, padding, name.
 * @returns The layer, [rows, height, width, channels] → [rows, height′, width′, channels].
 * @throws ArgumentError for sizes below 1 or padding as large as the window; ShapeError, when the model is built, for
 *   inputs that are not images, or smaller than the window.
 * @example
 * import { maxPool2d, sequential } from 'gradus';
 * sequential([maxPool2d(2)], { inputShape: [25, 25, 8] }).outputShape; // [12, 12, 8]
 */
export const maxPool2d = (poolSize?: ImageSize, options: Pool2dOptions = {}): Layer =>
  pool2d(maxPool2dFields, maximum, poolSize, options);

/**
 * Take the maximum of every window and channel of series. Among equal values the gradient goes to the first.
 *
 * @param poolSize - The number of steps in a window. Default 2.
 * @param options - Strides, padding, name.
 * @returns The layer, [rows, length, channels] → [rows, length′, channels].
 * @throws ArgumentError for sizes below 1 or padding as large as the window; ShapeError, when the model is built, for
 *   inputs that are not series, or shorter than the window.
 * @example
 * import { maxPool1d, sequential } from 'gradus';
 * sequential([maxPool1d(3, { strides: 2, padding: 'same' })], { inputShape: [9, 4] }).outputShape; // [5, 4]
 */
export const maxPool1d = (poolSize?: number, options: Pool1dOptions = {}): Layer =>
  pool1d(maxPool1dFields, maximum, poolSize, options);

/**
 * Take the mean of every window and channel of images. Cells of the padding are not counted, as in Keras; PyTorch counts
 * them as zeros unless `count_include_pad=False` is given.
 *
 * @param poolSize - Height and width of the window: one number for both, or [height, width]. Default 2.
 * @param options - Strides, padding, name.
 * @returns The layer, [rows, height, width, channels] → [rows, height′, width′, channels].
 * @throws ArgumentError for sizes below 1; ShapeError, when the model is built, for inputs that are not images, or smaller
 *   than the window.
 * @example
 * import { averagePool2d, sequential } from 'gradus';
 * sequential([averagePool2d([2, 3])], { inputShape: [4, 6, 1] }).outputShape; // [2, 2, 1]
 */
export const averagePool2d = (poolSize?: ImageSize, options: Pool2dOptions = {}): Layer =>
  pool2d(averagePool2dFields, average, poolSize, options);

/**
 * Take the mean of every window and channel of series. Steps of the padding are not counted, as in Keras.
 *
 * @param poolSize - The number of steps in a window. Default 2.
 * @param options - Strides, padding, name.
 * @returns The layer, [rows, length, channels] → [rows, length′, channels].
 * @throws ArgumentError for sizes below 1; ShapeError, when the model is built, for inputs that are not series, or shorter
 *   than the window.
 * @example
 * import { averagePool1d, sequential } from 'gradus';
 * sequential([averagePool1d(4)], { inputShape: [9, 2] }).outputShape; // [2, 2]
 */
export const averagePool1d = (poolSize?: number, options: Pool1dOptions = {}): Layer =>
  pool1d(averagePool1dFields, average, poolSize, options);

function globalPool(
  declared: Fields<ReturnType<typeof layerFields>>,
  axes: readonly number[],
  reduce: (x: Tensor, options: { readonly axes: readonly number[] }, mask: Tensor | undefined) => Tensor,
  options: LayerOptions,
): Layer {
  return layerOf(declared, declared.read(options), {
    call([x], { masks: [mask] }) {
      if (axes.length === 2) imageShape(x.shape, declared.name);
      else seriesShape(x.shape, declared.name);
      return reduce(x, { axes }, mask);
    },
  });
}

/** The axes of an image and of a series that are pooled. */
const IMAGE = [1, 2] as const;
const SERIES = [1] as const;

/** The mean of the steps that count; 0 where none does. */
function meanOfSteps(x: Tensor, { axes }: { readonly axes: readonly number[] }, mask?: Tensor): Tensor {
  if (mask === undefined) return $.mean(x, { axes });
  const counts = $.reshape(mask, [...mask.shape, 1]);
  return $.divide($.sum($.multiply(x, counts), { axes }), $.maximum($.sum(counts, { axes }), 1));
}

/**
 * Take the maximum of every channel of an image.
 *
 * @param options - The layer's name.
 * @returns The layer, [rows, height, width, channels] → [rows, channels].
 * @throws ShapeError, when the model is built, for inputs that are not images.
 * @example
 * import { globalMaxPool2d, sequential } from 'gradus';
 * sequential([globalMaxPool2d()], { inputShape: [4, 6, 3] }).outputShape; // [3]
 */
export const globalMaxPool2d = (options: LayerOptions = {}): Layer =>
  globalPool(globalMaxPool2dFields, IMAGE, $.max, options);

/**
 * Take the maximum of every channel of a series.
 *
 * @param options - The layer's name.
 * @returns The layer, [rows, length, channels] → [rows, channels].
 * @throws ShapeError, when the model is built, for inputs that are not series.
 * @example
 * import { globalMaxPool1d, sequential } from 'gradus';
 * sequential([globalMaxPool1d()], { inputShape: [9, 3] }).outputShape; // [3]
 */
export const globalMaxPool1d = (options: LayerOptions = {}): Layer =>
  globalPool(globalMaxPool1dFields, SERIES, $.max, options);

/**
 * Take the mean of every channel of an image.
 *
 * @param options - The layer's name.
 * @returns The layer, [rows, height, width, channels] → [rows, channels].
 * @throws ShapeError, when the model is built, for inputs that are not images.
 * @example
 * import { globalAveragePool2d, sequential } from 'gradus';
 * sequential([globalAveragePool2d()], { inputShape: [4, 6, 3] }).outputShape; // [3]
 */
export const globalAveragePool2d = (options: LayerOptions = {}): Layer =>
  globalPool(globalAveragePool2dFields, IMAGE, $.mean, options);

/**
 * Take the mean of every channel of a series, over the steps that a mask counts if there is one.
 *
 * @param options - The layer's name.
 * @returns The layer, [rows, length, channels] → [rows, channels]; 0 for a row without a step that counts.
 * @throws ShapeError, when the model is built, for inputs that are not series.
 * @example
 * import { globalAveragePool1d, sequential } from 'gradus';
 * sequential([globalAveragePool1d()], { inputShape: [9, 3] }).outputShape; // [3]
 */
export const globalAveragePool1d = (options: LayerOptions = {}): Layer =>
  globalPool(globalAveragePool1dFields, SERIES, meanOfSteps, options);
