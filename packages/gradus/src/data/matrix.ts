/** A matrix in one typed array. */
export interface Matrix {
  /** rows × width numbers, row after row. */
  readonly values: Float32Array | Float64Array | Uint8Array;
  /** Numbers a row. */
  readonly width: number;
  /** How many rows. */
  readonly rows: number;
  /** Bytes are read as scale·byte + shift. Default 1. */
  readonly scale?: number;
  /** Default 0. */
  readonly shift?: number;
}
