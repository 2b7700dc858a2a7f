import * as $ from '../../graph/operations.ts';
import { outputSize, requirePlaces } from '../../graph/ops/convolution.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { ArgumentError, ShapeError } from '../../util/errors.ts';
import { fields, finiteNumber, flag, type OptionsOf, positiveInteger } from '../../util/fields.ts';
import type { Shape } from '../../util/shape.ts';
import { type Layer, layerOf } from '../layer.ts';
import { weightFields, weightsOf } from '../weights/weightOptions.ts';
import { type Connections, connectedKernel, connectionsField, requireConnections } from './connections.ts';
import {
  type AxisPadding,
  type ImageSize,
  imagePadding,
  imagePaddingField,
  imageShape,
  imageSizeField,
  type Pair,
  paddedCells,
  reachOf,
  seriesPadding,
  seriesPaddingField,
  seriesShape,
} from './windows.ts';

/** The options of `conv2d`, as a file holds them. */
export const conv2dFields = /* @__PURE__ */ fields('conv2d', () => ({
  filters: positiveInteger(),
  kernelSize: imageSizeField(),
  /** Cells from one position of the kernel to the next. Default 1. */
  strides: imageSizeField().default(1),
  /** What is added around the image. Default `valid`: nothing. */
  padding: imagePaddingField().default('valid'),
  /** Cells from one cell of the kernel to the next. Default 1. */
  dilation: imageSizeField().default(1),
  /** Parts into which channels and filters are divided, the first filters seeing the first channels; as many as channels make it depthwise. Default 1. */
  groups: positiveInteger().default(1),
  /** The value that the padding is filled with. Default 0. */
  paddingValue: finiteNumber().default(0).writtenIfChanged(),
  /** Which channels each filter sees, a list a filter, all of one length (LeCun et al. 1989). Default all. */
  connections: connectionsField().optional(),
  /** Whether a filter has the same bias at all positions; false gives each position its own (LeCun et al. 1989). Default true. */
  sharedBias: flag().default(true).writtenIfChanged(),
  ...weightFields(),
}));

/** Options of a convolution of images. */
export type Conv2dOptions = OptionsOf<typeof conv2dFields, 'filters' | 'kernelSize'>;

/** The options of `conv1d`, as a file holds them. */
export const conv1dFields = /* @__PURE__ */ fields('conv1d', () => ({
  filters: positiveInteger(),
  kernelSize: positiveInteger(),
  /** Steps from one position of the kernel to the next. Default 1. */
  strides: positiveInteger().default(1),
  /** What is added around the series, zeros. Default `valid`: nothing. */
  padding: seriesPaddingField().default('valid'),
  /** Steps from one cell of the kernel to the next. Default 1. */
  dilation: positiveInteger().default(1),
  /** Parts into which channels and filters are divided, the first filters seeing the first channels; as many as channels make it depthwise. Default 1. */
  groups: positiveInteger().default(1),
  ...weightFields(),
}));

/** Options of a convolution of series. */
export type Conv1dOptions = OptionsOf<typeof conv1dFields, 'filters' | 'kernelSize'>;

/** How a kernel moves over images. */
interface Movement {
  readonly kernelSize: Pair;
  readonly strides: Pair;
  readonly dilation: Pair;
  readonly padding: readonly [AxisPadding, AxisPadding];
}

/** The cells added around an image of a size, and the size of the output. */
function placesOn(image: Pair, { kernelSize, strides, dilation, padding }: Movement) {
  const along = (axis: 0 | 1): Pair =>
    paddedCells(padding[axis], image[axis], reachOf(kernelSize[axis], dilation[axis]), strides[axis]);
  const window = { strides, dilation, padding: [along(0), along(1)] as const };
  const places = outputSize(image, kernelSize, window);
  requirePlaces(image, kernelSize, places);
  return { window, places };
}

/** Refuse channels that the groups do not divide. */
function channelsInGroup(channels: number, groups: number): number {
  if (channels % groups === 0) return channels / groups;
  throw new ShapeError({
    received: `${channels} channels in ${groups} groups`,
    expected: 'groups that divide the channels',
  });
}

function requireGroups(groups: number, filters: number): void {
  if (filters % groups === 0) return;
  throw new ArgumentError({
    received: `${filters} filters in ${groups} groups`,
    expected: 'groups that divide the filters',
  });
}

/** Surround images by cells of a value. */
function surround(x: Tensor, value: number, [[above, below], [left, right]]: readonly [Pair, Pair]): Tensor {
  const [rows, height, width, channels] = x.shape;
  const shape = [rows, above + height + below, left + width + right, channels];
  return $.affine($.pad($.affine(x, 1, -value), [0, above, left, 0], shape), 1, value);
}

const NONE: readonly [Pair, Pair] = [
  [0, 0],
  [0, 0],
];

