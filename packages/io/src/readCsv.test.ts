import fc from 'fast-check';
import { DataError } from 'gradus';
import { type Table, tableFromColumns } from 'gradus/data';
import { expect, test } from 'vitest';
import { looksLikeRow } from './looksLikeRow.ts';
import { type CsvOptions, readCsv } from './readCsv.ts';
import { writeCsv } from './writeCsv.ts';

const read = (text: string, options?: CsvOptions): Table => readCsv(new TextEncoder().encode(text), options);
const contents = (table: Table) => table.names.map((name) => [name, ...table.column(name)]);
const failure = (text: string | Uint8Array): DataError => {
  try {
    readCsv(typeof text === 'string' ? new TextEncoder().encode(text) : text);
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

test.each([
  ['plain', 'a,b\n1,x\n2,y\n'],
  ['no line end at the end', 'a,b\n1,x\n2,y'],
  ['Windows line ends', 'a,b\r\n1,x\r\n2,y\r\n'],
  ['mixed line ends', 'a,b\r\n1,x\n2,y\r\n'],
  ['old Macintosh line ends', 'a,b\r1,x\r2,y\r'],
  ['byte order mark', '\ufeffa,b\n1,x\n2,y\n'],
  ['blank lines', '\n\na,b\n\n1,x\n\r\n2,y\n\n'],
  ['semicolons', 'a;b\n1;x\n2;y\n'],
  ['tabs', 'a\tb\n1\tx\n2\ty\n'],
  ['bars', 'a|b\n1|x\n2|y\n'],
  ['quotes', '"a","b"\n"1","x"\n2,"y"\n'],
  ['quotes and Windows line ends', '"a","b"\r\n"1","x"\r\n2,"y"\r\n'],
  ['white space around names', ' a , b \n1,x\n2,y\n'],
])('%s', (_, text) => {
  expect(contents(read(text))).toEqual([
    ['a', '1', '2'],
    ['b', 'x', 'y'],
  ]);
});

test('quoted fields hold separators, quotes and line ends', () => {
  const table = read('name,note\n"Smith, J.","said ""no""\nand left"\r\n');
  expect(table.row(0)).toEqual({ name: 'Smith, J.', note: 'said "no"\nand left' });
  expect(read('size\n5" pipe\n').row(0)).toEqual({ size: '5" pipe' });
});

test('one column, empty fields, empty quoted fields', () => {
  expect(contents(read('a\n1\n\n2\n'))).toEqual([['a', '1', '2']]);
  expect(contents(read('a\n1\n""\n2\n'))).toEqual([['a', '1', '', '2']]);
  expect(contents(read('a,b\n,\n1,\n'))).toEqual([
    ['a', '', '1'],
    ['b', '', ''],
  ]);
});

test('a comma can be a decimal sign where it separates nothing', () => {
  const table = read('a;b\n1,5;2,5\n3,5;4\n');
  expect(table.decimalComma).toBe(true);
  expect(table.row(0)).toEqual({ a: '1,5', b: '2,5' });
  expect(read('a,b\n1,2\n').decimalComma).toBe(false);
});

test('the delimiter can be given, and is not sought within quotes', () => {
  expect(read('a;b,c\n1;2,3\n', { delimiter: ',' }).names).toEqual(['a;b', 'c']);
  expect(read('"a;b;c;d",e\n"1;2",3\n').names).toEqual(['a;b;c;d', 'e']);
});

test('columns without a name are numbered', () => {
  expect(read(',a,\n1,2,3\n').names).toEqual(['column 1', 'a', 'column 3']);
});

test('a header without rows is accepted on request', () => {
  const table = read('a,b\n', { allowNoRows: true });
  expect([table.names, table.rowCount]).toEqual([['a', 'b'], 0]);
});

test.each<[string, string | Uint8Array, string]>([
  ['an empty file', '', 'the file is empty. Expected a header line and rows below it.'],
  ['blank lines only', '\n\r\n\n', 'the file holds only blank lines'],
  ['lines of spaces only', '\n  \n \r\n', 'the file holds only blank lines'],
  ['a header without rows', 'a,b\n', 'the file has a header (a, b) but no rows. Expected at least one row'],
  [
    'a short row',
    'a,b\n1,2\n\n3\n',
    'row 2 (line 4) has 1 field. Expected 2, as the header has (fields separated by ",")',
  ],
  ['a long row', 'a;b\n1;2\n1;2;3\n', 'row 2 (line 3) has 3 fields. Expected 2'],
  ['a row after a quoted line end', 'a,b\n"1\n1",2\n3\n', 'row 2 (line 4) has 1 field'],
  ['a name twice', 'a,b,a\n1,2,3\n', 'the header names columns 1 and 3 both "a"'],
  ['an open quote', 'a,b\n1,2\n3,"x\n4,5\n6,7\n', 'row 2 (line 3) opens a quote that is never closed'],
  ['an open quote in the header', '"a,b\n1,2\n', 'the header (line 1) opens a quote that is never closed'],
  ['text after a quote', 'a,b\n1,"x"y\n', 'row 1 (line 2) has text after a closing quote'],
  ['Latin-1', Uint8Array.of(97, 10, 0x63, 0x61, 0x66, 0xe9, 10), 'byte 5 (line 2) is no UTF-8: 0xe9'],
  ['an overlong sequence', Uint8Array.of(97, 10, 0xe0, 0x80, 0x80), 'byte 2 (line 2) is no UTF-8'],
  ['a cut sequence', Uint8Array.of(97, 10, 0xf0, 0x9f, 0x98), 'byte 2 (line 2) is no UTF-8'],
  ['zero bytes', Uint8Array.of(97, 10, 0, 1), 'the file is binary: byte 2 (line 2) is zero'],
  [
    'gzip',
    Uint8Array.of(0x1f, 0x8b, 8),
    'the file is a gzip file. Expected text in UTF-8. Save the table as CSV',
  ],
  ['zip', Uint8Array.of(0x50, 0x4b, 3, 4, 0), 'Excel workbooks are zip files too'],
  ['Parquet', new TextEncoder().encode('PAR1abc'), 'the file is a Parquet file'],
  ['UTF-16', Uint8Array.of(0xff, 0xfe, 97, 0), 'the file is UTF-16 text'],
])('%s is refused', (_, text, message) => {
  expect(failure(text).message).toContain(message);
});

test('errors carry row and column', () => {
  expect(failure('a,b\n1,2\n3\n').row).toBe(2);
  expect(failure('a,a\n1,2\n').column).toBe('a');
});

test('a field may have 1,000,000 characters and not one more', () => {
  const long = 'x'.repeat(1_000_000);
  expect(read(`a,b\n1,${long}\n`).column('b')[0]).toBe(long);
  const error = failure(`a,b\n1,2\n1,"${long}y"\n`);
  expect(error.message).toContain(
    'row 2 (line 3), column "b", has 1000001 characters. Expected at most 1000000.',
  );
  expect([error.row, error.column]).toEqual([2, 'b']);
});

const text = fc.string({
  unit: fc.constantFrom('a', 'B', '1', '.', ' ', ',', ';', '\t', '|', '"', '\n', '\r', 'é', '😀', '\ufeff'),
});
const names = fc.uniqueArray(
  text.map((name) => name.trim()).filter((name) => name !== '' && !/^column \d+$/.test(name)),
  {
    minLength: 1,
    maxLength: 5,
  },
);

test('what is written is read back, whatever the texts', () => {
  fc.assert(
    fc.property(
      names.chain((header) =>
        fc.record({
          header: fc.constant(header),
          rows: fc.array(fc.array(text, { minLength: header.length, maxLength: header.length }), {
            minLength: 1,
            maxLength: 6,
          }),
        }),
      ),
      ({ header, rows }) => {
        const columns = header.map((name, index) => [name, rows.map((row) => row[index])] as const);
        // Such a table is refused on purpose: see looksLikeRow.test.ts.
        fc.pre(
          !looksLikeRow(
            header,
            columns.map(([, cells]) => cells),
          ),
        );
        const table = tableFromColumns(Object.fromEntries(columns));
        const back = read(writeCsv(table), { delimiter: ',' });
        expect(contents(back)).toEqual(contents(table));
      },
    ),
    { numRuns: 500 },
  );
});

test('any bytes give a table or a DataError', () => {
  const byte = fc.oneof(fc.constantFrom(10, 13, 34, 44, 59, 97, 49), fc.nat(255));
  fc.assert(
    fc.property(fc.array(byte, { maxLength: 40 }), (bytes) => {
      try {
        readCsv(Uint8Array.from(bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(DataError);
      }
    }),
    { numRuns: 1000 },
  );
});
