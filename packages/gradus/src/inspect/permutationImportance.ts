import type { Cell } from '../data/cell.ts';
import type { Table } from '../data/table.ts';
import { ArgumentError } from '../util/errors.ts';
import { requireOptions } from '../util/options.ts';
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
  if (!(Number.isInteger(repeats) && repeats >= 1)) {
    throw new ArgumentError({ received: `${repeats} repeats`, expected: 'a whole number of at least 1' });
  }
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
    const mean = falls.reduce((sum, fall) => sum + fall, 0) / repeats;
    const variance = falls.reduce((sum, fall) => sum + (fall - mean) * (fall - mean), 0) / repeats;
    importances.push({ column, mean, deviation: Math.sqrt(variance) });
  }
  return importances.sort((a, b) => b.mean - a.mean || (a.column < b.column ? -1 : 1));
}