/**
 * Slide filters over images: y(i, j, f) = activation(Σ x(i·s + a·d − p, j·s + b·d − p, c)·kernel(a, b, c, f) + bias(f)).
 *
 * Parameters as in Keras: `kernel` of shape [height, width, channels/groups, filters] (PyTorch's `Conv2d.weight` is
 * [filters, channels/groups, height, width]) and `bias` of shape [filters]. With `connections` the kernel is
 * [height, width, seen, filters], row i of filter f belonging to channel connections[f][i]; without `sharedBias` the
 * bias is [height′, width′, filters]. Padding `same` is Keras's: with strides an odd cell is added at the end, where PyTorch,
 * whose padding is equal on both sides, takes an explicit number. A padding value other than 0 is multiplied by the
 * kernel like any other value.
 *
 * @param filters - The number of filters, at least 1: the channels of the output.
 * @param kernelSize - Height and width: one number for both, or [height, width].
 * @param options - Strides, padding, dilation, groups, connections, biases, activation, initializers, regularizers, name.
 * @returns The layer, [rows, height, width, channels] → [rows, height′, width′, filters].
 * @throws ArgumentError for sizes below 1, groups that do not divide the filters, or unknown options; ShapeError, when
 *   the model is built, for inputs that are not images, channels that do not fit, or a kernel larger than the image.
 * @example
 * import { conv2d, dense, flatten, maxPool2d, sequential } from 'gradus';
 * const layers = [conv2d(32, 3, { activation: 'relu' }), maxPool2d(2), flatten(), dense(10)];
 * sequential(layers, { inputShape: [28, 28, 1] }).parameterCount; // 54410
 */
export function conv2d(filters: number, kernelSize: ImageSize, options: Conv2dOptions = {}): Layer {
  const own = conv2dFields.read(options, { filters, kernelSize });
  const { groups, paddingValue, connections, sharedBias } = own;
  requireGroups(groups, filters);
  if (connections !== undefined) requireConnections(connections, filters);
  if (connections !== undefined && groups > 1) {
    throw new ArgumentError({ received: 'connections and groups', expected: 'one of the two' });
  }
  const weights = weightsOf(own);
  const movement: Movement = { ...own, padding: imagePadding(own.padding) };
  const seen = (channels: number): number => connections?.[0]?.length ?? channelsInGroup(channels, groups);
  return layerOf(conv2dFields, own, {
    parameters([shape]) {
      const [, height, width, channels] = imageShape(shape, 'conv2d');
      requireChannels(connections, channels);
      const { places } = placesOn([height, width], movement);
      const kernel = [...movement.kernelSize, seen(channels), filters];
      return weights.parameters(kernel, sharedBias ? [filters] : [...places, filters]);
    },
    call([x], context) {
      const [, height, width, channels] = imageShape(x.shape, 'conv2d');
      const { window } = placesOn([height, width], movement);
      const kernel = context.parameter('kernel');
      const whole = connections === undefined ? kernel : connectedKernel(kernel, connections, channels);
      const isPadded = window.padding.flat().some((cells) => cells > 0);
      const y =
        isPadded && paddingValue !== 0
          ? $.convolution(surround(x, paddingValue, window.padding), whole, {
              ...window,
              padding: NONE,
              groups,
            })
          : $.convolution(x, whole, { ...window, groups });
      return weights.finish(y, context);
    },
  });
}

function requireChannels(connections: Connections | undefined, channels: number): void {
  const wrong = connections?.flat().find((channel) => channel >= channels);
  if (wrong === undefined) return;
  throw new ShapeError({
    received: `a connection to channel ${wrong}`,
    expected: `channels from 0 to ${channels - 1}`,
  });
}

/**
 * Slide filters over series: y(i, f) = activation(Σ x(i·s + a·d − p, c)·kernel(a, c, f) + bias(f)).
 *
 * Parameters as in Keras: `kernel` of shape [size, channels/groups, filters] (PyTorch's `Conv1d.weight` is
 * [filters, channels/groups, size]) and `bias` of shape [filters].
 *
 * @param filters - The number of filters, at least 1: the channels of the output.
 * @param kernelSize - The number of steps that a filter sees at once.
 * @param options - Strides, padding, dilation, groups, activation, initializers, regularizers, name.
 * @returns The layer, [rows, length, channels] → [rows, length′, filters].
 * @throws ArgumentError for sizes below 1, groups that do not divide the filters, or unknown options; ShapeError, when
 *   the model is built, for inputs that are not series, channels that do not fit, or a kernel longer than the series.
 * @example
 * import { conv1d, dense, globalMaxPool1d, sequential } from 'gradus';
 * const layers = [conv1d(16, 5, { padding: 'causal', activation: 'relu' }), globalMaxPool1d(), dense(1)];
 * sequential(layers, { inputShape: [100, 3] }).parameterCount; // 273
 */
export function conv1d(filters: number, kernelSize: number, options: Conv1dOptions = {}): Layer {
  const own = conv1dFields.read(options, { filters, kernelSize });
  const { groups, strides, dilation } = own;
  requireGroups(groups, filters);
  const weights = weightsOf(own);
  const movement: Movement = {
    kernelSize: [1, kernelSize],
    strides: [1, strides],
    dilation: [1, dilation],
    padding: ['valid', seriesPadding(own.padding)],
  };
  const kernelShape = (shape: Shape): number[] => {
    const [, length, channels] = seriesShape(shape, 'conv1d');
    placesOn([1, length], movement);
    return [kernelSize, channelsInGroup(channels, groups), filters];
  };
  return layerOf(conv1dFields, own, {
    parameters: ([shape]) => weights.parameters(kernelShape(shape), [filters]),
    call([x], context) {
      const [rows, length, channels] = seriesShape(x.shape, 'conv1d');
      const { window, places } = placesOn([1, length], movement);
      const kernel = $.reshape(context.parameter('kernel'), [1, ...kernelShape(x.shape)]);
      const images = $.reshape(x, [rows, 1, length, channels]);
      const filtered = $.convolution(images, kernel, { ...window, groups });
      const y = $.reshape(filtered, [rows, places[1], filters]);
      return weights.finish(y, context);
    },
  });
}
