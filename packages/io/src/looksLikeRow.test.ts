import { expect, test } from 'vitest';
import { looksLikeRow } from './looksLikeRow.ts';
import { readCsv } from './readCsv.ts';

const columnsOf = (...rows: readonly (readonly string[])[]) =>
  rows[0].map((_, i) => rows.map((row) => row[i]));

test('a line of values is told from a line of names', () => {
  const flowers = columnsOf(
    ['4.9', '3.0', 'setosa'],
    ['6.4', '3.2', 'versicolor'],
    ['5.0', '3.6', 'setosa'],
    ['5.8', '2.7', 'virginica'],
  );
  expect(looksLikeRow(['5.1', '3.5', 'setosa'], flowers)).toBe(true);
  expect(looksLikeRow(['length', 'width', 'species'], flowers)).toBe(false);
  expect(looksLikeRow(['1', '2', 'species'], flowers)).toBe(false);
  expect(looksLikeRow(['5.1', 'width', 'setosa'], flowers)).toBe(false);
});

test('numbers that rise from column to column may be names: years, pixels, wavelengths', () => {
  const numbers = columnsOf(['3', '4', '9'], ['5', '1', '2'], ['7', '7', '7']);
  for (const names of [
    ['1990', '1991', '1992'],
    ['0', '1', '2'],
    ['400.5', '401', '401.5'],
    ['9', '8', '7'],
  ])
    expect(looksLikeRow(names, numbers)).toBe(false);
  expect(looksLikeRow(['4', '9', '1'], numbers)).toBe(true);
  expect(looksLikeRow(['4', '4', '4'], numbers)).toBe(true);
});

test('texts alone tell nothing: a name may be one of the texts of its column', () => {
  const texts = columnsOf(['a', 'b'], ['c', 'b'], ['a', 'd']);
  expect(looksLikeRow(['a', 'b'], texts)).toBe(false);
});

test('a file without a header is refused, and its first line is shown', () => {
  const text = '5.1,3.5,setosa\n4.9,3.0,setosa\n6.4,3.2,versicolor\n5.8,2.7,setosa\n';
  expect(() => readCsv(new TextEncoder().encode(text))).toThrow(
    'the first line (5.1, 3.5, setosa) looks like the rows below it. Expected a header, the name of each column. Add a line of names above it, such as column1,column2,column3.',
  );
});
