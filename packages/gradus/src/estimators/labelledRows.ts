import { type Label, sortedLabels } from '../metrics/labels.ts';
import { type MatrixLike, toMatrix } from '../models/inputs/inputs.ts';
import { DataError, ShapeError } from '../util/errors.ts';
import { describeValue, isRecord } from '../util/options.ts';
import { realValues } from './trainingMatrix.ts';

/** Rows of floats. */
export interface Rows {
  /** rows × width values, row after row. */
  readonly values: Float32Array | Float64Array;
  readonly rows: number;
  readonly width: number;
}

/** Rows with the class of each. */
export interface LabelledRows extends Rows {
  /** The different labels: numbers in numeric order, then false and true, then strings by code unit. */
  readonly classes: readonly Label[];
  /** The position of each row's label among the classes. */
  readonly positions: Int32Array;
}

/** Copy a matrix into float64; a width of its own is checked. */
export function readRows(x: MatrixLike, width?: number): Rows {
  const matrix = toMatrix(x, 'x', width !== undefined);
  const values = Float64Array.from(realValues(matrix));
  if (width !== undefined && matrix.rows > 0 && matrix.width !== width) {
    throw new ShapeError({
      received: `x with ${matrix.width} values per row`,
      expected: `${width}, as in training`,
    });
  }
  return { values, rows: matrix.rows, width: width ?? matrix.width };
}

/** Read rows and the label of each; refuses labels that are missing, and rows of one class. */
export function readLabelled(x: MatrixLike, y: ArrayLike<Label>): LabelledRows {
  const matrix = readRows(x);
  requireTargets(y, matrix.rows);
  for (let row = 0; row < matrix.rows; row++) {
    const label: unknown = y[row];
    const isLabel = ['number', 'string', 'boolean'].includes(typeof label) && !Number.isNaN(label);
    if (isLabel) continue;
    throw new DataError(
      {
        received: `the label ${describeValue(label)} in row ${row + 1} of y`,
        expected: 'a number, a string or a boolean',
      },
      { row: row + 1 },
    );
  }
  const classes = sortedLabels(y);
  if (classes.length < 2) {
    throw new DataError({
      received: `y in which every label is ${describeValue(classes[0])}`,
      expected: 'two classes or more',
      remedy: 'Look at how y was made',
    });
  }
  const places = new Map(classes.map((label, position) => [label, position]));
  const positions = Int32Array.from({ length: matrix.rows }, (_, row) => places.get(y[row])!);
  return { ...matrix, classes, positions };
}

/** Read rows and the number that belongs to each. */
export function readValued(x: MatrixLike, y: ArrayLike<number>): Rows & { readonly targets: Float64Array } {
  const matrix = readRows(x);
  requireTargets(y, matrix.rows);
  const targets = Float64Array.from({ length: matrix.rows }, (_, row) => {
    const value: unknown = y[row];
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    throw new DataError(
      { received: `${describeValue(value)} in row ${row + 1} of y`, expected: 'a finite number' },
      { row: row + 1 },
    );
  });
  return { ...matrix, targets };
}

function requireTargets(y: unknown, rows: number): void {
  const isList = Array.isArray(y) || (ArrayBuffer.isView(y) && !isRecord(y));
  if (isList && (y as ArrayLike<unknown>).length === rows) return;
  throw new DataError({
    received: `${isList ? `${(y as ArrayLike<unknown>).length} labels` : describeValue(y)} as y for ${rows} rows of x`,
    expected: 'a list with one for each row',
  });
}
