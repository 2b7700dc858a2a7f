import { ArgumentError, DataError, ShapeError } from '../util/errors.ts';

/** Rows of numbers: lists of lists, or one typed array with the count of numbers a row. */
export type MatrixLike =
  | readonly ArrayLike<number>[]
  | {
      /** All numbers, row after row. Bytes stay bytes in memory. */
      readonly values: Float32Array | Float64Array | Uint8Array;
      /** Numbers a row. */
      readonly width: number;
      /** Bytes are read as scale·byte + shift. Default 1. */
      readonly scale?: number;
      /** Default 0. */
      readonly shift?: number;
    };

/** Targets: one number a row (class numbers 0 … C − 1, 0 or 1, or values), or rows of numbers. */
export type TargetsLike = ArrayLike<number> | MatrixLike;

/** The inputs of a model: a matrix; for a model of several inputs, one matrix by the name of each. */
export type InputsLike = MatrixLike | Readonly<Record<string, MatrixLike>>;

/** Inputs with their targets. */
export interface Dataset {
  /** The inputs, one row a sample. */
  readonly x: InputsLike;
  /** The targets, as many rows. */
  readonly y: TargetsLike;
}

/** A checked matrix. */
export interface Matrix {
  readonly values: Float32Array | Float64Array | Uint8Array;
  readonly width: number;
  readonly rows: number;
  readonly scale?: number;
  readonly shift?: number;
}

/** Whether a value is a matrix given as one array and a width. */
const isFlat = (x: unknown): x is Exclude<MatrixLike, readonly ArrayLike<number>[]> =>
  typeof x === 'object' && x !== null && 'values' in x && 'width' in x && ArrayBuffer.isView(x.values);

const isList = (x: unknown): x is ArrayLike<unknown> =>
  Array.isArray(x) || (ArrayBuffer.isView(x) && !(x instanceof DataView));

/** Check a matrix and bring it into one array; `name` is how messages call it. */
export function toMatrix(x: MatrixLike, name: string): Matrix {
  if (isFlat(x)) {
    const { values, width } = x;
    if (!(Number.isInteger(width) && width >= 1) || values.length % width !== 0) {
      throw new ShapeError({
        received: `${name} of ${values.length} values with width ${width}`,
        expected: 'a whole number of rows',
      });
    }
    if (!(values instanceof Uint8Array)) requireFinite(values, width, name);
    return { ...x, rows: requireRows(values.length / width, name) };
  }
  if (!Array.isArray(x)) {
    throw new ArgumentError({
      received: `${name} that is ${describe(x)}`,
      expected: 'a list of rows, or { values, width } with a typed array',
    });
  }
  const rows = requireRows(x.length, name);
  const first: unknown = x[0];
  if (!isList(first)) {
    throw new ShapeError({
      received: `${name} whose first row is ${describe(first)}`,
      expected: 'a list of rows, each a list of numbers',
      remedy: 'Write [[1], [2], [3]] for one number a row',
    });
  }
  const width = first.length;
  const values = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const numbers: ArrayLike<number> = x[row];
    if (!isList(numbers) || numbers.length !== width) {
      throw new DataError(
        {
          received: `${name} with ${isList(numbers) ? `${numbers.length} numbers` : describe(numbers)} in row ${row + 1}`,
          expected: `${width} numbers, as in row 1`,
        },
        { row: row + 1 },
      );
    }
    for (let column = 0; column < width; column++) values[row * width + column] = toNumber(numbers[column]);
  }
  requireFinite(values, width, name);
  return { values, width, rows };
}

/** Anything that is no number becomes NaN, which is refused with its place. */
const toNumber = (value: unknown): number =>
  typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : Number.NaN;

const describe = (value: unknown): string =>
  value === null || value === undefined ? String(value) : `a ${typeof value}`;

function requireRows(rows: number, name: string): number {
  if (rows > 0) return rows;
  throw new DataError({ received: `${name} without rows`, expected: 'at least one row' });
}

function requireFinite(values: ArrayLike<number>, width: number, name: string): void {
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(Math.fround(values[i]))) continue;
    const row = Math.floor(i / width) + 1;
    const column = String((i % width) + 1);
    const isHuge = Number.isFinite(values[i]);
    throw new DataError(
      {
        received: `${values[i]} in row ${row}, column ${column} of ${name}`,
        expected: isHuge ? 'a number that float32 can hold, below 3.4e38' : 'a finite number',
        remedy: isHuge ? 'Scale that column' : 'Impute or remove it',
      },
      { row, column },
    );
  }
}

