import { expect, test } from 'vitest';
import { type Cell, Table, tableFromColumns } from '../data/index.ts';
import { DataError } from '../util/errors.ts';
import { describeSchema } from './describeSchema.ts';
import { inferSchema, type SchemaOptions } from './inferSchema.ts';

const repeat = (cells: Cell[], times: number): Cell[] => Array.from({ length: times }, () => cells).flat();
const count = (rows: number, cell: (row: number) => Cell): Cell[] =>
  Array.from({ length: rows }, (_, row) => cell(row));
const x = count(40, (row) => String((row * 7) % 11));
const infer = (y: Cell[], columns: Record<string, Cell[]> = {}, options: Partial<SchemaOptions> = {}) =>
  inferSchema(tableFromColumns({ x: count(y.length, (row) => (row * 7) % 11), ...columns, y }), {
    target: 'y',
    ...options,
  });
const columnOf = (cells: Cell[]) => {
  const schema = inferSchema(tableFromColumns({ x, c: cells, y: repeat(['a', 'b'], 20) }), { target: 'y' });
  return schema.columns.find(({ name }) => name === 'c')?.kind ?? schema.dropped[0]?.reason;
};

test.each<[string, Cell[], string, string[] | undefined]>([
  ['text', repeat(['b', 'a'], 9), 'classify', ['a', 'b']],
  ['text sorted by code unit', repeat(['ä', 'b', 'Z'], 9), 'classify', ['Z', 'b', 'ä']],
  [
    'booleans in several spellings',
    repeat(['True', 'false', 'TRUE', 'TRUE'], 9),
    'classify',
    ['false', 'TRUE'],
  ],
  ['booleans in one spelling', repeat(['Yes', 'No'], 9), 'classify', ['No', 'Yes']],
  ['typed booleans', repeat([true, false], 9), 'classify', ['false', 'true']],
  [
    '20 integers, in numeric order',
    repeat(
      count(20, (row) => `${row}.0`),
      2,
    ),
    'classify',
    count(20, String) as string[],
  ],
  [
    '21 integers',
    repeat(
      count(21, (row) => `${row}`),
      2,
    ),
    'regress',
    undefined,
  ],
  ['fractions', repeat(['0.5', '1'], 9), 'regress', undefined],
])('a target of %s', (_, cells, task, labels) => {
  const schema = infer(cells);
  expect(schema.task).toBe(task);
  expect(schema.target.kind === 'class' ? schema.target.labels : undefined).toEqual(labels);
});

test('the task can be chosen', () => {
  expect(infer(repeat([1, 2, 3], 5), {}, { task: 'regress' }).task).toBe('regress');
  expect(
    infer(
      repeat(
        count(25, (row) => row),
        3,
      ),
      {},
      { task: 'classify' },
    ).target,
  ).toMatchObject({ kind: 'class' });
});

test('rows without a target are left out and counted', () => {
  const schema = infer(['a', 'NA', 'b', '', 'a', 'b', 'a', 'b']);
  expect(schema.rowCount).toBe(6);
  expect(schema.target.missing).toBe(2);
  expect(schema.warnings).toEqual(['2 rows are left out, as "y" is missing there']);
});

test.each<[string, Cell[], string]>([
  ['numbers', count(40, (row) => (row % 3 === 0 ? '?' : `${row}.5`)), 'number'],
  ['yes and no', repeat(['yes', 'No', '', 'YES'], 10), 'boolean'],
  ['words', repeat(['p', 'q', 'NA', '1'], 10), 'category'],
  ['one value', repeat(['p'], 40), 'constant'],
  ['one number', repeat([5], 40), 'constant'],
  ['one value or missing', repeat(['p', ''], 20), 'category'],
  ['nothing', repeat(['', 'NA'], 20), 'missing'],
  ['names', count(40, (row) => `name ${row}`), 'identifier'],
  ['row numbers', count(40, (row) => row + 1), 'rowNumber'],
  ['row numbers from 0', count(40, String), 'rowNumber'],
])('a column of %s', (_, cells, expected) => {
  expect(columnOf(cells)).toBe(expected);
});

test('kinds that the caller knows hold', () => {
  const columns = {
    code: repeat([1, 2], 10),
    name: count(20, (row) => `n${row}`),
    id: count(20, (row) => row),
  };
  const types = { code: 'category', name: 'category', id: 'number' } as const;
  const schema = infer(repeat(['a', 'b'], 10), columns, { types, drop: ['x'] });
  expect(schema.columns.map(({ kind }) => kind)).toEqual(['category', 'category', 'number']);
  expect(schema.dropped).toEqual([{ name: 'x', reason: 'requested' }]);
});

test('a column that gives the target away is pointed out', () => {
  const { warnings } = infer(repeat(['0', '1'], 20), { alive: repeat(['no', 'yes'], 20) });
  expect(warnings).toEqual([
    'column "alive" alone determines "y"; drop it if it would not be known beforehand',
  ]);
});

test('classes of one or two rows are pointed out', () => {
  expect(infer([...repeat(['a', 'b'], 9), 'c']).warnings[0]).toContain(
    'fewer than 3 rows have the class "c"',
  );
});

