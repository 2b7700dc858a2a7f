import type { NamedTensor } from '../train/state.ts';
import { ArgumentError, ShapeError } from '../util/errors.ts';
import { describeValue, isRecord, requireCount, requireOptions } from '../util/options.ts';
import { formatShape } from '../util/shape.ts';
import { encodePng, toBase64 } from './png.ts';

/** An image with one value per pixel. */
export interface Picture {
  /** Pixels per row. */
  readonly width: number;
  /** The values, row after row. */
  readonly values: ArrayLike<number>;
  /** A short caption. Default none. */
  readonly caption?: string | undefined;
}

/** How values become colours: black to white, or blue over white (0) to red. */
export type PictureColors = 'grey' | 'diverging';

/** Options of `pictureGrid`. */
export interface PictureGridOptions {
  /** The title, also the label for screen readers. */
  readonly title: string;
  /** Pictures per row. Default 10. */
  readonly columns?: number | undefined;
  /** Size of a picture's side on the page, in px. Default 64. */
  readonly size?: number | undefined;
  /** Default `grey`. */
  readonly colors?: PictureColors | undefined;
  /**
   * Whether all pictures share one scale, so that they can be compared, or each has its own. Default `shared`.
   */
  readonly scale?: 'shared' | 'each' | undefined;
}

const options = { title: true, columns: true, size: true, colors: true, scale: true } as const;

/** From blue to red over a light grey, told apart with any kind of colour vision (ColorBrewer's RdBu, Harrower & Brewer 2003). */
const DIVERGING = [
  [33, 102, 172],
  [103, 169, 207],
  [247, 247, 247],
  [239, 138, 98],
  [178, 24, 43],
] as const;
const GREY = [
  [0, 0, 0],
  [255, 255, 255],
] as const;

/** Colours of a palette; an odd count, so that 0 has one of its own. */
const SHADES = 65;

/**
 * Draw pictures in a grid, as a self-contained SVG: misclassified digits, or the weights of a layer.
 *
 * `grey` goes from the smallest value, black, to the largest, white; `diverging` from −m, blue, over 0 to m, red, where
 * m is the largest magnitude. Pixels stay sharp.
 *
 * @param pictures - The pictures; the number of values of each is a multiple of its width.
 * @param settings - Title, columns, size, colours, scale.
 * @returns SVG text.
 * @throws ArgumentError for invalid options, ShapeError for a picture that is no rectangle.
 * @example
 * import { pictureGrid } from 'gradus/inspect';
 * const svg = pictureGrid([{ width: 2, values: [0, 1, 1, 0], caption: 'a cross' }], { title: 'One picture' });
 * svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"'); // true
 */
