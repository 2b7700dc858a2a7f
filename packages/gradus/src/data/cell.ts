/** One raw value of a table: text as read, a typed value, or `null` for nothing. */
export type Cell = number | string | boolean | null;

/**
 * Texts that mean a missing value, after white space around them is removed. The comparison is exact
 * (`na` is text, `NA` is missing), as these are the spellings that spreadsheets, R, pandas and SQL write.
 */
export const missingTokens: readonly string[] = [
  '',
  'NA',
  'N/A',
  'n/a',
  '#N/A',
  '<NA>',
  'NaN',
  'nan',
  'null',
  'NULL',
  'None',
  '?',
  '.',
];

const missing = new Set(missingTokens);
const pointNumber = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const commaNumber = /^[+-]?(\d+,?\d*|,\d+)([eE][+-]?\d+)?$/;
const infinity = /^([+-]?)inf(inity)?$/i;
const commaDecimals = /^\s*[+-]?\d*,\d/;

/** The sign between a number's whole part and its decimals. */
export type DecimalSign = '.' | ',';

/**
 * Tell whether a cell holds nothing: `null`, NaN, or one of `missingTokens`.
 *
 * @param cell - the raw value
 * @returns true when the value is missing
 *
 * @example
 * import { isMissing } from 'gradus/data';
 * isMissing(' NA '); // true
 * isMissing('0'); // false
 */
export function isMissing(cell: Cell): boolean {
  if (cell === null) return true;
  if (typeof cell === 'number') return Number.isNaN(cell);
  return typeof cell === 'string' && missing.has(cell.trim());
}

/**
 * Read a cell as a number.
 *
 * @param cell - the raw value
 * @param decimal - the decimal sign; default a point
 * @returns the number (infinite ones too), NaN where the value is missing, `undefined` where it is no number
 *
 * @example
 * import { readNumber } from 'gradus/data';
 * readNumber(' 2.5e1 '); // 25
 * readNumber('2,5', ','); // 2.5
 * readNumber('NA'); // NaN
 * readNumber('two'); // undefined
 */
export function readNumber(cell: Cell, decimal: DecimalSign = '.'): number | undefined {
  if (cell === null) return Number.NaN;
  if (typeof cell === 'number') return cell;
  if (typeof cell === 'boolean') return undefined;
  const text = cell.trim();
  if (decimal === '.') {
    if (pointNumber.test(text)) return Number(text);
  } else if (commaNumber.test(text)) return Number(text.replace(',', '.'));
  if (missing.has(text)) return Number.NaN;
  const infinite = infinity.exec(text);
  if (infinite !== null) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return undefined;
}

/**
 * Read a cell as true or false: `true`/`false` and `yes`/`no` in any case, or a boolean.
 *
 * @param cell - the raw value
 * @returns the boolean, `null` where the value is missing, `undefined` where it is neither
 *
 * @example
 * import { readBoolean } from 'gradus/data';
 * readBoolean('True'); // true
 * readBoolean('no'); // false
 * readBoolean('1'); // undefined
 */
export function readBoolean(cell: Cell): boolean | null | undefined {
  if (typeof cell === 'boolean') return cell;
  if (isMissing(cell)) return null;
  if (typeof cell === 'number') return undefined;
  const text = (cell as string).trim().toLowerCase();
  if (text === 'true' || text === 'yes') return true;
  if (text === 'false' || text === 'no') return false;
  return undefined;
}

/**
 * Read a cell as the name of a category: its text without white space around it.
 *
 * @param cell - the raw value
 * @returns the text, or `null` where the value is missing
 *
 * @example
 * import { readText } from 'gradus/data';
 * readText(' Dream '); // 'Dream'
 * readText(3); // '3'
 * readText('NA'); // null
 */
export function readText(cell: Cell): string | null {
  if (isMissing(cell)) return null;
  return typeof cell === 'string' ? cell.trim() : String(cell);
}

/**
 * Find the decimal sign of a column: a comma where commas may be decimal signs and a cell uses one so.
 *
 * @param cells - the column
 * @param decimalComma - whether a comma can be a decimal sign in this table (it separates no fields)
 * @returns the decimal sign
 *
 * @example
 * import { decimalSign } from 'gradus/data';
 * decimalSign(['1', '2,5'], true); // ','
 */
export function decimalSign(cells: readonly Cell[], decimalComma: boolean): DecimalSign {
  if (!decimalComma) return '.';
  return cells.some((cell) => typeof cell === 'string' && commaDecimals.test(cell)) ? ',' : '.';
}
