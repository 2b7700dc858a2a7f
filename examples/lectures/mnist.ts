import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Model } from 'gradus';
import { accuracy } from 'gradus/metrics';

/** Handwritten digits: 784 bytes each, row after row, and what they show. */
export interface Digits {
  readonly pixels: Uint8Array;
  readonly labels: Uint8Array;
}

export const PIXELS = 784;
export const CLASSES = 10;

/** Read MNIST's files from a folder of data sets. */
export function readMnist(data: string): { readonly train: Digits; readonly test: Digits } {
  const read = (name: string, headerBytes: number): Uint8Array => {
    const file = gunzipSync(readFileSync(join(data, 'mnist', `${name}-ubyte.gz`)));
    return Uint8Array.from(file.subarray(headerBytes));
  };
  const part = (name: string): Digits => ({
    pixels: read(`${name}-images-idx3`, 16),
    labels: read(`${name}-labels-idx1`, 8),
  });
  return { train: part('train'), test: part('t10k') };
}

/** Grey values from 0 to 1, as inputs of a model. */
export const inputsOf = ({ pixels }: Digits) => ({ values: pixels, width: PIXELS, scale: 1 / 255 });

/** The grey values of some rows. */
export function pixelsOf({ pixels }: Digits, rows: Int32Array) {
  const values = new Uint8Array(rows.length * PIXELS);
  rows.forEach((row, i) => {
    values.set(pixels.subarray(row * PIXELS, (row + 1) * PIXELS), i * PIXELS);
  });
  return { values, width: PIXELS, scale: 1 / 255 };
}

/** Class numbers as rows of zeros with a one. */
export function oneHotOf(labels: Uint8Array, classes = CLASSES) {
  const values = new Float32Array(labels.length * classes);
  labels.forEach((label, row) => {
    values[row * classes + label] = 1;
  });
  return { values, width: classes };
}

/** The share of digits, in per cent, of which the largest output is the right one. */
export async function accuracyOf(model: Model, digits: Digits): Promise<number> {
  const { values } = await model.predict(inputsOf(digits));
  const answers = Array.from(digits.labels, (_, row) => {
    const outputs = values.subarray(row * CLASSES, (row + 1) * CLASSES);
    return outputs.indexOf(Math.max(...outputs));
  });
  return 100 * accuracy(digits.labels, answers);
}
