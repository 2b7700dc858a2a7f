import type { OpAttributes } from '../../../graph/attributes.ts';
import type { ConvolutionAttributes } from '../../../graph/ops/convolution.ts';
import { multiplyDimensions, type Shape } from '../../../util/shape.ts';
import { type Address, bits, type Extent } from '../machine/instructionWriter.ts';
import { activationKinds } from '../machine/kinds.ts';
import { Activation, Opcode } from '../machine/opcodes.ts';
import { tileForThreads } from '../machine/tiles.ts';
import type { Lowering, LoweringContext } from './lowering.ts';

/** Multiply-adds of a tile: a few tenths of a millisecond. */
const TILE = 2 ** 23;
/** Products that a part of a kernel's gradient adds up in each place, at least: what it costs to add parts is little then. */
const PART_PLACES = 2048;

/** The same of one whose products a library computes: its tiles depend on shapes alone, so there are enough for any threads. */
const OUTSIDE_TILE = 2 ** 21;
/** Tiles that a kernel's gradient is cut into for a library, at least. */
const OUTSIDE_TILES = 16;

/** Sizes of a convolution. */
interface Geometry {
  readonly samples: Extent;
  /** Height, width, channels; of the output, too. */
  readonly image: readonly number[];
  readonly places: readonly number[];
  readonly kernel: readonly number[];
  /** Products that make one sample's output. */
  readonly work: number;
}

const shapeOf = ({ program }: LoweringContext, id: number): Shape => program.buffers[id].shape;

function geometryOf(x: Shape, kernel: Shape, y: Shape): Geometry {
  const [samples, ...image] = x;
  const places = y.slice(1);
  const work = places[0] * places[1] * kernel.reduce((a, b) => a * b, 1);
  return { samples, image, places, kernel, work };
}

/** Columns and depth of the products that make the outputs: the filters of a group, and what each sees. */
function sidesOf({ image, kernel }: Geometry, { groups }: ConvolutionAttributes): readonly [number, number] {
  return [kernel[3] / groups, (kernel[0] * kernel[1] * image[2]) / groups];
}

/** The operands that all convolutions and poolings have. */
function wordsOf(
  addresses: readonly Address[],
  { samples, image, places, kernel }: Geometry,
  { strides, padding, dilation, groups }: ConvolutionAttributes,
): Address[] {
  const [size, steps, reach] = [kernel.slice(0, 2), strides, dilation];
  return [
    ...addresses,
    samples,
    ...image,
    ...places,
    ...size,
    ...steps,
    ...reach,
    padding[0][0],
    padding[1][0],
    groups,
  ];
}

/** Whether a library computes a convolution's products, C = A·B of which has some hundred rows and so many columns. */
const isOutside = ({ assembler }: LoweringContext, columns: number, depth: number): boolean =>
  assembler.externalTiles(256, columns, depth) !== undefined;

/** Cut an extent whose unit costs so many multiply-adds: for the threads, or by itself alone. */
function tileOf({ assembler }: LoweringContext, all: number, cost: number, outside: boolean): number {
  const most = Math.max(1, Math.floor((outside ? OUTSIDE_TILE : TILE) / cost));
  const tile = Math.min(most, Math.max(1, all));
  return outside ? tile : tileForThreads(all, tile, cost, 1, assembler.threads);
}

/** Tile the rows of all outputs, none of them read by another. */
function emitRows(
  context: LoweringContext,
  opcode: Opcode,
  { samples, places, work }: Geometry,
  words: readonly Address[],
  outside = false,
): void {
  const { assembler } = context;
  const rows = multiplyDimensions(samples, places[0]);
  const cost = Math.ceil(work / places[0]);
  const all = assembler.size(rows);
  const tile = tileOf(context, all, cost, outside);
  assembler.emit(opcode, [rows, tile, 1, 1], Math.min(tile, all) * cost, words);
}

