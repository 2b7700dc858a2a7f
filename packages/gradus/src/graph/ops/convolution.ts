import { ArgumentError, ShapeError } from '../../util/errors.ts';
import { type Dimension, formatShape, isRows, multiplyDimensions, sameShape } from '../../util/shape.ts';
import { apply, float, requireFloat, requireRank } from '../definition.ts';
import { isNodeOf, type Node, type OpDefinition, type Tensor } from '../tensor.ts';
import { type ActivationAttributes, activationGradientOp, activationOp } from './activation.ts';
import { binaryOp } from './binary.ts';
import { reshape } from './layout.ts';
import { matmul } from './matmul.ts';

/** How a window moves over an image, along its height and its width. */
export interface WindowAttributes {
  readonly strides: readonly [number, number];
  /** Padding cells before and after each axis: zeros to a convolution, ignored by a pooling. */
  readonly padding: readonly [readonly [number, number], readonly [number, number]];
}

/** A convolution: the window is a kernel, whose cells are `dilation` apart; channels and filters are split into groups. */
export interface ConvolutionAttributes extends WindowAttributes {
  readonly dilation: readonly [number, number];
  readonly groups: number;
}

/** A gradient of a convolution, and the height and width of what it is the gradient of. */
export interface ConvolutionGradientAttributes extends ConvolutionAttributes {
  readonly size: readonly [number, number];
}

export interface FusedConvolutionAttributes extends ConvolutionAttributes, ActivationAttributes {
  readonly bias: boolean;
}

export interface FusedConvolutionGradientAttributes
  extends ConvolutionGradientAttributes,
    ActivationAttributes {}

/** How far a kernel reaches along one axis. */
const reach = (size: number, dilation: number): number => (size - 1) * dilation + 1;

/** Count the positions of a window along each axis of an image. */
export function outputSize(
  image: readonly number[],
  window: readonly number[],
  { strides, padding, dilation = [1, 1] }: WindowAttributes & { readonly dilation?: readonly number[] },
): [number, number] {
  const along = (axis: 0 | 1): number => {
    const room = image[axis] + padding[axis][0] + padding[axis][1] - reach(window[axis], dilation[axis]);
    return Math.floor(room / strides[axis]) + 1;
  };
  return [along(0), along(1)];
}

/** Refuse a tensor that is not a batch of images [n, height, width, channels]. */
export function requireImages(x: Tensor, what: string): void {
  requireFloat([x], what);
  requireRank(x, 4, `the images of ${what}`);
  if (!x.shape.slice(1).some(isRows)) return;
  throw new ShapeError({
    received: `${what} of images of shape ${formatShape(x.shape)}`,
    expected: 'a fixed height, width and number of channels',
  });
}

/** Refuse a window that does not fit in the padded image. */
export function requirePlaces(
  image: readonly Dimension[],
  window: readonly number[],
  places: readonly number[],
): void {
  if (places.every((count) => count >= 1) && window.every((size) => size >= 1)) return;
  throw new ShapeError({
    received: `a window of ${window.join('×')} on an image of ${image.join('×')}`,
    expected: 'a window that fits in the image with its padding',
    remedy: "Use a smaller window, less dilation, or padding 'same'",
  });
}

function requireKernel(kernel: Tensor, channels: number, filters: number, groups: number): void {
  requireFloat([kernel], 'convolution');
  requireRank(kernel, 4, 'the kernel of a convolution');
  const [height, width, inputs, outputs] = kernel.shape;
  const fits =
    !kernel.shape.some(isRows) &&
    inputs * groups === channels &&
    outputs === filters &&
    filters % groups === 0;
  if (fits) return;
  throw new ShapeError({
    received: `a kernel of shape ${formatShape(kernel.shape)} for ${channels} channels and ${filters} filters in ${groups} groups`,
    expected: `[${height}, ${width}, ${channels / groups}, ${filters}], and groups that divide channels and filters`,
  });
}

