import { ArgumentError, DataError } from '../util/errors.ts';
import { describeValue, requireCount, requireOptions } from '../util/options.ts';

/** Which values of the past are features. */
export interface LagOptions {
  /** How many of the last values, or which: [1, 2, 12] takes the last, the one before, and that of twelve steps ago. */
  readonly lags: number | readonly number[];
  /** How many steps after the last known value the target is. Default 1, the next value. */
  readonly horizon?: number | undefined;
}

/** A series as rows to learn from, in the order of time. */
export interface LagMatrix {
  /** rows × lags features, row after row, one column a lag, in the order given. */
  readonly x: { readonly values: Float64Array; readonly width: number };
  /** The target of each row. */
  readonly y: Float64Array;
  /** The position in the series of the first row's target; the others follow one by one. */
  readonly first: number;
}

/**
 * Turn a series into a table whose rows predict a value from values before it: row r is about s(k), k = first + r, from
 * s(k − horizon + 1 − lag) for each lag. Split it by time, not at random, as neighbouring rows share their values.
 *
 * @param series - Values at equal distances of time.
 * @param options - Lags, and how far ahead the target is.
 * @returns Features and targets, as `fit` takes them, and where they begin.
 * @throws DataError for a series that is too short or has a value that is not finite; ArgumentError for lags that are
 *   no whole numbers of at least 1, or stand twice.
 * @example
 * import { lagMatrix } from 'gradus/data';
 * const { x, y, first } = lagMatrix([1, 2, 4, 8, 16], { lags: [1, 3] });
 * x.values; // Float64Array [4, 1, 8, 2]
 * [y, first]; // [Float64Array [8, 16], 3]
 */
export function lagMatrix(series: ArrayLike<number>, options: LagOptions): LagMatrix {
  requireOptions(options, { lags: true, horizon: true }, 'lagMatrix');
  const { horizon = 1 } = options;
  requireCount('horizon', horizon, 1);
  const lags = lagsOf(options.lags);
  const first = Math.max(...lags) + horizon - 1;
  const rows = series.length - first;
  if (rows < 1) {
    throw new DataError({
      received: `a series of ${series.length} values`,
      expected: `at least ${first + 1}, for the lag ${Math.max(...lags)} and the horizon ${horizon}`,
    });
  }
  for (let i = 0; i < series.length; i++) {
    if (Number.isFinite(series[i])) continue;
    throw new DataError({
      received: `${describeValue(series[i])} at index ${i} of the series`,
      expected: 'a finite number',
      remedy: 'Impute it, or cut the series there',
    });
  }
  const width = lags.length;
  const values = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < width; i++) values[row * width + i] = series[first + row - horizon + 1 - lags[i]];
  }
  return {
    x: { values, width },
    y: Float64Array.from({ length: rows }, (_, row) => series[first + row]),
    first,
  };
}

function lagsOf(lags: number | readonly number[]): readonly number[] {
  if (typeof lags === 'number') {
    requireCount('lags', lags, 1);
    return Array.from({ length: lags }, (_, i) => i + 1);
  }
  const isLag = (lag: unknown): boolean => Number.isSafeInteger(lag) && (lag as number) >= 1;
  if (Array.isArray(lags) && lags.length > 0 && lags.every(isLag) && new Set(lags).size === lags.length)
    return lags;
  throw new ArgumentError({
    received: `lags ${Array.isArray(lags) ? `[${lags.join(', ')}]` : describeValue(lags)}`,
    expected: 'a whole number, or different whole numbers of at least 1',
  });
}