/** Check the inputs of a model: one matrix an input, all with as many rows. */
export function toInputs(
  x: InputsLike,
  inputs: readonly { readonly name: string; readonly width: number | undefined }[],
): { readonly matrices: ReadonlyMap<string, Matrix>; readonly rows: number } {
  const matrices = new Map<string, Matrix>();
  for (const { name, width } of inputs) {
    const isOnly = inputs.length === 1;
    const own = isOnly && (Array.isArray(x) || isFlat(x)) ? x : (x as Record<string, MatrixLike>)?.[name];
    if (own === undefined) {
      throw new ArgumentError({
        received: `no data for the input '${name}'`,
        expected: isOnly ? 'a matrix as x' : `x with ${inputs.map((input) => `'${input.name}'`).join(', ')}`,
      });
    }
    const matrix = toMatrix(own, isOnly ? 'x' : `x['${name}']`);
    if (width !== undefined && matrix.width !== width) {
      throw new ShapeError({
        received: `${isOnly ? 'x' : `x['${name}']`} with ${matrix.width} numbers a row`,
        expected: `${width}, which the model takes`,
      });
    }
    matrices.set(name, matrix);
  }
  const counts = [...matrices.values()].map(({ rows }) => rows);
  if (counts.some((rows) => rows !== counts[0])) {
    throw new DataError({
      received: `inputs with ${counts.join(', ')} rows`,
      expected: 'as many rows in each',
    });
  }
  return { matrices, rows: counts[0] };
}

/** Checked targets: class numbers, or a matrix of values. */
export type Targets =
  | { readonly kind: 'labels'; readonly values: Int32Array; readonly width: 1; readonly rows: number }
  | ({ readonly kind: 'values' } & Matrix);

/**
 * Check targets against what the loss takes and how many outputs the model has.
 *
 * @param task - 'classes' takes class numbers or rows of probabilities; 'bits' numbers from 0 to 1; 'values' any.
 */
export function toTargets(
  y: TargetsLike,
  task: 'classes' | 'bits' | 'values',
  outputs: number,
  rows: number,
): Targets {
  const isVector = isList(y) && !isList(y[0]);
  const matrix: Matrix = isVector
    ? {
        values: Float64Array.from(y as ArrayLike<unknown>, toNumber),
        width: 1,
        rows: requireRows(y.length, 'y'),
      }
    : toMatrix(y as MatrixLike, 'y');
  if (matrix.rows !== rows) {
    throw new DataError({
      received: `${matrix.rows} rows of y for ${rows} rows of x`,
      expected: 'a target for each row',
    });
  }
  if (task === 'classes' && matrix.width === 1) {
    return { kind: 'labels', values: toLabels(matrix.values, outputs), width: 1, rows };
  }
  if (isVector) requireFinite(matrix.values, 1, 'y');
  if (matrix.width !== outputs) {
    throw new ShapeError({
      received: `y with ${matrix.width} ${matrix.width === 1 ? 'number' : 'numbers'} a row for a model with ${outputs} outputs`,
      expected: `${outputs} a row${task === 'classes' ? ', or one class number' : ''}`,
      remedy:
        task === 'values'
          ? 'Class numbers need the loss softmaxCrossEntropy'
          : 'Give the last layer as many units as there are targets',
    });
  }
  if (task !== 'values') requireShares(matrix);
  return { kind: 'values', ...matrix };
}

function toLabels(values: ArrayLike<number>, classes: number): Int32Array {
  if (classes < 2) {
    throw new ShapeError({
      received: `a model with ${classes} output for a softmax over classes`,
      expected: 'at least two outputs',
      remedy: 'Use binaryCrossEntropy for one output',
    });
  }
  return Int32Array.from(values, (label, row) => {
    if (Number.isInteger(label) && label >= 0 && label < classes) return label;
    throw new DataError(
      {
        received: `the label ${label} in row ${row + 1} of y`,
        expected: `a class number from 0 to ${classes - 1}, as the model has ${classes} outputs`,
        remedy: 'Number the classes from 0, or give the last layer more units',
      },
      { row: row + 1 },
    );
  });
}

function requireShares({ values, width, scale = 1, shift = 0 }: Matrix): void {
  for (let i = 0; i < values.length; i++) {
    const value = values instanceof Uint8Array ? scale * values[i] + shift : values[i];
    if (value >= 0 && value <= 1) continue;
    throw new DataError(
      {
        received: `the target ${value} in row ${Math.floor(i / width) + 1} of y`,
        expected: 'a number from 0 to 1',
        remedy: 'Write yes as 1 and no as 0; other numbers need meanSquaredErrorLoss',
      },
      { row: Math.floor(i / width) + 1, column: String((i % width) + 1) },
    );
  }
}