/** The shape of the output of a convolution of images of a shape with a kernel of a shape. */
function outputShape(
  images: readonly Dimension[],
  kernel: readonly Dimension[],
  attributes: ConvolutionAttributes,
): Dimension[] {
  const [image, window] = [images.slice(1, 3), kernel.slice(0, 2)];
  const places = outputSize(image, window, attributes);
  requirePlaces(image, window, places);
  return [images[0], ...places, kernel[3]];
}

function requireOutput(gradient: Tensor, expected: readonly Dimension[]): void {
  requireImages(gradient, 'the gradient of a convolution');
  if (sameShape(gradient.shape, expected)) return;
  throw new ShapeError({
    received: `the gradient of a convolution, of shape ${formatShape(gradient.shape)}`,
    expected: `the shape of its output, ${formatShape(expected)}`,
  });
}

const windowOf = ({ strides, padding, dilation, groups }: ConvolutionAttributes): ConvolutionAttributes => ({
  strides,
  padding,
  dilation,
  groups,
});

const sizeOfImage = ({ shape }: Tensor): [number, number] => [shape[1], shape[2]];
const sizeOfKernel = ({ shape }: Tensor): [number, number] => [shape[0], shape[1]];

/** Whether a tensor holds one value per filter. */
const isPerFilter = (tensor: Tensor, y: Tensor): boolean => sameShape(tensor.shape, [y.shape[3]]);

/** A convolution that takes over a bias, and then an activation. */
function fuseForwards(
  y: Tensor,
  reader: Node,
  inputs: readonly Tensor[],
  position: number,
): Tensor | undefined {
  const { inputs: factors, attributes } = y.node as Node<string, ConvolutionAttributes>;
  const bias = factors.length > 2;
  const open = windowOf(attributes);
  if (isNodeOf(reader, activationOp)) {
    const { function: name, alpha } = reader.attributes;
    return apply(convolutionActivationOp, factors, { ...open, bias, function: name, alpha });
  }
  const isSum = isNodeOf(reader, binaryOp) && reader.attributes.function === 'add';
  const other = inputs[1 - position];
  if (!isSum || bias || !isPerFilter(other, y)) return undefined;
  return apply(convolutionActivationOp, [...factors, other], {
    ...open,
    bias: true,
    function: 'identity',
    alpha: 0,
  });
}

// The three are one trilinear form y ⋅ (x ∗ k), each with one of its arguments free: so each one's derivatives are the
// other two.

/** inputs: images [n, height, width, channels], kernel [height, width, channels/groups, filters] */
export const convolutionOp: OpDefinition<'convolution', ConvolutionAttributes> = {
  op: 'convolution',
  types([x, kernel], attributes) {
    requireImages(x, 'convolution');
    requireKernel(kernel, x.shape[3], kernel.shape[3], attributes.groups);
    return [float(outputShape(x.shape, kernel.shape, attributes))];
  },
  derivative: ({ attributes, inputs: [x, kernel], gradient }) => [
    convolutionInputGradient(gradient, kernel, sizeOfImage(x), attributes),
    convolutionKernelGradient(x, gradient, sizeOfKernel(kernel), attributes),
  ],
  fuse: (reader, inputs, position) => fuseForwards(inputs[position], reader, inputs, position),
};

/** inputs: gradient of a convolution's output, its kernel; `size` is the height and width of the images */
export const convolutionInputGradientOp: OpDefinition<
  'convolutionInputGradient',
  ConvolutionGradientAttributes
