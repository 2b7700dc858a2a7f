import type { Matrix } from '../../data/matrix.ts';
import type { LayerDefinition } from '../../nn/layer.ts';
import { ArgumentError, DataError, ShapeError } from '../../util/errors.ts';
import { describeValue, isRecord, meantName } from '../../util/options.ts';

/** A typed array of numbers; those of whole numbers, bytes apart, are copied as reals. */
export type NumericArray =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/**
 * Rows of numbers: lists of lists, or one typed array with the count of numbers a row. A picture is one row too, pixel by
 * pixel with its channels together, and so is a series, step by step: the model knows their shape.
 */
export type MatrixLike =
  | readonly ArrayLike<number>[]
  | {
      /** All numbers, row after row. Bytes stay bytes in memory. */
      readonly values: NumericArray;
      /** Numbers a row. */
      readonly width: number;
      /** Bytes are read as scale·byte + shift. Default 1. */
      readonly scale?: number;
      /** Default 0. */
      readonly shift?: number;
    };

/**
 * Targets: one number a row (class numbers 0 … C − 1, 0 or 1, or values), or rows of numbers. Where a model answers every
 * step of a sequence, a row holds the steps' targets one after the other.
 */
export type TargetsLike = ArrayLike<number> | MatrixLike;

/** The inputs of a model: a matrix; for a model of several inputs, one matrix by the name of each. */
export type InputsLike = MatrixLike | Readonly<Record<string, MatrixLike>>;

/** Inputs with their targets. */
export interface Dataset {
  /** The inputs, one row a sample. */
  readonly x: InputsLike;
  /** The targets, as many rows. */
  readonly y: TargetsLike;
  /** What each row's loss is multiplied by, a number of at least 0. Default 1 each. */
  readonly sampleWeight?: ArrayLike<number> | undefined;
}

/** Whether a value is a matrix given as one array and a width. */
const isFlat = (x: unknown): x is Exclude<MatrixLike, readonly ArrayLike<number>[]> =>
  isRecord(x) && 'values' in x && typeof x['width'] === 'number';

/** Bring whole numbers into an array that programs gather from. */
function realsOf(values: NumericArray, name: string): Matrix['values'] {
  if (values instanceof Float32Array || values instanceof Float64Array || values instanceof Uint8Array) {
    return values;
  }
  if (values instanceof Uint8ClampedArray) {
    return new Uint8Array(values.buffer, values.byteOffset, values.length);
  }
  const isNumeric = ArrayBuffer.isView(values) && typeof (values as ArrayLike<unknown>)[0] !== 'bigint';
  if (isNumeric && isList(values)) return Float64Array.from(values);
  throw new ArgumentError({
    received: `${name} whose values are ${describeValue(values)}`,
    expected: 'a typed array of numbers',
    remedy: 'Write { values: Float32Array.from(values), width }',
  });
}

export const isList = (x: unknown): x is ArrayLike<unknown> =>
  Array.isArray(x) || (ArrayBuffer.isView(x) && !(x instanceof DataView));

