import { crc32 } from '../formats/crc32.ts';

/** A small picture of palette colours, as PNG takes it. */
export interface PalettePicture {
  readonly width: number;
  readonly height: number;
  /** The number of each pixel's colour, row after row. */
  readonly pixels: Uint8Array;
  /** Colours, three bytes each: red, green, blue. 256 at most. */
  readonly palette: Uint8Array;
}

/** The most bytes that a stored block of deflate may hold. */
const BLOCK = 65_535;

const number = (value: number): number[] =>
  [value >>> 24, value >>> 16, value >>> 8, value].map((x) => x & 255);

/** Write a picture as PNG (ISO/IEC 15948) of one byte a pixel, which is stored and not compressed. */
export function encodePng({ width, height, pixels, palette }: PalettePicture): Uint8Array {
  const rows = new Uint8Array(height * (width + 1));
  // Each row begins with its filter: 0, none.
  for (let y = 0; y < height; y++) rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
    // Depth 8, colour type 3 (palette), and the only compression, filtering and interlacing there is.
    ...chunk('IHDR', [...number(width), ...number(height), 8, 3, 0, 0, 0]),
    ...chunk('PLTE', [...palette]),
    ...chunk('IDAT', stored(rows)),
    ...chunk('IEND', []),
  ]);
}

function chunk(type: string, data: readonly number[]): number[] {
  const body = [...Array.from(type, (letter) => letter.charCodeAt(0)), ...data];
  return [...number(data.length), ...body, ...number(crc32(Uint8Array.from(body)))];
}

/** Wrap bytes as zlib (RFC 1950) with stored blocks (RFC 1951, 3.2.4) and Adler's checksum. */
function stored(bytes: Uint8Array): number[] {
  const out = [0x78, 0x01];
  for (let at = 0; at < bytes.length; at += BLOCK) {
    const block = bytes.subarray(at, at + BLOCK);
    const isLast = at + BLOCK >= bytes.length;
    const { length } = block;
    out.push(isLast ? 1 : 0, length & 255, length >>> 8, ~length & 255, (~length >>> 8) & 255, ...block);
  }
  let [a, b] = [1, 0];
  for (const byte of bytes) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return [...out, ...number(((b << 16) | a) >>> 0)];
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Write bytes as Base64 (RFC 4648). */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [first, second = 0, third = 0] = bytes.subarray(i, i + 3);
    const bits = (first << 16) | (second << 8) | third;
    const letters = [18, 12, 6, 0].map((shift) => LETTERS[(bits >>> shift) & 63]);
    const missing = Math.max(0, i + 3 - bytes.length);
    text += letters.slice(0, 4 - missing).join('') + '='.repeat(missing);
  }
  return text;
}
