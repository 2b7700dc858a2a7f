import { tableFromColumns } from 'gradus/data';
import { expect, test } from 'vitest';
import { suggestTargets } from './suggestTargets.ts';

const likely = (columns: Record<string, readonly (string | number)[]>): string[] =>
  suggestTargets(tableFromColumns(columns))
    .filter(({ rank }) => rank !== undefined)
    .sort((a, b) => Number(a.rank) - Number(b.rank))
    .map(({ name }) => name);

const numbers = Array.from({ length: 30 }, (_, i) => i * 1.5);
const names = numbers.map((_, i) => `Mr ${i}`);
const sides = numbers.map((_, i) => (i % 2 === 0 ? 'left' : 'right'));

test('a usual name goes first, then the last column; what names rows or has one value is never likely', () => {
  expect(likely({ carat: numbers, price: numbers, x: numbers, y: numbers, z: numbers })).toEqual([
    'price',
    'z',
  ]);
  expect(likely({ y: numbers, x: numbers, total: numbers })).toEqual(['y', 'total']);
  expect(likely({ x: numbers, name: names, side: sides })).toEqual(['side']);
  expect(likely({ x: numbers, side: sides, name: names })).toEqual(['side']);
  expect(likely({ x: numbers, one: numbers.map(() => 1) })).toEqual(['x']);
});

test('each column is told with what it holds and how many values', () => {
  expect(suggestTargets(tableFromColumns({ x: [1, 2, 2], t: ['a', 'NA', 'b'] }))).toEqual([
    { name: 'x', holds: 'numbers', distinct: 2 },
    { name: 't', holds: 'texts', distinct: 2, rank: 0 },
  ]);
});
