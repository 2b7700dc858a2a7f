import { type Cell, isMissing, readNumber } from 'gradus/data';

/** Rows that are looked at. */
const looked = 1000;

/**
 * Tell whether the first line of a file looks like the rows below it rather than like names: it holds a number where the
 * column holds numbers throughout, and a value that comes again where it holds texts. Numbers that rise or fall from
 * column to column, as years or wavelengths do, may be names; and texts alone tell nothing, as a name may well be one
 * of its column's texts.
 *
 * @param names - the first line
 * @param columns - the cells below it, column by column
 */
export function looksLikeRow(names: readonly string[], columns: readonly (readonly Cell[])[]): boolean {
  const numbers: number[] = [];
  let isRepeated = false;
  for (const [i, name] of names.entries()) {
    const cells = columns[i].slice(0, looked).filter((cell) => !isMissing(cell));
    // Two rows show little of what a column holds.
    if (cells.length < 3) return false;
    const asNumber = readNumber(name);
    const isNumeric = cells.every((cell) => readNumber(cell) !== undefined);
    if (isNumeric) {
      if (asNumber === undefined || Number.isNaN(asNumber)) return false;
      numbers.push(asNumber);
    } else {
      if (!cells.some((cell) => String(cell).trim() === name)) return false;
      isRepeated = true;
    }
  }
  if (isRepeated) return numbers.length > 0;
  const steps = numbers.slice(1).map((value, i) => value - numbers[i]);
  return numbers.length > 1 && !steps.every((step) => step > 0) && !steps.every((step) => step < 0);
}
