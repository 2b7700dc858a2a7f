import { DataError } from 'gradus';
import { Table } from 'gradus/data';
import Papa from 'papaparse';
import { decodeText } from './decodeText.ts';
import { type Delimiter, inferDelimiter } from './inferDelimiter.ts';
import { looksLikeRow } from './looksLikeRow.ts';

/** How to read a CSV file. */
export interface CsvOptions {
  /** Character between the fields; default: inferred among comma, semicolon, tab and bar. */
  readonly delimiter?: Delimiter;
  /** Whether a header alone is accepted, giving a table of no rows; default false. */
  readonly allowNoRows?: boolean;
}

/** Most characters that a field may have. */
const longestField = 1_000_000;

/**
 * Read the bytes of a CSV or TSV file as a table of text: quoted fields, either line end, with or without a
 * byte order mark. Blank lines are skipped. A column without a name is called `column N`.
 *
 * @param bytes - the whole file, in UTF-8
 * @param options - delimiter, header without rows
 * @returns a table whose cells are the texts as they stand; commas may be decimal signs in it where the
 *   delimiter is no comma
 * @throws DataError, with row and column, for an empty or binary file, a first line of values instead of names, a
 *   header without rows, a row with too
 *   many or too few fields, a name that stands twice, a quote that is never closed, or a field of more than
 *   1,000,000 characters
 *
 * @example
 * import { readCsv } from '@gradus/io';
 * const table = readCsv(new TextEncoder().encode('island,mass\n"Dream, south",3750\n'));
 * table.column('island')[0]; // 'Dream, south'
 */
export function readCsv(bytes: Uint8Array, options: CsvOptions = {}): Table {
  const text = decodeText(bytes);
  const newline = text.includes('\n') || !text.includes('\r') ? '\n' : '\r';
  const delimiter = options.delimiter ?? inferDelimiter(text, newline);
  const reader = new RecordReader(text, delimiter, newline);
  let failure: unknown;
  Papa.parse<string[]>(text, {
    delimiter,
    newline,
    fastMode: false,
    step: (result, parser) => {
      try {
        reader.accept(result.data, result.meta.cursor, result.errors[0]?.code);
      } catch (error) {
        failure = error;
        parser.abort();
      }
    },
  });
  if (failure !== undefined) throw failure;
  const { names, columns } = reader;
  if (names === undefined) {
    throw new DataError({
      received: 'the file holds only blank lines',
      expected: 'a header and rows',
      remedy: 'Check that it was saved or sent whole.',
    });
  }
  if (columns[0].length === 0 && options.allowNoRows !== true) {
    throw new DataError({
      received: `the file has a header (${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}) but no rows`,
      expected: 'at least one row below the header',
      remedy: 'Check that it was saved or sent whole.',
    });
  }
  if (looksLikeRow(names, columns)) {
    const shown = `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;
    const example = names.slice(0, 3).map((_, i) => `column${i + 1}`);
    throw new DataError({
      received: `the first line (${shown}) looks like the rows below it`,
      expected: 'a header, the name of each column',
      remedy: `Add a line of names above it, such as ${example.join(delimiter)}${names.length > 3 ? `${delimiter}…` : ''}.`,
    });
  }
  return new Table(
    names.map((name, index) => [name, columns[index]]),
    { decimalComma: delimiter !== ',' },
  );
}

/** Gather parsed records into columns, checking each one. */
class RecordReader {
  names: readonly string[] | undefined;
  columns: string[][] = [];
  readonly #text: string;
  readonly #delimiter: Delimiter;
  readonly #newline: '\n' | '\r';
  #start = 0;

  constructor(text: string, delimiter: Delimiter, newline: '\n' | '\r') {
    this.#text = text;
    this.#delimiter = delimiter;
    this.#newline = newline;
  }

  /** Take one record; `cursor` is the position in the text after it and its line end. */
  accept(record: string[], cursor: number, problem: string | undefined): void {
    const start = this.#start;
    this.#start = cursor;
    const end = cursor > start && this.#text[cursor - 1] === this.#newline ? cursor - 1 : cursor;
    if (end === start || (end === start + 1 && this.#text[start] === '\r')) return;
    // A line of spaces above the header is no header; below it, it may be a missing value.
    if (this.names === undefined && record.length === 1 && this.#text.slice(start, end).trim() === '') return;
    if (problem !== undefined) throw this.#quoteError(problem, start);
    this.#stripCarriageReturn(record, end);
    const longest = record.findIndex((field) => field.length > longestField);
    if (longest !== -1) {
      const column = this.names?.[longest] ?? `column ${longest + 1}`;
      throw new DataError(
        {
          received: `${this.#place(start)}, column ${JSON.stringify(column.slice(0, 60))}, has ${record[longest].length} characters`,
          expected: `at most ${longestField}`,
          remedy: 'Check the quotes around it, or leave the column out of the file.',
        },
        { row: this.#row, column },
      );
    }
    if (this.names === undefined) this.#acceptHeader(record);
    else this.#acceptRow(record, start);
  }

  get #row(): number {
    return this.names === undefined ? 0 : this.columns[0].length + 1;
  }

  /** Word where a record stands: `row 3 (line 5)`, or `the header`. */
  #place(start: number): string {
    let line = 1;
    for (let at = this.#text.indexOf(this.#newline); at !== -1 && at < start; line++) {
      at = this.#text.indexOf(this.#newline, at + 1);
    }
    return this.names === undefined ? `the header (line ${line})` : `row ${this.#row} (line ${line})`;
  }

  /** Lines end in `\n` here, so that the `\r` of a `\r\n` is left on the last field unless it is quoted. */
  #stripCarriageReturn(record: string[], end: number): void {
    const last = record.length - 1;
    if (this.#newline !== '\n' || this.#text[end - 1] !== '\r' || !record[last].endsWith('\r')) return;
    const quotedReturn = this.#text[end - 2] === '"' && this.#text[end - 3] === '\r';
    if (!quotedReturn) record[last] = record[last].slice(0, -1);
  }

  #acceptHeader(record: readonly string[]): void {
    const seen = new Map<string, number>();
    this.names = record.map((field, index) => {
      const name = field.trim() === '' ? `column ${index + 1}` : field.trim();
      const before = seen.get(name);
      if (before !== undefined) {
        throw new DataError(
          {
            received: `the header names columns ${before} and ${index + 1} both ${JSON.stringify(name)}`,
            expected: 'a different name for every column',
            remedy: 'Rename one of them.',
          },
          { column: name },
        );
      }
      seen.set(name, index + 1);
      return name;
    });
    this.columns = record.map(() => []);
  }

  #acceptRow(record: readonly string[], start: number): void {
    const expected = this.columns.length;
    if (record.length !== expected) {
      const delimiter = this.#delimiter === '\t' ? 'tab' : `"${this.#delimiter}"`;
      throw new DataError(
        {
          received: `${this.#place(start)} has ${count(record.length, 'field')}`,
          expected: `${expected}, as the header has (fields separated by ${delimiter})`,
          remedy: 'Put quotes around fields that hold the separator, or repair the row.',
        },
        { row: this.#row },
      );
    }
    for (let index = 0; index < expected; index++) this.columns[index].push(record[index]);
  }

  #quoteError(problem: string, start: number): DataError {
    const never = problem === 'MissingQuotes';
    return new DataError(
      {
        received: never
          ? `${this.#place(start)} opens a quote that is never closed`
          : `${this.#place(start)} has text after a closing quote`,
        expected: 'a closing quote, and a quote within a quoted field written twice',
        remedy: 'Repair the quotes in that row.',
      },
      { row: this.#row },
    );
  }
}

const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
