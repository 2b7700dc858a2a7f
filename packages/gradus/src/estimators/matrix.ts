import { ArgumentError } from '../util/errors.ts';

/** A matrix of features, row after row. */
export interface Features {
  /** rows × width numbers. */
  readonly features: Float32Array | Float64Array;
  /** How many rows. */
  readonly rows: number;
  /** How many features a row has. */
  readonly width: number;
}

/** Refuse a matrix whose size is not rows × width, or that has no rows to learn from. */
export function checkTraining({ features, rows, width }: Features, targets: ArrayLike<number>): void {
  if (rows > 0 && targets.length === rows && features.length === rows * width) return;
  throw new ArgumentError({
    received: `${features.length} features for ${rows} rows × ${width}, and ${targets.length} targets`,
    expected: 'rows × width features, a target for each row, and at least one row',
  });
}

/** Refuse a matrix of another width than the one learnt from. */
export function checkWidth({ features, rows, width }: Features, expected: number): void {
  if (width === expected && features.length === rows * width) return;
  throw new ArgumentError({
    received: `${features.length} features for ${rows} rows × ${width}`,
    expected: `rows × ${expected}, as in training`,
  });
}
