import type { Matrix } from '../data/matrix.ts';
import { ArgumentError } from '../util/errors.ts';

/** The numbers of a matrix as they are meant: bytes scaled and shifted. */
export function realValues({ values, scale = 1, shift = 0 }: Matrix): Float32Array | Float64Array {
  return values instanceof Uint8Array ? Float64Array.from(values, (byte) => scale * byte + shift) : values;
}

/** Refuse a matrix whose size is not rows × width, or that has no rows to learn from. */
export function checkTraining({ values, rows, width }: Matrix, targets: ArrayLike<number>): void {
  if (rows > 0 && targets.length === rows && values.length === rows * width) return;
  throw new ArgumentError({
    received: `${values.length} values for ${rows} rows × ${width}, and ${targets.length} targets`,
    expected: 'rows × width values, a target for each row, and at least one row',
  });
}

/** Refuse a matrix of another width than the one learned from. */
export function checkWidth({ values, rows, width }: Matrix, expected: number): void {
  if (width === expected && values.length === rows * width) return;
  throw new ArgumentError({
    received: `${values.length} values for ${rows} rows × ${width}`,
    expected: `rows × ${expected}, as in training`,
  });
}