test('numbers with a decimal comma', () => {
  const cells = count(30, (row) => `${row},5`);
  const table = new Table(Object.entries({ v: cells, y: repeat(['a', 'b'], 15) }), { decimalComma: true });
  expect(inferSchema(table, { target: 'y' }).columns[0]).toMatchObject({
    kind: 'number',
    range: [0.5, 29.5],
  });
});

const failure = (run: () => unknown): DataError => {
  try {
    run();
  } catch (error) {
    if (error instanceof DataError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

test('a text among the numbers of a target names its row', () => {
  const error = failure(() => infer([...count(30, (row) => `${row}`), 'n.a.', '7']));
  expect(error.message).toBe(
    'the numeric target "y", row 31, holds "n.a.". Expected a number, as in its other rows. ' +
      'Correct the cell or leave it empty, in which case the row is left out.',
  );
  expect([error.row, error.column]).toEqual([31, 'y']);
  const forced = failure(() => infer(repeat(['1', 'b'], 5), {}, { task: 'regress' }));
  expect(forced.row).toBe(2);
});

test('a text among the numbers of a column names its row', () => {
  const cells = count(40, (row) => (row === 16 ? 'unknown' : `${row}.5`));
  const error = failure(() => columnOf(cells));
  expect([error.row, error.column]).toEqual([17, 'c']);
  expect(error.message).toContain('column "c", row 17, holds "unknown"');
  expect(error.message).toContain('give the column the type category');
});

test.each(['inf', '-Infinity', '1e31', '-1e999', Number.POSITIVE_INFINITY])(
  'the number %s is refused',
  (value) => {
    const error = failure(() =>
      infer(repeat(['a', 'b'], 20), { c: count(40, (row) => (row === 4 ? value : row * 2)) }),
    );
    expect([error.row, error.column]).toEqual([5, 'c']);
    expect(error.message).toContain('Expected a finite number of magnitude at most 1e+30.');
    expect(failure(() => infer(count(40, (row) => (row === 4 ? value : row * 1.5)))).row).toBe(5);
  },
);

test('1e30 is a number', () => {
  expect(columnOf(count(40, (row) => (row === 4 ? 1e30 : row)))).toBe('number');
});

test('what cannot be learnt is refused', () => {
  expect(() => infer(repeat(['a'], 9))).toThrow('the target "y" is "a" in all 9 rows that have one');
  expect(() => infer(repeat([2.5, 'NA'], 9))).toThrow('is "2.5" in all 9 rows');
  expect(() => infer(repeat(['NA'], 9))).toThrow('missing in every row');
  expect(() => infer(count(50, (row) => `word ${row}`))).toThrow('has 50 classes in 50 rows');
  expect(() => infer(repeat(['a', 'b'], 9), {}, { target: 'Yy' })).toThrow('Did you mean "y"?');
  expect(() => infer(repeat(['a', 'b'], 9), {}, { drop: ['z1'] })).toThrow('there is no column "z1"');
  expect(() => infer(repeat(['a', 'b'], 9), {}, { types: { xx: 'number' } })).toThrow('Did you mean "x"?');
  expect(() => infer(repeat(['a', 'b'], 9), {}, { drop: ['y'] })).toThrow('among the columns to drop');
  expect(() => infer(repeat(['a', 'b'], 9), {}, { drop: ['x'] })).toThrow('no column is left to learn from');
  expect(() => infer([])).toThrow('the table has no rows');
  const types = { c: 'number' } as const;
  expect(() => infer(repeat(['a', 'b'], 2), { c: ['1', '2', 'z', '4'] }, { types })).toThrow(
    'row 3, holds "z"',
  );
  expect(() =>
    infer(repeat(['a', 'b'], 2), { c: ['1', 'no', '2', ''] }, { types: { c: 'boolean' } }),
  ).toThrow('row 3');
});

test('a schema describes itself', () => {
  const columns = {
    kind: repeat(['p', 'q', '', 'r', 'q'], 8),
    one: repeat(['p'], 40),
    old: repeat([1, 2, 4, 5], 10),
  };
  const schema = infer(repeat(['b', 'a'], 20), columns, { drop: ['old'] });
  expect(describeSchema(schema)).toEqual([
    'classify "y" in 2 classes: a 20, b 20',
    '40 rows, 2 columns',
    '  x     number    0 to 10',
    '  kind  category  3 levels                  8 missing',
    'dropped as asked: old',
    'note: column "one" is left out: it has one value only',
  ]);
});

test('classes that are spelled in several ways keep the spelling of most rows, and a note says so', () => {
  const y = repeat(['yes', 'No', 'Yes', 'yes ', 'No', 'no'], 10);
  const { target, warnings } = inferSchema(tableFromColumns({ x: y.map((_, i) => i * 0.7), y }), {
    target: 'y',
  });
  expect(target.kind === 'class' && target.labels).toEqual(['No', 'yes']);
  expect(warnings).toContain('"Yes" is read as the class "yes"');
  expect(warnings).toContain('"no" is read as the class "No"');
});
