import { ArgumentError, DataError } from '../util/errors.ts';
import { suggestName } from '../util/nearestName.ts';
import type { Cell } from './cell.ts';

/** What a table may know about its origin. */
export interface TableOptions {
  /** Number of each row in its source, 1 for the first one after the header; default 1, 2, 3, … */
  readonly rowNumbers?: Int32Array;
  /** Whether a comma can be a decimal sign, since it separates no fields; default false. */
  readonly decimalComma?: boolean;
}

/**
 * Hold rows of raw values under named columns, each column an array of cells. Tables never change: every
 * method that would change one returns another, which shares the columns it did not touch.
 *
 * @example
 * import { tableFromColumns } from 'gradus/data';
 * const table = tableFromColumns({ island: ['Dream', 'Biscoe'], mass: [3750, 3800] });
 * table.rowCount; // 2
 * table.column('mass')[1]; // 3800
 */
export class Table {
  /** Names of the columns, in order. */
  readonly names: readonly string[];
  /** Number of rows. */
  readonly rowCount: number;
  /** Whether a comma can be a decimal sign. */
  readonly decimalComma: boolean;
  readonly #columns: ReadonlyMap<string, readonly Cell[]>;
  readonly #rowNumbers: Int32Array | undefined;

  /**
   * @param columns - name and cells of each column, in order
   * @param options - row numbers and decimal sign
   * @throws DataError for a duplicate name or columns of different lengths
   */
  constructor(columns: Iterable<readonly [string, readonly Cell[]]>, options: TableOptions = {}) {
    const map = new Map<string, readonly Cell[]>();
    let rowCount = -1;
    for (const [name, cells] of columns) {
      if (map.has(name)) {
        throw new DataError(
          {
            received: `two columns are named ${JSON.stringify(name)}`,
            expected: 'a different name for every column',
            remedy: 'Rename or remove one of them.',
          },
          { column: name },
        );
      }
      if (rowCount === -1) rowCount = cells.length;
      if (cells.length !== rowCount) {
        throw new DataError(
          {
            received: `column ${JSON.stringify(name)} has ${cells.length} rows`,
            expected: `${rowCount}, as the columns before it have`,
          },
          { column: name },
        );
      }
      map.set(name, cells);
    }
    this.#columns = map;
    this.#rowNumbers = options.rowNumbers;
    this.names = [...map.keys()];
    this.rowCount = Math.max(0, rowCount);
    this.decimalComma = options.decimalComma ?? false;
  }

  /**
   * Tell whether a column is there.
   * @param name - the column
   * @returns true when it is
   */
  has(name: string): boolean {
    return this.#columns.has(name);
  }

  /**
   * Get the cells of a column.
   * @param name - the column
   * @returns rowCount cells
   * @throws ArgumentError for an unknown name, with the nearest one
   */
  column(name: string): readonly Cell[] {
    const cells = this.#columns.get(name);
    if (cells === undefined) {
      throw new ArgumentError({
        received: `there is no column ${JSON.stringify(name)}`,
        remedy: suggestName(name, this.names),
      });
    }
    return cells;
  }

  /**
   * Get the number that a row has in its source (1 is the first row after the header).
   * @param index - position in this table, from 0
   * @returns the number of the row
   */
  rowNumber(index: number): number {
    return this.#rowNumbers === undefined ? index + 1 : this.#rowNumbers[index];
  }

  /**
   * Get one row as an object.
   * @param index - position in this table, from 0
   * @returns the cells by column name
   */
  row(index: number): Record<string, Cell> {
    return Object.fromEntries(this.names.map((name) => [name, this.column(name)[index]]));
  }

