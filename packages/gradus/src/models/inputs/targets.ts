import type { Matrix } from '../../data/matrix.ts';
import type { Loss } from '../../nn/losses/index.ts';
import { DataError, ShapeError } from '../../util/errors.ts';
import { describeValue } from '../../util/options.ts';
import {
  isList,
  type MatrixLike,
  requireFinite,
  requireRows,
  type TargetsLike,
  toMatrix,
  toNumbers,
} from './inputs.ts';

/** Checked targets: class numbers, or a matrix of values. */
export type Targets =
  | { readonly kind: 'labels'; readonly values: Int32Array; readonly width: number; readonly rows: number }
  | ({ readonly kind: 'values' } & Matrix);

/**
 * Check targets against what the loss takes and how many outputs the model has.
 *
 * @param loss - Its task: 'classes' takes class numbers or rows of probabilities; 'bits' numbers from 0 to 1; 'values'
 *   any; or what the loss reads itself.
 * @param outputs - How many numbers the model gives a row.
 * @param places - How many places of a row, such as steps, have an answer of their own. Default 1.
 */
export function toTargets(
  y: TargetsLike,
  { task, readTargets }: Pick<Loss, 'task' | 'readTargets'>,
  outputs: number,
  rows: number,
  places = 1,
): Targets {
  const isVector = isList(y) && !isList(y[0]);
  const matrix: Matrix = isVector
    ? {
        values: toNumbers(y),
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
  if (task === 'classes' && matrix.width === places) {
    const labels = toLabels(
      matrix.values,
      outputs / places,
      places,
      isVector ? (i) => (y as ArrayLike<unknown>)[i] : undefined,
    );
    return { kind: 'labels', values: labels, width: places, rows };
  }
  if (isVector) requireFinite(matrix.values, 1, 'y', (i) => (y as ArrayLike<unknown>)[i]);
  if (matrix.width !== outputs) {
    throw new ShapeError({
      received: `y with ${matrix.width} ${matrix.width === 1 ? 'number' : 'numbers'} a row for a model with ${outputs} outputs`,
      expected: `${outputs} a row${task === 'classes' ? `, or ${places === 1 ? 'one class number' : `${places} class numbers`}` : ''}`,
      remedy:
        task === 'values'
          ? 'Class numbers need the loss softmaxCrossEntropy'
          : 'Give the last layer as many units as there are targets',
    });
  }
  if (readTargets !== undefined) {
    return { kind: 'values', values: readTargets(realNumbers(matrix), matrix.width), width: outputs, rows };
  }
  if (task !== 'values') requireShares(matrix);
  return { kind: 'values', ...matrix };
}

function toLabels(
  values: ArrayLike<number>,
  classes: number,
  width: number,
  given: (i: number) => unknown = (i) => values[i],
): Int32Array {
  if (classes < 2) {
    throw new ShapeError({
      received: `a model with ${classes} output for a softmax over classes`,
      expected: 'at least two outputs',
      remedy: 'Use binaryCrossEntropy for one output',
    });
  }
  const labels = new Int32Array(values.length);
  for (let i = 0; i < labels.length; i++) {
    const label = values[i];
    labels[i] = label;
    if (labels[i] === label && label >= 0 && label < classes) continue;
    const row = Math.floor(i / width);
    throw new DataError(
      {
        received: `the label ${describeValue(given(i))} in row ${row + 1} of y`,
        expected: `a class number from 0 to ${classes - 1}, as the model has ${classes} outputs`,
        remedy: 'Number the classes from 0, or give the last layer more units',
      },
      { row: row + 1 },
    );
  }
  return labels;
}

/** The numbers of a matrix, bytes as what they stand for. */
const realNumbers = ({ values, scale = 1, shift = 0 }: Matrix): ArrayLike<number> =>
  values instanceof Uint8Array ? Float64Array.from(values, (byte) => scale * byte + shift) : values;

function requireShares(matrix: Matrix): void {
  const { width } = matrix;
  const values = realNumbers(matrix);
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (value >= 0 && value <= 1) continue;
    throw new DataError(
      {
        received: `the target ${value} in row ${Math.floor(i / width) + 1} of y`,
        expected: 'a number from 0 to 1',
        remedy: 'Write yes as 1 and no as 0; other numbers need meanSquaredError',
      },
      { row: Math.floor(i / width) + 1, column: String((i % width) + 1) },
    );
  }
}