/** Check a matrix and bring it into one array; `name` is how messages call it. */
export function toMatrix(x: MatrixLike, name: string, mayBeEmpty = false): Matrix {
  if (isFlat(x)) {
    const { width } = x;
    const values = realsOf(x.values, name);
    if (!(Number.isInteger(width) && width >= 1) || values.length % width !== 0) {
      throw new ShapeError({
        received: `${name} of ${values.length} values with width ${width}`,
        expected: 'a whole number of rows',
      });
    }
    if (!(values instanceof Uint8Array)) {
      requireUnscaled(x, name);
      requireFinite(values, width, name);
    } else {
      for (const option of ['scale', 'shift'] as const) requireReal(x[option], option, name);
    }
    return { ...x, values, rows: requireRows(values.length / width, name, mayBeEmpty) };
  }
  if (!Array.isArray(x)) {
    throw new ArgumentError({
      received: `${name} that is ${describeValue(x)}`,
      expected: `${name === 'y' ? 'a list of numbers or of rows' : 'a list of rows'}, or { values, width } with a typed array`,
      ...(ArrayBuffer.isView(x) && {
        remedy: 'Write { values, width } with the count of numbers a row as width',
      }),
    });
  }
  const rows = requireRows(x.length, name, mayBeEmpty);
  if (rows === 0) return { values: new Float64Array(0), width: 1, rows };
  const first: unknown = x[0];
  if (!isList(first)) {
    throw new ShapeError({
      received: `${name} whose first row is ${typeof first === 'number' ? 'a number' : describeValue(first)}`,
      expected: 'a list of rows, each a list of numbers',
      remedy: 'Write [[1, 2, 3]] for one row of three numbers, [[1], [2], [3]] for three rows of one',
    });
  }
  const width = first.length;
  const values = new Float64Array(rows * width);
  let at = 0;
  let notFinite = 0;
  for (let row = 0; row < rows; row++) {
    const numbers: ArrayLike<number> = x[row];
    if (!isList(numbers) || numbers.length !== width) {
      throw new DataError(
        {
          received: `${name} with ${isList(numbers) ? countOf(numbers.length) : describeValue(numbers)} in row ${row + 1}`,
          expected: `${countOf(width)}, as in row 1`,
        },
        { row: row + 1 },
      );
    }
    for (let column = 0; column < width; column++, at++) {
      const value: unknown = numbers[column];
      const number = typeof value === 'number' ? value : toNumber(value);
      values[at] = number;
      // 0 for what float32 can hold, NaN for all else: one look at each number is enough.
      const single = Math.fround(number);
      notFinite += single - single;
    }
  }
  if (notFinite !== 0) requireFinite(values, width, name, (i) => x[Math.floor(i / width)][i % width]);
  return { values, width, rows };
}

/** Refuse a scale or shift that is no finite number. */
function requireReal(value: unknown, option: 'scale' | 'shift', name: string): void {
  if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return;
  throw new ArgumentError({
    received: `${name} with the ${option} ${describeValue(value)}`,
    expected: 'a finite number, such as 1 / 255',
  });
}

/** Refuse a scale or shift of values that are read as they are: only bytes are scaled. */
function requireUnscaled(
  {
    values,
    scale = 1,
    shift = 0,
  }: { readonly values: unknown; readonly scale?: number; readonly shift?: number },
  name: string,
): void {
  if (scale === 1 && shift === 0) return;
  throw new ArgumentError({
    received: `${name} with ${scale === 1 ? 'a shift' : 'a scale'} for values in ${describeValue(values)}`,
    expected: 'scale and shift with a Uint8Array only',
    remedy: 'Scale the values before, or leave scale and shift out',
  });
}

/** Say how many numbers. */
export const countOf = (numbers: number): string => `${numbers} ${numbers === 1 ? 'number' : 'numbers'}`;

/** Anything that is no number becomes NaN, which is refused with its place. */
export const toNumber = (value: unknown): number =>
  typeof value === 'number' ? value : typeof value === 'boolean' ? Number(value) : Number.NaN;

/** A plain loop: Float64Array.from gathers a list first. */
export function toNumbers(list: ArrayLike<unknown>): Float64Array {
  const values = new Float64Array(list.length);
  for (let i = 0; i < values.length; i++) values[i] = toNumber(list[i]);
  return values;
}

/** Refuse no rows, unless there may be none. */
export function requireRows(rows: number, name: string, mayBeEmpty = false): number {
  if (rows > 0 || mayBeEmpty) return rows;
  throw new DataError({ received: `${name} without rows`, expected: 'at least one row' });
}

