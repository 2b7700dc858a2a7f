import { ArgumentError, ShapeError } from '../../util/errors.ts';
import { describeValue } from '../../util/options.ts';
import { type Dimension, formatShape, isRows, type Shape } from '../../util/shape.ts';

/** A size along the height and the width: one number for both, or two. */
export type ImageSize = number | readonly [height: number, width: number];

/**
 * What is imagined around an image: nothing (`valid`), as many cells as make the output ⌈size/stride⌉ large, the odd one
 * behind (`same`), or so many cells: on all sides; above and below, left and right; or [[above, below], [left, right]].
 */
export type ImagePadding =
  | 'valid'
  | 'same'
  | ImageSize
  | readonly [readonly [above: number, below: number], readonly [left: number, right: number]];

/**
 * What is imagined around a series: `valid` and `same` as of images, `causal` for as many cells in front that no output
 * sees a later input, or so many cells: on both sides, or [before, behind].
 */
export type SeriesPadding = 'valid' | 'same' | 'causal' | number | readonly [before: number, behind: number];

/** Cells before and behind one axis, or the rule by which they are found. */
export type AxisPadding = 'valid' | 'same' | 'causal' | readonly [number, number];

const isCount = (value: unknown, least: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least;

/** Read a size along both axes. */
export function sizePair(name: string, value: ImageSize): readonly [number, number] {
  const pair = Array.isArray(value) ? (value as readonly number[]) : [value, value];
  if (pair.length === 2 && pair.every((size) => isCount(size, 1)))
    return [pair[0] as number, pair[1] as number];
  throw new ArgumentError({
    received: `${name} ${Array.isArray(value) ? `[${value.map(describeValue).join(', ')}]` : describeValue(value)}`,
    expected: 'a whole number of at least 1, or two: height and width',
  });
}

const isCells = (value: unknown): value is readonly [number, number] =>
  Array.isArray(value) && value.length === 2 && value.every((cells) => isCount(cells, 0));

/** Read the padding of both axes of an image. */
export function imagePadding(value: ImagePadding): readonly [AxisPadding, AxisPadding] {
  if (value === 'valid' || value === 'same') return [value, value];
  if (isCount(value, 0)) {
    return [
      [value, value],
      [value, value],
    ];
  }
  if (isCells(value)) {
    return [
      [value[0], value[0]],
      [value[1], value[1]],
    ];
  }
  if (Array.isArray(value) && value.length === 2 && value.every(isCells)) return [value[0], value[1]];
  throw new ArgumentError({
    received: `the padding ${JSON.stringify(value)}`,
    expected: "'valid', 'same', a whole number, [height, width] or [[above, below], [left, right]]",
  });
}

/** Read the padding of a series. */
export function seriesPadding(value: SeriesPadding): AxisPadding {
  if (value === 'valid' || value === 'same' || value === 'causal') return value;
  if (isCount(value, 0)) return [value, value];
  if (isCells(value)) return value;
  throw new ArgumentError({
    received: `the padding ${JSON.stringify(value)}`,
    expected: "'valid', 'same', 'causal', a whole number or [before, behind]",
  });
}

/** Cells that a window of a size covers where its cells stand `dilation` apart. */
export const reachOf = (size: number, dilation: number): number => (size - 1) * dilation + 1;

/** The cells before and behind an axis of a size, seen by a window of a reach. */
export function paddedCells(
  padding: AxisPadding,
  size: number,
  reach: number,
  stride: number,
): readonly [number, number] {
  if (padding === 'valid') return [0, 0];
  if (padding === 'causal') return [reach - 1, 0];
  if (padding !== 'same') return padding;
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
  const before = Math.floor(total / 2);
  return [before, total - before];
}

/** The shape of images, [rows, height, width, channels], that a layer is called on. */
export function imageShape(shape: Shape, what: string): readonly [Dimension, number, number, number] {
  const [rows, ...image] = shape;
  if (image.length === 3 && isRows(rows) && !image.some(isRows)) return [rows, image[0], image[1], image[2]];
  throw new ShapeError({
    received: `an input of shape ${formatShape(shape)} for ${what}`,
    expected: '[rows, height, width, channels]',
    remedy: 'Put reshape([height, width, channels]) in front of it; grey images have 1 channel',
  });
}

/** The shape of series, [rows, length, channels], that a layer is called on. */
export function seriesShape(shape: Shape, what: string): readonly [Dimension, number, number] {
  const [rows, ...series] = shape;
  if (series.length === 2 && isRows(rows) && !series.some(isRows)) return [rows, series[0], series[1]];
  throw new ShapeError({
    received: `an input of shape ${formatShape(shape)} for ${what}`,
    expected: '[rows, length, channels]',
    remedy: 'Put reshape([length, channels]) in front of it; a series of single numbers has 1 channel',
  });
}
