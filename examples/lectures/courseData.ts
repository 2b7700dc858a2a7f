/** The small tables of the course, split and scaled as its notebooks do. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Points of the plane and the class of each. */
export interface Points {
  readonly x: readonly (readonly [number, number])[];
  readonly y: readonly number[];
}

/** Rows to learn from, and rows to be asked about afterwards. */
export interface Split {
  readonly train: Points;
  readonly test: Points;
}

const linesOf = (data: string, file: string): string[] =>
  readFileSync(join(data, 'rasbt-stat479', file), 'utf8')
    .trim()
    .split('\n');

/** Two clouds of 50 points: `perceptron_toydata.txt`, which is also `toydata.txt`. */
export function readToyData(data: string): Points {
  const rows = linesOf(data, 'perceptron_toydata.txt').map((line) => line.split('\t').map(Number));
  return { x: rows.map(([a, b]) => [a, b]), y: rows.map(([, , label]) => label) };
}

/** Two measures of the irises from row `first` on, and their kinds, the first of them 0. */
export function readIris(data: string, columns: readonly [number, number], first = 0): Points {
  const rows = linesOf(data, 'iris.data')
    .slice(first)
    .map((line) => line.split(','));
  const kinds = [...new Set(rows.map((row) => row[4]))];
  return {
    x: rows.map((row) => [Number(row[columns[0]]), Number(row[columns[1]])]),
    y: rows.map((row) => kinds.indexOf(row[4])),
  };
}

/** A thousand points with a number each. */
export function readLinearData(data: string): Points {
  const rows = linesOf(data, 'linreg-data.csv')
    .slice(1)
    .map((line) => line.split(',').map(Number));
  return { x: rows.map(([, a, b]) => [a, b]), y: rows.map(([, , , y]) => y) };
}

/** Take rows. */
export const take = ({ x, y }: Points, rows: ArrayLike<number>): Points => ({
  x: Array.from(rows, (row) => x[row]),
  y: Array.from(rows, (row) => y[row]),
});

/** Split as the notebooks do, which apply their order twice: X = X[order], then X[order[:training]]. */
export function splitTwice(points: Points, order: Int32Array, training: number): Split {
  const shuffled = take(points, order);
  return {
    train: take(shuffled, order.subarray(0, training)),
    test: take(shuffled, order.subarray(training)),
  };
}

/**
 * Scale to mean 0 and deviation 1 by the training rows.
 *
 * @param lost - What the deviation divides by less than the rows: 0 as NumPy does, 1 as PyTorch does.
 */
export function standardized({ train, test }: Split, lost: 0 | 1): Split {
  const scales = ([0, 1] as const).map((axis) => {
    const values = train.x.map((row) => row[axis]);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, deviation: Math.sqrt(squares / (values.length - lost)) };
  });
  const scaled = ({ x, y }: Points): Points => ({
    x: x.map(([a, b]) => [
      (a - scales[0].mean) / scales[0].deviation,
      (b - scales[1].mean) / scales[1].deviation,
    ]),
    y,
  });
  return { train: scaled(train), test: scaled(test) };
}