/** Whether float32 can hold all numbers: 0·x is NaN for NaN and infinities. Four sums, as an addition waits for the last. */
function allFinite(values: ArrayLike<number>): boolean {
  const { length } = values;
  const whole = length - (length % 4);
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < whole; i += 4) {
    a += 0 * Math.fround(values[i]);
    b += 0 * Math.fround(values[i + 1]);
    c += 0 * Math.fround(values[i + 2]);
    d += 0 * Math.fround(values[i + 3]);
  }
  for (let i = whole; i < length; i++) a += 0 * Math.fround(values[i]);
  return a + b + c + d === 0;
}

/** Refuse what float32 cannot hold; `given` tells what stood there before it became a number. */
export function requireFinite(
  values: ArrayLike<number>,
  width: number,
  name: string,
  given: (i: number) => unknown = (i) => values[i],
): void {
  if (allFinite(values)) return;
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(Math.fround(values[i]))) continue;
    const original = given(i);
    const row = Math.floor(i / width) + 1;
    const column = String((i % width) + 1);
    const isHuge = Number.isFinite(values[i]);
    throw new DataError(
      {
        received: `${describeValue(original)} in row ${row}, column ${column} of ${name}`,
        expected: isHuge ? 'a number that float32 can hold, below 3.4e38' : 'a finite number',
        remedy: isHuge
          ? 'Scale that column'
          : typeof original === 'string'
            ? 'Read numbers with Number(text), and turn categories into numbers first'
            : isList(original)
              ? 'Write the numbers of a row one after another, as row.flat() does: the model knows its shape'
              : 'Impute or remove it',
      },
      { row, column },
    );
  }
}

/** Refuse data by name for an input that the model lacks. */
export function requireKnownInputs(x: unknown, names: readonly string[]): void {
  if (isFlat(x) || !isRecord(x)) return;
  const given = Object.keys(x);
  const extra = given.find((name) => !names.includes(name));
  // One matrix of another kind, which has no names, is refused as such.
  if (extra === undefined || (names.length === 1 && !given.includes(names[0]))) return;
  const meant = meantName(extra, names);
  throw new ArgumentError({
    received: `data for the input '${extra}', which the model lacks`,
    expected: `x with ${names.map((name) => `'${name}'`).join(', ')}`,
    ...(meant === undefined ? {} : { remedy: `Did you mean '${meant}'?` }),
  });
}

/** What a model says about an input. */
export interface InputSize {
  readonly name: string;
  /** Numbers a row. */
  readonly width: number;
  /** The layers that check its data. Default none. */
  readonly readers?: readonly LayerDefinition[];
}

/** Check the inputs of a model: one matrix an input, all with as many rows. */
export function toInputs(
  x: InputsLike,
  inputs: readonly (Omit<InputSize, 'width'> & { readonly width: number | undefined })[],
  mayBeEmpty = false,
): { readonly matrices: ReadonlyMap<string, Matrix>; readonly rows: number } {
  const matrices = new Map<string, Matrix>();
  requireKnownInputs(
    x,
    inputs.map(({ name }) => name),
  );
  for (const { name, width, readers = [] } of inputs) {
    const isOnly = inputs.length === 1;
    const named = !isFlat(x) && isRecord(x) && Object.hasOwn(x, name) ? x[name] : undefined;
    const own = named ?? (isOnly ? (x as MatrixLike) : undefined);
    if (own === undefined && !isOnly) {
      throw new ArgumentError({
        received: `no data for the input '${name}'`,
        expected: `x with ${inputs.map((input) => `'${input.name}'`).join(', ')}`,
      });
    }
    const called = isOnly ? 'x' : `x['${name}']`;
    const matrix = toMatrix(own as MatrixLike, called, mayBeEmpty);
    if (width !== undefined && matrix.width !== width && matrix.rows > 0) {
      throw new ShapeError({
        received: `${called} with ${countOf(matrix.width)} a row`,
        expected: `${width}, which the model takes`,
      });
    }
    for (const reader of readers) reader.checkData?.(matrix, called);
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
