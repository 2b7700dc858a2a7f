import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Handwritten digits: 784 bytes each, row after row, and what they show. */
export interface Digits {
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

/** Read MNIST's files from a folder. */
export function readMnist(folder: string): { readonly train: Digits; readonly test: Digits } {
  const read = (name: string, headerBytes: number): Uint8Array => {
    const file = gunzipSync(readFileSync(join(folder, `${name}-ubyte.gz`)));
    return Uint8Array.from(file.subarray(headerBytes));
  };
  const part = (name: string): Digits => ({
    pixels: read(`${name}-images-idx3`, 16),
    labels: read(`${name}-labels-idx1`, 8),
  });
  return { train: part('train'), test: part('t10k') };
}
