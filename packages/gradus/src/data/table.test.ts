import { expect, test } from 'vitest';
import { Table, tableFromColumns, tableFromRows } from './table.ts';

const table = tableFromColumns({ x: [1, 2, 3], y: ['a', 'b', null] });

test('columns, rows and their numbers', () => {
  expect(table.names).toEqual(['x', 'y']);
  expect(table.column('y')).toEqual(['a', 'b', null]);
  expect(table.row(1)).toEqual({ x: 2, y: 'b' });
  expect([0, 2].map((row) => table.rowNumber(row))).toEqual([1, 3]);
});

test('selected rows keep their numbers, also when selected again', () => {
  const some = table.select([2, 0, 2]).select(Int32Array.of(0, 1));
  expect(some.column('x')).toEqual([3, 1]);
  expect([0, 1].map((row) => some.rowNumber(row))).toEqual([3, 1]);
  expect(some.withColumn('z', [true, false]).rowNumber(0)).toBe(3);
  expect(table.select([]).rowCount).toBe(0);
});

test('a table never changes', () => {
  const other = table.withColumn('x', [7, 8, 9]);
  expect(other.names).toEqual(['x', 'y']);
  expect(other.column('x')).toEqual([7, 8, 9]);
  expect(table.column('x')).toEqual([1, 2, 3]);
  expect(table.drop(['x']).names).toEqual(['y']);
  expect(table.head(2).rowCount).toBe(2);
  expect(table.head(9).rowCount).toBe(3);
});

test('rows may lack keys', () => {
  const made = tableFromRows([{ x: 1 }, { y: 'b', x: undefined }, {}]);
  expect(made.names).toEqual(['x', 'y']);
  expect(made.column('x')).toEqual([1, null, null]);
  expect(made.column('y')).toEqual([null, 'b', null]);
  expect(tableFromRows([]).rowCount).toBe(0);
});

test('names that columns of plain objects have by themselves are just names', () => {
  const made = tableFromRows([{ constructor: 'a' }, { toString: 'b' }]);
  expect(made.names).toEqual(['constructor', 'toString']);
  expect(() => table.column('constructor')).toThrow('there is no column "constructor"');
});

test('a table prints itself', () => {
  expect(String(table)).toBe('x  y\n1  a\n2  b\n3');
});

test('mistakes are named', () => {
  expect(() => table.column('Y')).toThrow('there is no column "Y". Did you mean "y"?');
  expect(() => table.drop(['z'])).toThrow('there is no column "z"');
  expect(() => table.select([3])).toThrow('row position 3 at index 0. Expected a whole number from 0 to 2.');
  expect(() => tableFromColumns({ a: [1], b: [] })).toThrow('column "b" has 0 rows. Expected 1');
  const twice: [string, number[]][] = [
    ['a', [1]],
    ['a', [2]],
  ];
  expect(() => new Table(twice)).toThrow('two columns are named "a"');
});