/** Tile the samples, and a sample's `lines` where there are too few of them or they are large. */
function samplesAndLines(
  context: LoweringContext,
  samples: Extent,
  lines: number,
  work: number,
  outside: boolean,
): readonly [tile: number, lines: number, work: number] {
  const { assembler } = context;
  const all = assembler.size(samples);
  const tile = tileOf(context, all, work, outside);
  const count = Math.ceil(all / tile);
  const few = outside ? OUTSIDE_TILES : assembler.threads;
  const wanted = Math.max(work / TILE, count < few ? (2 * few) / count : 1);
  const parts = Math.max(1, Math.min(lines, Math.floor(wanted), Math.ceil((work * tile) / 2 ** 16)));
  const height = Math.ceil(lines / parts);
  return [tile, height, Math.ceil((Math.min(tile, all) * work * height) / lines)];
}

/** y = act(x ∗ kernel + bias) */
function forwards(
  context: LoweringContext,
  attributes: ConvolutionAttributes,
  [x, kernel, y]: readonly [number, number, number],
  {
    bias = 0,
    activation = Activation.Identity,
    alpha = 0,
  }: { bias?: Address; activation?: Activation; alpha?: number },
): void {
  const geometry = geometryOf(shapeOf(context, x), shapeOf(context, kernel), shapeOf(context, y));
  const addresses = [x, kernel, y].map((id) => context.pointer(id));
  const words = wordsOf(addresses, geometry, attributes);
  context.assembler.unfolds();
  const outside = isOutside(context, ...sidesOf(geometry, attributes));
  const rest = [bias, activation, bits(alpha), Number(outside)];
  emitRows(context, Opcode.Convolution, geometry, [...words, ...rest], outside);
}

/** The gradient of x, times the slope of an activation at the reference. */
function backwards(
  context: LoweringContext,
  attributes: ConvolutionAttributes,
  [x, kernel, y]: readonly [number, number, number],
  {
    reference = 0,
    activation = Activation.Identity,
    alpha = 0,
  }: { reference?: Address; activation?: Activation; alpha?: number },
): void {
  const geometry = geometryOf(shapeOf(context, x), shapeOf(context, kernel), shapeOf(context, y));
  const addresses = [x, kernel, y].map((id) => context.pointer(id));
  const words = wordsOf(addresses, geometry, attributes);
  context.assembler.unfolds();
  const height = geometry.image[0];
  const [filters, seen] = sidesOf(geometry, attributes);
  const outside = isOutside(context, seen, filters);
  const [tile, lines, work] = samplesAndLines(context, geometry.samples, height, geometry.work, outside);
  context.assembler.emit(Opcode.ConvolutionInputGradient, [geometry.samples, tile, height, lines], work, [
    ...words,
    reference,
    activation,
    bits(alpha),
    Number(outside),
  ]);
}

const convolution: Lowering<'convolution'> = (context, { attributes, inputs: [x, kernel], outputs: [y] }) =>
  forwards(context, attributes, [x, kernel, y], {});

const convolutionActivation: Lowering<'convolutionActivation'> = (
  context,
  { attributes, inputs: [x, kernel, bias], outputs: [y] },
) =>
  forwards(context, attributes, [x, kernel, y], {
    ...(attributes.bias && { bias: context.pointer(bias) }),
    activation: activationKinds[attributes.function],
    alpha: attributes.alpha,
  });

const convolutionInputGradient: Lowering<'convolutionInputGradient'> = (
  context,
  { attributes, inputs: [y, kernel], outputs: [x] },
) => backwards(context, attributes, [x, kernel, y], {});

const convolutionActivationGradient: Lowering<'convolutionActivationGradient'> = (
  context,
  { attributes, inputs: [y, kernel, saved], outputs: [x] },
) =>
  backwards(context, attributes, [x, kernel, y], {
    reference: context.pointer(saved),
    activation: activationKinds[attributes.function],
    alpha: attributes.alpha,
  });

