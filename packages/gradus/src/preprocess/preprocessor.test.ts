import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Cell, tableFromColumns } from '../data/index.ts';
import { inferSchema, type SchemaOptions } from './inferSchema.ts';
import { Preprocessor, rowsWithTarget } from './preprocessor.ts';

const fit = (columns: Record<string, Cell[]>, options: Partial<SchemaOptions> = {}) => {
  const table = tableFromColumns(columns);
  const schema = inferSchema(table, { target: 'y', ...options });
  return { table, preprocessor: Preprocessor.fit(schema, table) };
};
const rowsOf = ({ values, rows, width }: { values: Float32Array; rows: number; width: number }): number[][] =>
  Array.from({ length: rows }, (_, row) => Array.from(values.subarray(row * width, (row + 1) * width)));
const ab = (rows: number): Cell[] => Array.from({ length: rows }, (_, row) => (row % 2 === 0 ? 'a' : 'b'));

test('numbers: median for missing, population deviation of the values present, a mark', () => {
  const { table, preprocessor } = fit({ x: ['1', '', '2', '6'], y: ab(4) });
  const deviation = Math.sqrt((4 + 1 + 9) / 3);
  const { names, width } = preprocessor.transform(table);
  expect([names, width]).toEqual([['x', 'x is missing'], 2]);
  expect(rowsOf(preprocessor.transform(table))).toEqual(
    [
      [-2 / deviation, 0],
      [-1 / deviation, 1],
      [-1 / deviation, 0],
      [3 / deviation, 0],
    ].map((row) => row.map(Math.fround)),
  );
});

test('missing at prediction but never in training: the median, and a warning', () => {
  const { preprocessor } = fit({ x: ['1', '3', '5', '9'], y: ab(4) });
  const { values: features, warnings } = preprocessor.transform(tableFromColumns({ x: ['NA', '4.5'] }));
  expect(Array.from(features)).toEqual([Math.fround(-0.5 / Math.sqrt(8.75)), 0]);
  expect(warnings).toEqual(['column "x" is missing in 1 row, but never was in training']);
});

test('a column that does not vary in training is 0, even where numbers are not exact', () => {
  const schema = inferSchema(tableFromColumns({ x: [0.1, 0.1, 0.1, 5], y: ab(4) }), { target: 'y' });
  const preprocessor = Preprocessor.fit(schema, tableFromColumns({ x: [0.1, 0.1, 0.1], y: ab(3) }));
  expect(Array.from(preprocessor.transform(tableFromColumns({ x: [0.1, 5] })).values)).toEqual([0, 0]);
});

test('statistics hold for numbers far from 0 and for huge ones', () => {
  const { table, preprocessor } = fit({ x: [1e9 + 1, 1e9 + 2, 1e9 + 3], z: [1e30, -1e30, 5], y: ab(3) });
  const rows = rowsOf(preprocessor.transform(table));
  expect(rows[0][0]).toBeCloseTo(-Math.sqrt(1.5), 6);
  expect(rows[0][1]).toBeCloseTo(Math.sqrt(1.5), 6);
});

test('features stay finite whatever the values', () => {
  const { preprocessor } = fit({ x: [0, 1e-30, 2e-30], y: ab(3) });
  expect(Array.from(preprocessor.transform(tableFromColumns({ x: [1e30, -1e30] })).values)).toEqual([
    1e6, -1e6,
  ]);
});

test('booleans: 0 and 1, the more frequent for missing, a mark', () => {
  const { table, preprocessor } = fit({ x: ['yes', 'no', 'Yes', 'NA'], y: ab(4) });
  expect(rowsOf(preprocessor.transform(table))).toEqual([
    [1, 0],
    [0, 0],
    [1, 0],
    [1, 1],
  ]);
});

test('categories: one feature a level, unknown and missing ones are 0 where training had neither', () => {
  const { preprocessor } = fit({ x: ['q', 'p', 'q', 'p'], y: ['a', 'b', 'b', 'a'] });
  expect(preprocessor.featureNames).toEqual(['x = p', 'x = q']);
  const { values: features, warnings } = preprocessor.transform(
    tableFromColumns({ x: ['p', ' q ', 'new', ''] }),
  );
  expect(Array.from(features)).toEqual([1, 0, 0, 1, 0, 0, 0, 0]);
  expect(warnings).toEqual([
    'column "x" is missing in 1 row, but never was in training',
    'column "x" has levels in 1 row that training never saw: "new"',
  ]);
});

