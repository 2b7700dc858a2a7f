import { tableFromColumns } from 'gradus/data';
import { expect, test } from 'vitest';
import { writeCsv } from './writeCsv.ts';

test('quotes stand only where they are needed', () => {
  const table = tableFromColumns({
    'a b': ['x', 'x,y', ' x', 'say "x"'],
    n: [1.5, -2e-9, null, 3],
    t: [true, false, null, true],
  });
  expect(writeCsv(table)).toBe('a b,n,t\nx,1.5,true\n"x,y",-2e-9,false\n" x",,\n"say ""x""",3,true\n');
});

test('a lone missing value has quotes, since a blank line would be skipped', () => {
  expect(writeCsv(tableFromColumns({ a: [null, '1'] }))).toBe('a\n""\n1\n');
});

test('no rows give the header', () => {
  expect(writeCsv(tableFromColumns({ a: [], b: [] }))).toBe('a,b\n');
});