const convolutionKernelGradient: Lowering<'convolutionKernelGradient'> = (
  context,
  { attributes, inputs: [x, y], outputs: [kernel] },
) => {
  const { assembler } = context;
  assembler.unfolds();
  const geometry = geometryOf(shapeOf(context, x), shapeOf(context, kernel), shapeOf(context, y));
  const { samples, work } = geometry;
  const destination = context.pointer(kernel);
  const words = wordsOf([context.pointer(x), destination, context.pointer(y)], geometry, attributes);
  const filters = geometry.kernel[3];
  const rows = geometry.kernel.slice(0, 3).reduce((a, b) => a * b, 1);
  const size = rows * filters;
  const part = samplesOfPart(geometry, size);
  const [all, threads] = [assembler.size(samples), assembler.threads];
  const count = Math.ceil(all / part);
  // Too few parts for the threads, or too large ones, are cut along the kernel.
  const cost = (part * work) / rows;
  const most = Math.max(1, Math.min(rows, Math.floor((8 * TILE) / cost)));
  const outside = isOutside(context, filters / attributes.groups, rows);
  const few = outside ? OUTSIDE_TILES : 2 * threads;
  const wanted = count < few ? Math.ceil(rows / Math.ceil(few / Math.max(1, count)) / 4) * 4 : rows;
  const tile = Math.max(Math.min(most, wanted), Math.min(rows, Math.ceil(2 ** 16 / cost)));
  const place = assembler.emit(
    Opcode.ConvolutionKernelGradient,
    [samples, part, rows, tile],
    (Math.min(part, all) * work * tile) / rows,
    [...words, 0, Number(outside)],
  );
  const spare = Math.max(0, count - 1) * size * 4;
  assembler.spare(place, words.length, spare);
  const sum = assembler.elementwise(Opcode.AddParts, size, count, [destination, 0, size, samples, part]);
  assembler.spare(sum, 1, spare);
};

/**
 * Samples that a part of a kernel's gradient sums over. It depends on shapes alone, so that neither threads nor the rows of
 * a batch change a sum; parts together take no more memory than images and outputs.
 */
function samplesOfPart({ image, places }: Geometry, size: number): number {
  const numbers = [image, places].reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0);
  return Math.max(1, Math.ceil(PART_PLACES / (places[0] * places[1])), Math.ceil(size / numbers));
}

const WHOLE = { dilation: [1, 1], groups: 1 } as const;

/** A pooling as a convolution whose kernel has no channels of its own; a comparison costs two multiply-adds. */
function poolGeometry(x: Shape, { size }: OpAttributes['maxPool'], y: Shape): Geometry {
  return geometryOf(x, [...size, 2, x[3]], y);
}

const maxPool: Lowering<'maxPool'> = (context, { attributes, inputs: [x, values], outputs: [y] }) => {
  const geometry = poolGeometry(shapeOf(context, x), attributes, shapeOf(context, y));
  const addresses = [x, values, y].map((id) => context.pointer(id));
  emitRows(context, Opcode.MaxPool, geometry, wordsOf(addresses, geometry, { ...attributes, ...WHOLE }));
};

const maxPoolGradient: Lowering<'maxPoolGradient'> = (
  context,
  { attributes, inputs: [x, dy, largest], outputs: [dx] },
) => {
  const geometry = poolGeometry(shapeOf(context, x), attributes, shapeOf(context, dy));
  const addresses = [x, dx, dy].map((id) => context.pointer(id));
  const words = wordsOf(addresses, geometry, { ...attributes, ...WHOLE });
  const { samples, work } = geometry;
  const { assembler } = context;
  const all = assembler.size(samples);
  const most = Math.max(1, Math.floor(TILE / 16 / work));
  const tile = tileForThreads(all, Math.min(most, Math.max(1, all)), work, 1, assembler.threads);
  assembler.emit(Opcode.MaxPoolGradient, [samples, tile, 1, 1], Math.min(tile, all) * work, [
    ...words,
    context.pointer(largest),
  ]);
};

/** How convolutions and poolings are put into the machine's words. */
export const convolutionLowerings = {
  convolution,
  convolutionInputGradient,
  convolutionKernelGradient,
  convolutionActivation,
  convolutionActivationGradient,
  maxPool,
  maxPoolGradient,
};
