import { type Cell, decimalSign, readBoolean, readNumber, readText } from '../data/cell.ts';
import type { Table } from '../data/table.ts';
import { DataError } from '../util/errors.ts';
import { largestMagnitude, quoteName } from './schema.ts';

/** Show a cell in a message, cut where it is long. */
export function showCell(cell: Cell): string {
  const text = typeof cell === 'string' ? JSON.stringify(cell) : String(cell);
  return text.length > 42 ? `${text.slice(0, 40)}…"` : text;
}

/** Refuse an infinite or huge number, naming its row. */
function checkMagnitude(value: number, table: Table, name: string, row: number): void {
  if (!(Math.abs(value) > largestMagnitude)) return;
  const number = table.rowNumber(row);
  throw new DataError(
    {
      received: `column ${quoteName(name)}, row ${number}, holds ${showCell(table.column(name)[row])}`,
      expected: `a finite number of magnitude at most ${largestMagnitude}`,
      remedy: 'Correct the cell, leave it empty if the value is unknown, or drop the column.',
    },
    { row: number, column: name },
  );
}

/** A column read as numbers as far as it goes. */
export interface NumberReading {
  /** The numbers; NaN for missing values and text. */
  readonly values: Float64Array;
  readonly missing: number;
  /** Cells that are not numbers, and the position of the first. */
  readonly texts: number;
  readonly firstText: number;
}

/** Read a column as numbers and count the cells that are not. */
export function readNumbers(table: Table, name: string): NumberReading {
  const cells = table.column(name);
  const decimal = decimalSign(cells, table.decimalComma);
  const values = new Float64Array(cells.length);
  let missing = 0;
  let texts = 0;
  let firstText = -1;
  for (let row = 0; row < cells.length; row++) {
    const value = readNumber(cells[row], decimal);
    if (value === undefined) {
      if (texts === 0) firstText = row;
      texts++;
    } else if (Number.isNaN(value)) missing++;
    values[row] = value ?? Number.NaN;
  }
  return { values, missing, texts, firstText };
}

/** What a column of numbers is to the caller: how a message calls it, and what can be done about a text in it. */
const numberRoles = {
  input: {
    what: 'column',
    remedy:
      'Correct the cell, leave it empty if the value is unknown, give the column the type category, or drop it.',
  },
  target: {
    what: 'the numeric target',
    remedy: 'Correct the cell or leave it empty, in which case the row is left out.',
  },
  // Its kind was settled when the preprocessing was fitted.
  fitted: { what: 'column', remedy: 'Correct the cell, or leave it empty if the value is unknown.' },
} as const;

type NumberRole = keyof typeof numberRoles;

/**
 * Read a column that must hold numbers, or check one already read.
 *
 * @returns rowCount numbers, NaN where missing
 * @throws DataError naming the row of a text, of an infinite or of a huge number
 */
export function numberValues(
  table: Table,
  name: string,
  { reading, role = 'input' }: { readonly reading?: NumberReading; readonly role?: NumberRole } = {},
): Float64Array {
  const { values, firstText } = reading ?? readNumbers(table, name);
  if (firstText !== -1) throw textError(table, name, firstText, role);
  for (let row = 0; row < values.length; row++) checkMagnitude(values[row], table, name, row);
  return values;
}

/** Report a text in a column of numbers. */
export function textError(table: Table, name: string, row: number, role: NumberRole = 'input'): DataError {
  const number = table.rowNumber(row);
  const { what, remedy } = numberRoles[role];
  return new DataError(
    {
      received: `${what} ${quoteName(name)}, row ${number}, holds ${showCell(table.column(name)[row])}`,
      expected: 'a number, as in its other rows',
      remedy,
    },
    { row: number, column: name },
  );
}

/**
 * Read a column that must hold booleans.
 *
 * @returns 1 for true, 0 for false, NaN where missing
 * @throws DataError naming the row of another value; 0 and 1 are accepted too
 */
export function booleanValues(table: Table, name: string): Float64Array {
  const cells = table.column(name);
  const values = new Float64Array(cells.length);
  for (let row = 0; row < cells.length; row++) {
    const value = readBoolean(cells[row]);
    if (value !== undefined) {
      values[row] = value === null ? Number.NaN : value ? 1 : 0;
      continue;
    }
    const number = readNumber(cells[row]);
    if (number !== 0 && number !== 1) {
      const place = { row: table.rowNumber(row), column: name };
      throw new DataError(
        {
          received: `column ${quoteName(name)}, row ${place.row}, holds ${showCell(cells[row])}`,
          expected: 'true or false (or yes, no, 1, 0)',
          remedy: 'Correct the cell, or leave it empty if the value is unknown.',
        },
        place,
      );
    }
    values[row] = number;
  }
  return values;
}

/**
 * Read a column as names of categories.
 *
 * @returns rowCount texts, `null` where missing
 */
export function textValues(table: Table, name: string): (string | null)[] {
  return table.column(name).map(readText);
}