> = {
  op: 'convolutionInputGradient',
  types([dy, kernel], { size, ...attributes }) {
    requireImages(dy, 'the gradient of a convolution');
    const channels = kernel.shape[2] * attributes.groups;
    requireKernel(kernel, channels, dy.shape[3], attributes.groups);
    const images = [dy.shape[0], ...size, channels];
    requireOutput(dy, outputShape(images, kernel.shape, attributes));
    return [float(images)];
  },
  derivative: ({ attributes, inputs: [dy, kernel], gradient }) => [
    applyConvolution(gradient, kernel, attributes),
    convolutionKernelGradient(gradient, dy, sizeOfKernel(kernel), attributes),
  ],
  fuse(reader, inputs, position) {
    if (!isNodeOf(reader, activationGradientOp) || position !== 0) return undefined;
    const { inputs: factors, attributes } = inputs[0].node as Node<string, ConvolutionGradientAttributes>;
    return apply(convolutionActivationGradientOp, [...factors, inputs[1]], {
      ...attributes,
      ...reader.attributes,
    });
  },
};

/** inputs: images, gradient of a convolution's output; `size` is the height and width of the kernel */
export const convolutionKernelGradientOp: OpDefinition<
  'convolutionKernelGradient',
  ConvolutionGradientAttributes
> = {
  op: 'convolutionKernelGradient',
  types([x, dy], { size, ...attributes }) {
    requireImages(x, 'convolution');
    const kernel = [...size, x.shape[3] / attributes.groups, dy.shape[3]];
    requireOutput(dy, outputShape(x.shape, kernel, attributes));
    return [float(kernel)];
  },
  derivative: ({ attributes, inputs: [x, dy], gradient }) => [
    convolutionInputGradient(dy, gradient, sizeOfImage(x), attributes),
    applyConvolution(x, gradient, attributes),
  ],
};

/** Made by fusion: act(x ∗ kernel + bias); inputs: images, kernel and, where the flag says so, the bias. */
export const convolutionActivationOp: OpDefinition<'convolutionActivation', FusedConvolutionAttributes> = {
  op: 'convolutionActivation',
  types: ([x, kernel], attributes) => [float(outputShape(x.shape, kernel.shape, attributes))],
  derivative: 'fused',
  fuse(reader, inputs, position) {
    const { attributes } = inputs[position].node as Node<string, FusedConvolutionAttributes>;
    return attributes.function === 'identity'
      ? fuseForwards(inputs[position], reader, inputs, position)
      : undefined;
  },
};

/** Made by fusion: a convolution's input gradient ⊙ act′(saved); inputs: gradient of the output, kernel, saved. */
export const convolutionActivationGradientOp: OpDefinition<
  'convolutionActivationGradient',
  FusedConvolutionGradientAttributes
> = {
  op: 'convolutionActivationGradient',
  types: ([, , saved]) => [float(saved.shape)],
  derivative: 'fused',
};

/** Options of a convolution; axes are the height, then the width. */
export interface ConvolutionOptions {
  /** Cells from one position of the kernel to the next. Default [1, 1]. */
  readonly strides?: readonly [number, number] | undefined;
  /** Zeros before and after each axis. Default none. */
  readonly padding?: readonly [readonly [number, number], readonly [number, number]] | undefined;
  /** Cells from one cell of the kernel to the next. Default [1, 1]. */
  readonly dilation?: readonly [number, number] | undefined;
  /** How many groups channels and filters are split into; the filters of a group see its channels only. Default 1. */
  readonly groups?: number | undefined;
}

/** Fill in the defaults, and refuse what cannot be a window. */
export function completeWindow({
  strides = [1, 1],
  padding = [
    [0, 0],
    [0, 0],
  ],
  dilation = [1, 1],
  groups = 1,
}: ConvolutionOptions): ConvolutionAttributes {
  const isCount = (least: number) => (value: number) => Number.isInteger(value) && value >= least;
  const fits = [...strides, ...dilation, groups].every(isCount(1)) && padding.flat().every(isCount(0));
  if (!fits) {
    throw new ArgumentError({
      received: `strides ${strides.join(', ')}, padding ${padding.flat().join(', ')}, dilation ${dilation.join(', ')}, groups ${groups}`,
      expected: 'integers of at least 1; padding may be 0',
    });
  }
  return { strides, padding, dilation, groups };
}

const applyConvolution = (x: Tensor, kernel: Tensor, attributes: ConvolutionAttributes): Tensor =>
  apply(convolutionOp, [x, kernel], windowOf(attributes));

