import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { crc32 } from '../formats/crc32.ts';
import { ShapeError } from '../util/errors.ts';
import { mostConfidentMistakes } from './mistakes.ts';
import { pictureGrid, weightPictures } from './pictures.ts';
import { encodePng, toBase64 } from './png.ts';

/** Read a PNG as a decoder does: chunks with their checks, and zlib's own inflate. */
function decode(png: Uint8Array): { width: number; height: number; palette: Uint8Array; rows: Uint8Array } {
  expect([...png.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  const view = new DataView(png.buffer);
  const chunks = new Map<string, Uint8Array>();
  for (let at = 8; at < png.length; ) {
    const length = view.getUint32(at);
    const body = png.subarray(at + 4, at + 8 + length);
    expect(view.getUint32(at + 8 + length)).toBe(crc32(body));
    chunks.set(String.fromCharCode(...body.subarray(0, 4)), body.slice(4));
    at += 12 + length;
  }
  expect([...chunks.keys()]).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND']);
  const header = new DataView(chunks.get('IHDR')!.buffer);
  expect([...chunks.get('IHDR')!.subarray(8)]).toEqual([8, 3, 0, 0, 0]);
  return {
    width: header.getUint32(0),
    height: header.getUint32(4),
    palette: chunks.get('PLTE')!,
    rows: inflateSync(chunks.get('IDAT')!),
  };
}

const picturesIn = (svg: string) =>
  [...svg.matchAll(/base64,([^"]+)"/g)].map(([, text]) =>
    decode(Uint8Array.from(Buffer.from(text, 'base64'))),
  );

test('a PNG holds what was given, also beyond one stored block', () => {
  for (const [width, height] of [
    [1, 1],
    [3, 2],
    [300, 250],
  ]) {
    // biome-ignore format: pairs
    const pixels = Uint8Array.from({ length: width * height }, (_, i) => (i * 7) % 5);
    const palette = Uint8Array.of(0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9);
    const read = decode(encodePng({ width, height, pixels, palette }));
    expect([read.width, read.height, ...read.palette]).toEqual([width, height, ...palette]);
    for (let y = 0; y < height; y++) {
      const row = read.rows.subarray(y * (width + 1), (y + 1) * (width + 1));
      expect(row[0]).toBe(0);
      expect(row.subarray(1)).toEqual(Buffer.from(pixels.subarray(y * width, (y + 1) * width)));
    }
  }
});

test('Base64 is Node’s', () => {
  for (let length = 0; length < 8; length++) {
    const bytes = Uint8Array.from({ length }, (_, i) => 250 - 31 * i);
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  }
});

const colorsOf = ({ rows, palette, width }: ReturnType<typeof decode>): number[][] =>
  [...rows]
    .filter((_, i) => i % (width + 1) !== 0)
    .map((shade) => [...palette.subarray(3 * shade, 3 * shade + 3)]);

test('grey goes from the least to the greatest number of all pictures, or of each', () => {
  const pictures = [{ width: 2, values: [0, 1] }, { width: 2, values: [1, 3] }]; // biome-ignore format: a list
  const shared = picturesIn(pictureGrid(pictures, { title: 'grey' })).map(colorsOf);
  expect(shared[0][0]).toEqual([0, 0, 0]);
  expect(shared[1][1]).toEqual([255, 255, 255]);
  expect(shared[0][1]).toEqual(shared[1][0]);
  const each = picturesIn(pictureGrid(pictures, { title: 'grey', scale: 'each' })).map(colorsOf);
  for (const picture of each) expect(picture).toEqual([[0, 0, 0], [255, 255, 255]]); // biome-ignore format: colours
});

test('diverging colours have 0 in the middle', () => {
  const [colors] = picturesIn(
    pictureGrid([{ width: 5, values: [-2, 0, 1, 2, Number.NaN] }], { title: 't', colors: 'diverging' }),
  ).map(colorsOf);
  expect(colors[0]).toEqual([33, 102, 172]);
  expect(colors[1]).toEqual([247, 247, 247]);
  expect(colors[2]).toEqual([239, 138, 98]);
  expect(colors[3]).toEqual([178, 24, 43]);
  expect(colors[4]).toEqual([247, 247, 247]);
  const [flat] = picturesIn(
    pictureGrid([{ width: 1, values: [0] }], { title: 't', colors: 'diverging' }),
  ).map(colorsOf);
  expect(flat).toEqual([[247, 247, 247]]);
});

test('captions and titles are escaped; no pictures give an empty grid', () => {
  const svg = pictureGrid([{ width: 1, values: [1], caption: '<4 & "9"' }], { title: 'a < b' });
  expect(svg).toContain('&#60;4 &#38; &#34;9&#34;');
  expect(svg).toContain('aria-label="a &#60; b"');
  expect(pictureGrid([], { title: 'none' })).not.toContain('<image');
});

test('weights are laid out as the pictures that a unit reads', () => {
  // [6 pixels, 2 units]
  const dense = {
    name: 'dense/kernel',
    shape: [6, 2],
    values: Float32Array.from({ length: 12 }, (_, i) => i),
  };
  const [first, second] = weightPictures(dense, { width: 3 });
  expect([...(first.values as Float64Array)]).toEqual([0, 2, 4, 6, 8, 10]);
  expect([...(second.values as Float64Array)]).toEqual([1, 3, 5, 7, 9, 11]);
  expect(weightPictures(dense, { width: 3, count: 1 })).toHaveLength(1);
  // [2 rows, 2 columns, 2 channels, 3 units]
  const conv = {
    name: 'conv/kernel',
    shape: [2, 2, 2, 3],
    values: Float32Array.from({ length: 24 }, (_, i) => i),
  };
  const pictures = weightPictures(conv);
  expect(pictures).toHaveLength(6);
  expect([...(pictures[3].values as Float64Array)]).toEqual([4, 10, 16, 22]);
  expect(pictures[3]).toMatchObject({ width: 2, caption: 'unit 2, 2' });
  expect(() => weightPictures(dense)).toThrow('Give `width`');
  expect(() => weightPictures(dense, { width: 4 })).toThrow(ShapeError);
});

test('wrong pictures and options are refused', () => {
  expect(() => pictureGrid([{ width: 2, values: [1, 2, 3] }], { title: 't' })).toThrow(
    'picture 1 of 3 values',
  );
  expect(() => pictureGrid([], { title: 't', colors: 'rainbow' as never })).toThrow("'rainbow'");
  expect(() => pictureGrid([], { title: 't', columns: 0 })).toThrow('columns is 0');
});

test('mistakes come the most confident first, for two classes from one probability too', () => {
  const values = Float32Array.of(0.5, 0.25, 0.25, 0, 1, 0, 0.125, 0.125, 0.75, 0.25, 0.75, 0);
  const found = mostConfidentMistakes({ values, shape: [4, 3] }, [0, 2, 1, 0]);
  expect(found.map(({ row, predicted }) => [row, predicted])).toEqual([[1, 1], [2, 2], [3, 1]]); // biome-ignore format: pairs
  expect(found[1]).toEqual({ row: 2, target: 1, predicted: 2, probability: 0.75, targetProbability: 0.125 });
  expect(mostConfidentMistakes({ values, shape: [4, 3] }, [0, 2, 1, 0], { count: 1 })).toHaveLength(1);
  const bits = { values: Float32Array.of(0.75, 0.125, 0.25), shape: [3, 1] };
  expect(mostConfidentMistakes(bits, [0, 1, 0]).map(({ row, probability }) => [row, probability])).toEqual([[1, 0.875], [0, 0.75]]); // biome-ignore format: pairs
  expect(() => mostConfidentMistakes(bits, [1])).toThrow('3 rows and 1 targets');
  expect(() => mostConfidentMistakes(bits, undefined as never)).toThrow('no targets');
  expect(() => mostConfidentMistakes([[1, 0]] as never, [1])).toThrow(
    'Expected the result of predictProbabilities',
  );
  expect(() => weightPictures([1] as never)).toThrow('a list for a kernel');
});
