import { ArgumentError, ShapeError } from '../../util/errors.ts';
import { Field, plainField } from '../../util/fields.ts';
import { describeValue } from '../../util/options.ts';
import { type Dimension, formatShape, isRows, type Shape } from '../../util/shape.ts';

/** A size along the height and the width: one number for both, or two. */
export type ImageSize = number | readonly [height: number, width: number];

/**
 * What is added around an image: nothing (`valid`), as many cells as make the output ⌈size/stride⌉ large, an odd one at
 * the end (`same`), or a number of cells: on all sides; above and below, left and right; or [[above, below], [left, right]].
 */
export type ImagePadding =
  | 'valid'
  | 'same'
  | ImageSize
  | readonly [readonly [above: number, below: number], readonly [left: number, right: number]];

/**
 * What is added around a series: `valid` and `same` as for images, `causal` for as many steps in front that no output
 * sees a later input, or a number of steps: on both sides, or [before, after].
 */
export type SeriesPadding = 'valid' | 'same' | 'causal' | number | readonly [before: number, after: number];

/** Two sizes or counts: along the height and the width, or before and after. */
export type Pair = readonly [number, number];

/** Cells before and after one axis, or the rule by which they are found. */
export type AxisPadding = 'valid' | 'same' | 'causal' | readonly [number, number];

const isCount = (value: unknown, least: number): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least;

/** Read a size along both axes. */
export function sizePair(name: string, value: unknown): Pair {
  const [height, width, ...others]: readonly unknown[] = Array.isArray(value) ? value : [value, value];
  if (others.length === 0 && isCount(height, 1) && isCount(width, 1)) return [height, width];
  throw new ArgumentError({
    received: `${name} ${Array.isArray(value) ? `[${value.map(describeValue).join(', ')}]` : describeValue(value)}`,
    expected: 'a whole number of at least 1, or two: height and width',
  });
}

const isCells = (value: unknown): value is Pair =>
  Array.isArray(value) && value.length === 2 && value.every((cells) => isCount(cells, 0));

/** Read the padding of both axes of an image. */
export function imagePadding(value: unknown): readonly [AxisPadding, AxisPadding] {
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
  const [down, across, ...others]: readonly unknown[] = Array.isArray(value) ? value : [];
  if (others.length === 0 && isCells(down) && isCells(across)) return [down, across];
  throw new ArgumentError({
    received: `the padding ${JSON.stringify(value)}`,
    expected: "'valid', 'same', a whole number, [height, width] or [[above, below], [left, right]]",
  });
}

/** Read the padding of a series. */
export function seriesPadding(value: unknown): AxisPadding {
  if (value === 'valid' || value === 'same' || value === 'causal') return value;
  if (isCount(value, 0)) return [value, value];
  if (isCells(value)) return value;
  throw new ArgumentError({
    received: `the padding ${JSON.stringify(value)}`,
    expected: "'valid', 'same', 'causal', a whole number or [before, after]",
  });
}

/** A size along both axes of an image; JSON holds two numbers. */
export const imageSizeField = (): Field<ImageSize, Pair> =>
  new Field({ read: (value, name) => sizePair(name, value), write: (pair) => pair }, 'required');

/** The padding of an image. */
export const imagePaddingField = (): Field<ImagePadding> =>
  plainField((value): asserts value is ImagePadding => {
    imagePadding(value);
  });

/** The padding of a series. */
export const seriesPaddingField = (): Field<SeriesPadding> =>
  plainField((value): asserts value is SeriesPadding => {
    seriesPadding(value);
  });

/** The padding of a series, in front of which no output waits for its inputs. */
export const plainPaddingField = (): Field<Exclude<SeriesPadding, 'causal'>> =>
  plainField((value): asserts value is Exclude<SeriesPadding, 'causal'> => {
    if (seriesPadding(value) !== 'causal') return;
    throw new ArgumentError({
      received: "the padding 'causal'",
      expected: "'valid', 'same', a whole number or [before, after]",
      remedy: 'Use causal padding in conv1d',
    });
  });

/** The cells around an image, as many on each side as are asked for; JSON holds all four numbers. */
export const zeroCellsField = (): Field<Exclude<ImagePadding, 'same'>, readonly [Pair, Pair]> =>
  new Field(
    {
      read(value) {
        const [down, across] = imagePadding(value);
        if (isCells(down) && isCells(across)) return [down, across];
        if (value === 'valid') return [NONE, NONE];
        throw new ArgumentError({
          received: "the padding 'same' of zeroPadding2d",
          expected: 'a whole number, [height, width] or [[above, below], [left, right]]',
        });
      },
      write: (cells) => cells,
    },
    'required',
  );

const NONE: Pair = [0, 0];

/** Cells that a window of a size covers where its cells stand `dilation` apart. */
export const reachOf = (size: number, dilation: number): number => (size - 1) * dilation + 1;

/** The cells before and after an axis of a size, seen by a window of a reach. */
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
