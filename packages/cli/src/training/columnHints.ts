import { isMissing, type Table } from 'gradus/data';

/** Cells that are looked at. */
const sampleSize = 1000;

/** Share of the cells that has to be of a kind. */
const share = 0.9;

const sign = '[$€£¥₹]';
const groups = "\\d{1,3}(?:[,.' \u00a0\u202f]\\d{3})+(?:[.,]\\d+)?";
const number = new RegExp(
  `^[+-]?(?:${groups}|${sign} ?(?:${groups}|[\\d.,]+)|(?:${groups}|[\\d.,]+) ?(?:${sign}|%))$`,
);
const date =
  /^(?:\d{4}[-/.]\d{1,2}(?:[-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))(?:[T ]\d{1,2}:\d{2}.*)?$/;
const time = /^\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?[ap]m)?$/i;

/**
 * Say what a column of texts could be made into, if its texts are numbers, dates or times in disguise.
 *
 * @returns A sentence without a full stop; undefined for all other columns.
 */
export function columnHint(table: Table, name: string): string | undefined {
  const texts: string[] = [];
  for (const cell of table.column(name)) {
    if (typeof cell === 'string' && !isMissing(cell)) texts.push(cell.trim());
    if (texts.length === sampleSize) break;
  }
  const [example] = texts;
  if (example === undefined) return undefined;
  const are = (pattern: RegExp): boolean =>
    texts.filter((text) => pattern.test(text)).length >= share * texts.length;
  const column = `column ${JSON.stringify(name)} holds`;
  const such = `such as ${JSON.stringify(example)}`;
  if (are(date)) {
    return `${column} dates, ${such}; numbers made from them, such as the year, the month or the days since a start, can be learnt from`;
  }
  if (are(time))
    return `${column} times, ${such}; numbers made from them, such as the hour, can be learnt from`;
  if (are(number)) {
    return `${column} numbers with separators or signs, ${such}; written plainly, as 1234.5, they can be learnt from`;
  }
  return undefined;
}