export function pictureGrid(pictures: readonly Picture[], settings: PictureGridOptions): string {
  requireOptions(settings, options, 'pictureGrid');
  const { title, columns = 10, size = 64, colors = 'grey', scale = 'shared' } = settings;
  requireCount('columns', columns, 1);
  requireCount('size', size, 1);
  requireChoice('colors', colors, ['grey', 'diverging']);
  requireChoice('scale', scale, ['shared', 'each']);
  pictures.forEach(requireRectangle);
  const all = rangeOf(pictures, colors);
  const palette = paletteOf(colors === 'grey' ? GREY : DIVERGING);
  const [across, down] = [size + 8, size + (pictures.some(({ caption }) => caption) ? 22 : 8)];
  const width = 8 + Math.max(1, Math.min(columns, pictures.length)) * across;
  const height = 30 + Math.ceil(pictures.length / columns) * down;
  const cells = pictures.map((picture, i) => {
    const [x, y] = [8 + (i % columns) * across, 28 + Math.floor(i / columns) * down];
    const png = encodePng({
      width: picture.width,
      height: picture.values.length / picture.width,
      pixels: shadesOf(picture, scale === 'each' ? rangeOf([picture], colors) : all),
      palette,
    });
    const image = `<image x="${x}" y="${y}" width="${size}" height="${size}" style="image-rendering:pixelated" href="data:image/png;base64,${toBase64(png)}"/>`;
    const { caption } = picture;
    if (!caption) return image;
    return `${image}\n<text x="${x + size / 2}" y="${y + size + 12}" text-anchor="middle">${escaped(caption)}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="10" fill="#1f2937" role="img" aria-label="${escaped(title)}">`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    `<text x="8" y="18" font-size="13" font-weight="600">${escaped(title)}</text>`,
    ...cells,
    '</svg>\n',
  ].join('\n');
}

/** Options of `weightPictures`. */
export interface WeightPicturesOptions {
  /** Pixels a row of the pictures that a dense layer reads; a convolution's kernel brings its own. */
  readonly width?: number | undefined;
  /** The maximum number of pictures, for the first units. Default all. */
  readonly count?: number | undefined;
}

/**
 * Show the weights of each unit of a first layer as an image, in the layout of its input.
 *
 * @param kernel - A dense layer's kernel, [pixels, units], or a convolution's, [rows, columns, channels, units], of which
 *   each channel gives a picture; `model.getWeights()` has them.
 * @param settings - Width of the pictures, how many units.
 * @returns Pictures for `pictureGrid`, best with `colors: 'diverging'`.
 * @throws ArgumentError for anything but a kernel; ShapeError for a kernel of another shape, or a width that does not fit.
 * @example
 * import { dense, sequential } from 'gradus';
 * import { weightPictures } from 'gradus/inspect';
 * const model = sequential([dense(3, { kernelInitializer: 'ones' })], { inputShape: [4] });
 * const pictures = weightPictures(model.getWeights()[0], { width: 2 });
 * pictures.length; // 3
 * pictures[0].values; // [1, 1, 1, 1]
 */
export function weightPictures(kernel: NamedTensor, settings: WeightPicturesOptions = {}): Picture[] {
  requireOptions(settings, { width: true, count: true }, 'weightPictures');
  if (!isRecord(kernel) || !Array.isArray(kernel.shape)) {
    throw new ArgumentError({
      received: `${describeValue(kernel)} for a kernel`,
      expected: 'one of the tensors that getWeights returns',
    });
  }
  const { shape, values } = kernel;
  const isDense = shape.length === 2;
  const units = shape[shape.length - 1];
  const { width = isDense ? 0 : shape[1], count = units } = settings;
  requireCount('count', count, 1);
  const pixels = isDense ? shape[0] : shape[0] * shape[1];
  if (!((isDense || shape.length === 4) && Number.isInteger(pixels / width))) {
    throw new ShapeError({
      received: `a kernel of shape ${formatShape(shape)} and pictures of width ${width}`,
      expected: '[pixels, units] with a width that divides the pixels, or [rows, columns, channels, units]',
      ...(isDense && { remedy: 'Give `width`, as { width: 28 }' }),
    });
  }
  const channels = isDense ? 1 : shape[2];
  return Array.from({ length: Math.min(count, units) * channels }, (_, i) => {
    const [unit, channel] = [Math.floor(i / channels), i % channels];
    const caption = `unit ${unit + 1}${channels > 1 ? `, ${channel + 1}` : ''}`;
    const at = (pixel: number): number => values[(pixel * channels + channel) * units + unit];
    return { width, values: Float64Array.from({ length: pixels }, (_x, pixel) => at(pixel)), caption };
  });
}

function requireChoice(name: string, value: string, names: readonly string[]): void {
  if (names.includes(value)) return;
  throw new ArgumentError({
    received: `${name} ${describeValue(value)}`,
    expected: names.map((known) => `'${known}'`).join(' or '),
  });
}

function requireRectangle({ width, values }: Picture, i: number): void {
  if (width >= 1 && values.length > 0 && Number.isInteger(values.length / width)) return;
  throw new ShapeError({
    received: `picture ${i + 1} of ${values.length} values with width ${width}`,
    expected: 'whole rows',
  });
}

/** The numbers of the first and of the last colour. What is not finite is left out. */
function rangeOf(pictures: readonly Picture[], colors: PictureColors): readonly [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { values } of pictures) {
    for (let i = 0; i < values.length; i++) {
      if (!Number.isFinite(values[i])) continue;
      least = Math.min(least, values[i]);
      most = Math.max(most, values[i]);
    }
  }
  if (colors === 'grey') return [least, most];
  const magnitude = Math.max(Math.abs(least), Math.abs(most));
  return [-magnitude, magnitude];
}

/** The shade of every pixel; the middle one where the range is empty or a number is not finite. */
function shadesOf({ values }: Picture, [least, most]: readonly [number, number]): Uint8Array {
  return Uint8Array.from(values, (value) => {
    const place = (value - least) / (most - least);
    return Math.round((SHADES - 1) * (Number.isFinite(place) ? Math.min(1, Math.max(0, place)) : 0.5));
  });
}

/** Shades between colours that stand at equal distances. */
function paletteOf(colors: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from({ length: 3 * SHADES }, (_, i) => {
    const place = (Math.floor(i / 3) / (SHADES - 1)) * (colors.length - 1);
    const from = Math.min(Math.floor(place), colors.length - 2);
    const [a, b] = [colors[from][i % 3], colors[from + 1][i % 3]];
    return Math.round(a + (place - from) * (b - a));
  });
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
