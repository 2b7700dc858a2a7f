import { expect, test } from 'vitest';
import type { Matrix } from '../data/matrix.ts';
import { type Table, tableFromColumns } from '../data/table.ts';
import { inferSchema } from '../preprocess/inferSchema.ts';
import { Preprocessor } from '../preprocess/preprocessor.ts';
import { createStream } from '../util/random.ts';
import { featureImportance, permutationImportance } from './permutationImportance.ts';

const rows = 2000;
const values = createStream(1, 'init');
const table = tableFromColumns({
  strong: Array.from({ length: rows }, () => values.normal()),
  weak: Array.from({ length: rows }, () => values.normal()),
  unused: Array.from({ length: rows }, () => values.normal()),
});
const predict = (t: Table): Float64Array =>
  Float64Array.from(t.column('strong'), (x, row) => 3 * Number(x) + Number(t.column('weak')[row]));
const truth = predict(table);
const score = (t: Table): number =>
  -predict(t).reduce((sum, value, row) => sum + (value - truth[row]) * (value - truth[row]), 0) / rows;
const columns = ['unused', 'weak', 'strong'];

test('the fall of the squared error is twice the variance that a column brings', async () => {
  const stream = createStream(0, 'permutation');
  const [strong, weak, unused] = await permutationImportance({ table, score, columns, stream });
  expect([strong.column, weak.column, unused.column]).toEqual(['strong', 'weak', 'unused']);
  // E(a(x − x'))² = 2a² Var x.
  expect(Math.abs(strong.mean / 18 - 1)).toBeLessThan(0.1);
  expect(Math.abs(weak.mean / 2 - 1)).toBeLessThan(0.1);
  expect(unused).toEqual({ column: 'unused', mean: 0, deviation: 0 });
});

test('the same stream gives the same figures, with an asynchronous score too', async () => {
  const run = (later: boolean) =>
    permutationImportance({
      table,
      score: later ? async (t) => score(t) : score,
      columns,
      repeats: 2,
      stream: createStream(7, 'permutation'),
    });
  expect(await run(true)).toEqual(await run(false));
});

test('an unknown column and no repeats are refused', async () => {
  const stream = createStream(0, 'permutation');
  await expect(permutationImportance({ table, score, columns: ['storng'], stream })).rejects.toThrow(
    '"strong"',
  );
  await expect(permutationImportance({ table, score, columns, stream, repeats: 0 })).rejects.toThrow(
    'repeats is 0',
  );
});

test('on encoded rows the importances are those of the table, to the bit', async () => {
  const rows = 40;
  const table = tableFromColumns({
    x: Array.from({ length: rows }, (_, i) => (i * 7) % 13),
    kind: Array.from({ length: rows }, (_, i) => ['a', 'b', 'c'][i % 3]),
    y: Array.from({ length: rows }, (_, i) => ((i * 7) % 13) + (i % 3)),
  });
  const preprocessor = Preprocessor.fit(inferSchema(table, { target: 'y', task: 'regress' }), table);
  const score = ({ values, width }: Matrix): number => {
    let sum = 0;
    for (let i = 0; i < values.length; i++)
      sum += values[i] * Math.sqrt(1 + (i % width)) * (1 + Math.floor(i / width));
    return sum;
  };
  const columns = ['x', 'kind'];
  const whole = await permutationImportance({
    ...{ table, columns, stream: createStream(3, 'permutation') },
    score: (permuted) => score(preprocessor.transform(permuted)),
  });
  const features = preprocessor.transform(table);
  const before = features.values.slice();
  const { featureColumns } = preprocessor;
  const stream = createStream(3, 'permutation');
  expect(await featureImportance({ features, featureColumns, columns, score, stream })).toEqual(whole);
  expect(features.values).toEqual(before);
  await expect(featureImportance({ features, featureColumns: ['x'], score, stream })).rejects.toThrow(
    '1 featureColumns for',
  );
  const signal = AbortSignal.abort();
  expect(await featureImportance({ features, featureColumns, score, stream, signal })).toEqual([]);
});