test('categories: levels of one row share a feature, which unknown ones use; missing is a level', () => {
  const { preprocessor } = fit({ x: ['q', 'p', 'q', 'p', 'rare', ''], y: ['a', 'b', 'b', 'a', 'a', 'b'] });
  expect(preprocessor.featureNames).toEqual(['x = p', 'x = q', 'x = (other)', 'x is missing']);
  expect(preprocessor.featureColumns).toEqual(['x', 'x', 'x', 'x']);
  const { values: features, warnings } = preprocessor.transform(
    tableFromColumns({ x: ['rare', 'new', 'NA', 'p'] }),
  );
  expect(warnings).toEqual([]);
  expect(Array.from(features)).toEqual([0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0]);
});

test.each([49, 50, 51, 60])('of %i levels at most 50 have features', (levels) => {
  const cells = Array.from({ length: levels }, (_, level) => Array(2 + (level % 7)).fill(`l${level}`)).flat();
  const { preprocessor, table } = fit({ x: cells, y: ab(cells.length) });
  expect(preprocessor.width).toBe(Math.min(50, levels));
  expect(preprocessor.featureNames.includes('x = (other)')).toBe(levels > 50);
  for (const row of rowsOf(preprocessor.transform(table))) expect(row.reduce((a, b) => a + b)).toBe(1);
  if (levels === 60) expect(preprocessor.featureNames).not.toContain('x = l0');
});

test('a regression target is standardised and brought back', () => {
  const { table, preprocessor } = fit({ x: ['1', '2', '4'], y: [10, 20.5, 40] });
  const scaled = preprocessor.transformTarget(table);
  const mean = 70.5 / 3;
  expect(preprocessor.targetScale?.mean).toBe(mean);
  expect(scaled.reduce((a, b) => a + b)).toBeCloseTo(0, 6);
  preprocessor.inverseTarget(scaled).forEach((value, row) => {
    expect(value).toBeCloseTo([10, 20.5, 40][row], 4);
  });
  expect(Array.from(preprocessor.targetValues(table))).toEqual([10, 20.5, 40]);
});

test('class indices follow the labels, however they are spelt', () => {
  const { preprocessor } = fit({ x: [1, 3, 2, 7], y: ['2', '10', '2.0', '10'] });
  expect(preprocessor.labels).toEqual(['2', '10']);
  expect(Array.from(preprocessor.targetIndices(tableFromColumns({ y: ['10.0', 2] })))).toEqual([1, 0]);
  expect(Array.from(preprocessor.transformTarget(tableFromColumns({ y: [10] })))).toEqual([1]);
});

test('booleans are one class however they are spelt', () => {
  const { preprocessor } = fit({ x: [1, 3, 2, 7], y: ['no', 'yes', 'yes', 'no'] });
  expect(preprocessor.labels).toEqual(['no', 'yes']);
  const table = tableFromColumns({ y: ['True', false, 'NO', 'yes'] });
  expect(Array.from(preprocessor.targetIndices(table))).toEqual([1, 0, 0, 1]);
  expect(() => preprocessor.targetIndices(tableFromColumns({ y: ['maybe'] }))).toThrow(
    'training rows: no, yes',
  );
});

test('a label that training never saw, or none, names its row', () => {
  const { preprocessor } = fit({ x: [1, 3, 2, 7], y: ab(4) });
  expect(() => preprocessor.targetIndices(tableFromColumns({ y: ['a', 'c'] }))).toThrow(
    'the target "y", row 2, is "c". Expected one of the classes of the training rows: a, b.',
  );
  expect(() => preprocessor.targetIndices(tableFromColumns({ y: ['a', ''] }))).toThrow('row 2, is missing');
  const regression = fit({ x: [1, 3, 2, 7], y: [1, 2.5, 3, 4] }).preprocessor;
  expect(() => regression.targetValues(tableFromColumns({ y: [1, 'x'] }))).toThrow('row 2, holds "x"');
  expect(() => regression.targetValues(tableFromColumns({ y: [1, null] }))).toThrow('row 2, is missing');
});

test('rows without a target are found', () => {
  const { table, preprocessor } = fit({ x: [1, 3, 2, 7, 5], y: ['a', '', 'b', 'NA', 'a'] }, {});
  expect(Array.from(rowsWithTarget(preprocessor.schema, table))).toEqual([0, 2, 4]);
});

