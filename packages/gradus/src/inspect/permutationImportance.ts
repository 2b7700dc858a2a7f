import type { Cell } from '../data/cell.ts';
import type { Matrix } from '../data/matrix.ts';
import type { Table } from '../data/table.ts';
import { ArgumentError } from '../util/errors.ts';
import { requireCount, requireOptions, unknownName } from '../util/options.ts';
import type { RandomStream } from '../util/random.ts';

/** What to measure, and how often. */
export interface PermutationImportanceOptions {
  /** Rows to score, not used in training. */
  readonly table: Table;
  /** Score of the model on a table, the higher the better. */
  readonly score: (table: Table) => number | Promise<number>;
  /** Columns to permute: those that the model uses. */
  readonly columns: readonly string[];
  /** Permutations of each column; default 5. */
  readonly repeats?: number;
  /** Random numbers; `createStream(seed, 'permutation')`. */
  readonly stream: RandomStream;
}

/** How much a score depends on a column. */
export interface ColumnImportance {
  /** The column's name. */
  readonly column: string;
  /** Mean fall of the score when the column is permuted. */
  readonly mean: number;
  /** Standard deviation of the fall over the permutations. */
  readonly deviation: number;
}

/**
 * Measure how far a model's score falls when the values of one column are permuted among the rows, which
 * breaks their relation to the target. Columns with the same information share their importance, so each may seem
 * to matter little.
 *
 * @param options - table, score, columns, repeats, random stream
 * @returns the columns, the most important one first
 * @throws ArgumentError for an unknown column, or fewer than one repeat
 * @see L. Breiman, Random forests, 2001; A. Fisher, C. Rudin, F. Dominici, 2019
 *
 * @example
 * import { createStream } from 'gradus';
 * import { permutationImportance } from 'gradus/inspect';
 * import { type Table, tableFromColumns } from 'gradus/data';
 * const table = tableFromColumns({ x: [0, 1, 2, 3], noise: [5, 5, 5, 5] });
 * const score = (t: Table) => t.column('x').filter((x, row) => x === row).length / 4;
 * const stream = createStream(0, 'permutation');
 * const [first, second] = await permutationImportance({ table, score, columns: ['noise', 'x'], stream });
 * [first.column, second.mean]; // ['x', 0]
 */
export async function permutationImportance(
  options: PermutationImportanceOptions,
): Promise<ColumnImportance[]> {
  const known = { table: true, score: true, columns: true, repeats: true, stream: true } as const;
  requireOptions(options, known, 'permutationImportance');
  const { table, score, columns, repeats = 5, stream } = options;
  requireCount('repeats', repeats, 1);
  const base = await score(table);
  const importances: ColumnImportance[] = [];
  for (const column of columns) {
    const cells = table.column(column);
    const falls: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const order = stream.permutation(table.rowCount);
      const permuted = Array.from(order, (row): Cell => cells[row]);
      falls.push(base - (await score(table.withColumn(column, permuted))));
    }
    importances.push(summarize(column, falls));
  }
  return importances.sort(byImportance);
}

/** What to measure on encoded rows. */
export interface FeatureImportanceOptions {
  /** Rows to score as features, not used in training. */
  readonly features: Matrix;
  /** Name of the column that each feature comes from; a column's features are permuted together. */
  readonly featureColumns: readonly string[];
  /** Score of the model on features, the higher the better. The array is used again for the next score. */
  readonly score: (features: Matrix) => number | Promise<number>;
  /** Columns to permute, each once. Default all. */
  readonly columns?: readonly string[] | undefined;
  /** Permutations of each column; default 5. */
  readonly repeats?: number | undefined;
  /** Random numbers; `createStream(seed, 'permutation')`. */
  readonly stream: RandomStream;
  /** An AbortSignal: ends the measuring; the columns measured until then are returned. */
  readonly signal?: { readonly aborted: boolean } | undefined;
}

/**
 * Measure permutation importance on rows that are encoded already: the same values as `permutationImportance` gives for
 * the table that they come from, without encoding it anew for each permutation.
 *
 * @param options - features and their columns, score, columns, repeats, random stream
 * @returns the columns, the most important one first
 * @throws ArgumentError for an unknown column, a width that does not fit, or fewer than one repeat
 * @see L. Breiman, Random forests, 2001; A. Fisher, C. Rudin, F. Dominici, 2019
 *
 * @example
 * import { createStream } from 'gradus';
 * import { featureImportance } from 'gradus/inspect';
 * const features = { values: Float32Array.of(0, 5, 1, 5, 2, 5, 3, 5), width: 2, rows: 4 };
 * const score = ({ values }: { values: ArrayLike<number> }) => [0, 1, 2, 3].filter((row) => values[2 * row] === row).length / 4;
 * const stream = createStream(0, 'permutation');
 * const [first, second] = await featureImportance({ features, featureColumns: ['x', 'noise'], score, stream });
 * [first.column, second.mean]; // ['x', 0]
 */
export async function featureImportance(options: FeatureImportanceOptions): Promise<ColumnImportance[]> {
  const known = { features: true, featureColumns: true, score: true, columns: true } as const;
  requireOptions(options, { ...known, repeats: true, stream: true, signal: true }, 'featureImportance');
  const { features, featureColumns, score, repeats = 5, stream, signal } = options;
  requireCount('repeats', repeats, 1);
  const { values, width, rows } = features;
  if (featureColumns.length !== width) {
    throw new ArgumentError({
      received: `${featureColumns.length} featureColumns for ${width} features`,
      expected: 'the column of each feature',
    });
  }
  const positions = new Map<string, number[]>();
  featureColumns.forEach((column, i) => {
    const known = positions.get(column);
    if (known === undefined) positions.set(column, [i]);
    else known.push(i);
  });
  const base = await score(features);
  const importances: ColumnImportance[] = [];
  const permuted = { ...features, values: values.slice() };
  for (const column of options.columns ?? positions.keys()) {
    const own = positions.get(column);
    if (own === undefined) throw unknownName('column', column, [...positions.keys()]);
    const falls: number[] = [];
    for (let repeat = 0; repeat < repeats && signal?.aborted !== true; repeat++) {
      const order = stream.permutation(rows);
      for (let row = 0; row < rows; row++)
        for (const i of own) permuted.values[row * width + i] = values[order[row] * width + i];
      falls.push(base - (await score(permuted)));
    }
    if (falls.length < repeats) break;
    importances.push(summarize(column, falls));
    for (let row = 0; row < rows; row++)
      for (const i of own) permuted.values[row * width + i] = values[row * width + i];
  }
  return importances.sort(byImportance);
}

function summarize(column: string, falls: readonly number[]): ColumnImportance {
  const mean = falls.reduce((sum, fall) => sum + fall, 0) / falls.length;
  const variance = falls.reduce((sum, fall) => sum + (fall - mean) * (fall - mean), 0) / falls.length;
  return { column, mean, deviation: Math.sqrt(variance) };
}

const byImportance = (a: ColumnImportance, b: ColumnImportance): number =>
  b.mean - a.mean || (a.column < b.column ? -1 : 1);
