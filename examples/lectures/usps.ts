import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Cells of a digit, 16 × 16. */
export const CELLS = 256;

/** Digits of letters, 256 grey values from −1 to 1 each, row after row, and what they show. */
export interface PostalDigits {
  readonly cells: Float32Array;
  readonly labels: Uint8Array;
}

/** Read the digits of the United States Postal Service, as LeCun et al. 1989 used them, from a folder of data sets. */
export function readUsps(data: string): { readonly train: PostalDigits; readonly test: PostalDigits } {
  const part = (name: string): PostalDigits => {
    const text = gunzipSync(readFileSync(join(data, 'usps', `zip.${name}.gz`))).toString('utf8');
    const rows = text
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number));
    return {
      cells: Float32Array.from(rows.flatMap((row) => row.slice(1))),
      labels: Uint8Array.from(rows, ([label]) => label),
    };
  };
  return { train: part('train'), test: part('test') };
}
