import { tableFromColumns } from 'gradus/data';
import { afterAll, expect, test } from 'vitest';
import { Workplace } from '../testing/command.ts';
import { columnHint } from './columnHints.ts';

const place = new Workplace();
afterAll(() => place.remove());

test.each([
  [['1,234', '12,345,678', '999,000.5'], 'numbers'],
  [['1.234,50', '12.345'], 'numbers'],
  [['$5', '$1,200.50', ''], 'numbers'],
  [['45.3%', '7 %'], 'numbers'],
  [['-1 234 €', '20 €'], 'numbers'],
  [['2024-01-31', '2024-02-01T10:00:00Z'], 'dates'],
  [['1949-01', '1949-02'], 'dates'],
  [['31/01/2024', '1.2.24'], 'dates'],
  [['10:30', '9:05 pm'], 'times'],
])('%j hold %s', (cells, kind) => {
  expect(columnHint(tableFromColumns({ x: cells }), 'x')).toContain(
    `column "x" holds ${kind}${kind === 'numbers' ? ' with' : ','}`,
  );
});

test.each([
  [['Owen Harris', 'John Bradley']],
  [['A/5 21171', '113803']],
  [['a1b2', 'ff00']],
  [['2024-01-31', 'soon', 'later']],
  [['', '']],
  [[1, 2]],
])('%j hold nothing in disguise', (cells) => {
  expect(columnHint(tableFromColumns({ x: cells }), 'x')).toBeUndefined();
});

/** A table of 60 rows: a date, a price with separators, a number. */
const content = `when,price,size\n${Array.from({ length: 60 }, (_, row) => {
  const day = String((row % 28) + 1).padStart(2, '0');
  return `20${10 + row}-01-${day},"${((row * 13) % 59) + 1},250",${(row * 7) % 11}`;
}).join('\n')}\n`;

test('columns left out for it, and a target that cannot be learnt for it, say so', async () => {
  const file = place.file('sales.csv', content);
  const trained = await place.run(['train', file, '--target', 'size', '--task', 'regress', '--dry-run']);
  expect(trained.code).toBe(3);
  expect(trained.stderr).toContain('column "when" holds dates, such as "2010-01-01"');
  expect(trained.stderr).toContain('column "price" holds numbers with separators or signs, such as "1,250"');
  const target = await place.run(['train', file, '--target', 'price']);
  expect(target.code).toBe(3);
  expect(target.stderr).toContain('column "price" holds numbers with');
  const partly = place.file('partly.csv', content.replace(/"(\d+),250"/g, '$1'));
  const kept = await place.run(['train', partly, '--target', 'size', '--task', 'regress', '--dry-run']);
  expect([kept.code, kept.stdout]).toEqual([0, expect.stringContaining('note: column "when" holds dates')]);
});