/** Whether the kernel has a single position, or sees one cell at every position: then the convolution is a matrix product. */
function isProduct(
  x: Tensor,
  kernel: Tensor,
  { strides, padding, dilation, groups }: ConvolutionAttributes,
): boolean {
  const isPlain =
    groups === 1 && padding.flat().every((zeros) => zeros === 0) && dilation.every((d) => d === 1);
  if (!isPlain || x.rank !== 4 || kernel.rank !== 4 || x.shape[3] !== kernel.shape[2]) return false;
  const [height, width] = sizeOfKernel(kernel);
  const isPoint = height === 1 && width === 1 && strides.every((stride) => stride === 1);
  return isPoint || (height === x.shape[1] && width === x.shape[2]);
}

/**
 * Slide a kernel over images: y(i, j, f) = Σ x(i·s + a·d − p, j·s + b·d − p, c)·k(a, b, c, f), a cross-correlation, as
 * in Keras and PyTorch.
 *
 * @param x - Images, shape [n, height, width, channels].
 * @param kernel - Shape [height, width, channels/groups, filters].
 * @param options - Strides, padding, dilation, groups.
 * @returns Shape [n, height′, width′, filters], where height′ = ⌊(height + padding − reach)/stride⌋ + 1.
 * @throws ShapeError when kernel and channels do not fit, or the kernel is larger than the image.
 * @throws ArgumentError for strides, dilation or groups below 1.
 * @example
 * import { constant, convolution, evaluate } from 'gradus/tensor';
 * const image = constant([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 3, 3, 1]);
 * const kernel = constant([1, 0, 0, -1], [2, 2, 1, 1]);
 * evaluate(convolution(image, kernel)); // [[[[-4], [-4]], [[-4], [-4]]]]
 */
export function convolution(x: Tensor, kernel: Tensor, options: ConvolutionOptions = {}): Tensor {
  const attributes = completeWindow(options);
  if (!isProduct(x, kernel, attributes)) return applyConvolution(x, kernel, attributes);
  const [height, width, channels, filters] = kernel.shape;
  const inputs = height * width * channels;
  const isPoint = height === 1 && width === 1;
  const places = isPoint ? multiplyDimensions(x.shape[0], x.shape[1] * x.shape[2]) : x.shape[0];
  const product = matmul(reshape(x, [places, inputs]), reshape(kernel, [inputs, filters]));
  return reshape(product, isPoint ? [...x.shape.slice(0, 3), filters] : [x.shape[0], 1, 1, filters]);
}

/**
 * Pull a gradient of a convolution's output back to its images: the transposed convolution, which layers that enlarge
 * images compute forwards.
 *
 * @param dy - Shape [n, height′, width′, filters].
 * @param kernel - Shape [height, width, channels/groups, filters].
 * @param size - Height and width of the images.
 * @param options - Strides, padding, dilation, groups of the convolution.
 * @returns Shape [n, height, width, channels].
 * @throws ShapeError when such images do not give an output of that shape.
 * @example
 * import { constant, convolutionInputGradient, evaluate } from 'gradus/tensor';
 * const dy = constant([1, 2], [1, 1, 2, 1]);
 * evaluate(convolutionInputGradient(dy, constant([1, 10], [1, 2, 1, 1]), [1, 3])); // [[[[1], [12], [20]]]]
 */
export const convolutionInputGradient = (
  dy: Tensor,
  kernel: Tensor,
  size: readonly [number, number],
  options: ConvolutionOptions = {},
): Tensor => apply(convolutionInputGradientOp, [dy, kernel], { ...completeWindow(options), size });

/** Pull a gradient of a convolution's output back to its kernel of a height and width. */
export const convolutionKernelGradient = (
  x: Tensor,
  dy: Tensor,
  size: readonly [number, number],
  attributes: ConvolutionAttributes,
): Tensor => apply(convolutionKernelGradientOp, [x, dy], { ...windowOf(attributes), size });