test('missing columns are refused, extra ones reported, the order is free', () => {
  const { table, preprocessor } = fit({
    mass: [1, 3, 2, 7],
    sex: ['m', 'f', 'f', 'm'],
    one: [1, 1, 1, 1],
    y: ab(4),
  });
  expect(() => preprocessor.transform(tableFromColumns({ sex: ['m'], Mas: [1] }))).toThrow(
    'the table lacks the column "mass". Expected the columns of the training table: mass, sex. Did you mean "Mas"?',
  );
  const other = tableFromColumns({
    extra: [0, 0, 0, 0],
    sex: table.column('sex'),
    mass: table.column('mass'),
  });
  expect(preprocessor.transform(other).values).toEqual(preprocessor.transform(table).values);
  expect(preprocessor.transform(other).warnings).toEqual([
    'ignored, as training had no such column: "extra"',
  ]);
  expect(preprocessor.transform(table).warnings).toEqual([]);
  expect(() => preprocessor.transformTarget(other)).toThrow('the table lacks the target "y"');
});

test('a text in a number column names its row in the source', () => {
  const { preprocessor } = fit({ x: [1, 3, 2, 7], y: ab(4) });
  const table = tableFromColumns({ x: ['1', '2', 'abc'] }).select([2]);
  expect(() => preprocessor.transform(table)).toThrow(
    'column "x", row 3, holds "abc". Expected a number, as in its other rows. ' +
      'Correct the cell, or leave it empty if the value is unknown.',
  );
});

test('JSON keeps everything, to the bit', () => {
  const cells = { x: [0.1, 1 / 3, Number.NaN, 1e-7], c: ['p', 'q', 'p', null], b: [true, false, null, true] };
  for (const y of [ab(4), [0.1, 2.3, 1e9, -7.7]]) {
    const { table, preprocessor } = fit({ ...cells, y });
    const restored = Preprocessor.fromJSON(JSON.parse(JSON.stringify(preprocessor)));
    expect(restored.transform(table)).toEqual(preprocessor.transform(table));
    expect(restored.transformTarget(table)).toEqual(preprocessor.transformTarget(table));
    expect(restored.toJSON()).toEqual(preprocessor.toJSON());
  }
});

test('damaged JSON is refused with the place, whatever is put where', () => {
  const { preprocessor } = fit({ x: [1, 3, 2, Number.NaN], c: ['p', 'q', 'p', null], y: ab(4) });
  const text = JSON.stringify(preprocessor);
  const intact: unknown = JSON.parse(text);
  const places: (string | number)[][] = [];
  const walk = (value: unknown, path: (string | number)[]): void => {
    if (path.length > 0) places.push(path);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value))
      walk(inner, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  walk(intact, []);
  fc.assert(
    fc.property(
      fc.constantFrom(...places),
      fc.constantFrom(null, 'z', -1, 0.5, true, [], {}, undefined),
      (path, value) => {
        const copy = JSON.parse(text);
        const parent = path.slice(0, -1).reduce((at, key) => at[key], copy);
        parent[path.at(-1)!] = value;
        try {
          Preprocessor.fromJSON(copy).transform(tableFromColumns({ x: ['1'], c: ['p'], z: [1] }));
        } catch (error) {
          expect((error as { code: string }).code).toBe('incompatible');
        }
      },
    ),
    { numRuns: 400 },
  );
  expect(() => Preprocessor.fromJSON(null)).toThrow('damaged at preprocessor. Expected an object.');
  expect(() => Preprocessor.fromJSON({ ...JSON.parse(text), version: 2 })).toThrow(
    'a preprocessor of version 2',
  );
  expect(() => Preprocessor.fromJSON({ ...JSON.parse(text), encodings: [] })).toThrow('damaged at encodings');
});

test('class and number targets are not mixed up', () => {
  const classes = fit({ x: [1, 3, 2, 7], y: ab(4) });
  expect(() => classes.preprocessor.targetValues(classes.table)).toThrow('targetValues of a classification');
  expect(() => classes.preprocessor.inverseTarget([1])).toThrow('inverseTarget of a classification');
  const numbers = fit({ x: [1, 3, 2, 7], y: [1, 2.5, 3, 4] });
  expect(() => numbers.preprocessor.targetIndices(numbers.table)).toThrow(
    'class indices asked of a regression',
  );
  expect(() => Preprocessor.fit(classes.preprocessor.schema, classes.table.select([]))).toThrow(
    'no rows to fit to',
  );
});