  /**
   * Take rows by position, in the order given; a row may be taken more than once. Row numbers are kept.
   * @param rows - positions in this table, from 0
   * @returns a table of rows.length rows
   */
  select(rows: ArrayLike<number>): Table {
    const rowNumbers = new Int32Array(rows.length);
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index];
      if (!(Number.isInteger(row) && row >= 0 && row < this.rowCount)) {
        throw new ArgumentError({
          received: `row position ${row} at index ${index}`,
          expected: `a whole number from 0 to ${this.rowCount - 1}`,
        });
      }
      rowNumbers[index] = this.rowNumber(row);
    }
    const columns = this.names.map((name): [string, Cell[]] => {
      const cells = this.column(name);
      return [name, Array.from(rows, (row) => cells[row])];
    });
    return new Table(columns, { rowNumbers, decimalComma: this.decimalComma });
  }

  /**
   * Take the first rows.
   * @param count - how many; default 5
   * @returns a table of at most count rows
   */
  head(count = 5): Table {
    return this.select(Array.from({ length: Math.min(count, this.rowCount) }, (_, index) => index));
  }

  /**
   * Leave columns out.
   * @param names - the columns to leave out
   * @returns a table of the others
   * @throws ArgumentError for an unknown name
   */
  drop(names: readonly string[]): Table {
    for (const name of names) this.column(name);
    return this.#with(this.names.filter((name) => !names.includes(name)).map((n) => [n, this.column(n)]));
  }

  /**
   * Replace a column, or add one at the end.
   * @param name - the column
   * @param cells - rowCount cells
   * @returns a table with that column
   */
  withColumn(name: string, cells: readonly Cell[]): Table {
    const entries = this.names.map((n): [string, readonly Cell[]] => [
      n,
      n === name ? cells : this.column(n),
    ]);
    if (!this.has(name)) entries.push([name, cells]);
    return this.#with(entries);
  }

  /** Lay the first ten rows out in columns. */
  toString(): string {
    const shown = this.head(10);
    const widths = this.names.map((name) =>
      Math.min(24, Math.max(name.length, ...shown.column(name).map((cell) => String(cell ?? '').length))),
    );
    const line = (cells: readonly string[]): string =>
      cells
        .map((cell, index) => cell.slice(0, 24).padEnd(widths[index]))
        .join('  ')
        .trimEnd();
    const lines = [line(this.names)];
    for (let row = 0; row < shown.rowCount; row++) {
      lines.push(line(this.names.map((name) => String(shown.column(name)[row] ?? ''))));
    }
    if (this.rowCount > shown.rowCount) lines.push(`… ${this.rowCount} rows`);
    return lines.join('\n');
  }

  #with(columns: Iterable<readonly [string, readonly Cell[]]>): Table {
    const numbers = this.#rowNumbers;
    return new Table(columns, {
      decimalComma: this.decimalComma,
      ...(numbers === undefined ? {} : { rowNumbers: numbers }),
    });
  }
}

/**
 * Make a table from columns.
 *
 * @param columns - cells by column name, all of one length
 * @returns the table
 * @throws DataError where the columns differ in length
 *
 * @example
 * import { tableFromColumns } from 'gradus/data';
 * tableFromColumns({ x: [1, 2], y: ['a', null] }).rowCount; // 2
 */
export function tableFromColumns(columns: Readonly<Record<string, ArrayLike<Cell>>>): Table {
  return new Table(Object.entries(columns).map(([name, cells]) => [name, Array.from(cells)]));
}

/**
 * Make a table from rows. The columns are all the keys, in the order in which they first appear; a row
 * without a key has a missing value there.
 *
 * @param rows - one object a row
 * @returns the table
 *
 * @example
 * import { tableFromRows } from 'gradus/data';
 * const table = tableFromRows([{ x: 1 }, { x: 2, y: 'b' }]);
 * table.names; // ['x', 'y']
 * table.column('y'); // [null, 'b']
 */
export function tableFromRows(rows: readonly Readonly<Record<string, Cell | undefined>>[]): Table {
  const columns = new Map<string, Cell[]>();
  rows.forEach((row, index) => {
    for (const [name, cell] of Object.entries(row)) {
      let cells = columns.get(name);
      if (cells === undefined) {
        cells = new Array<Cell>(rows.length).fill(null);
        columns.set(name, cells);
      }
      cells[index] = cell ?? null;
    }
  });
  return new Table(columns);
}
