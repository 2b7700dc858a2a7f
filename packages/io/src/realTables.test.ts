import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inferSchema, Preprocessor, rowsWithTarget } from 'gradus/preprocess';
import { expect, test } from 'vitest';
import { readCsv } from './readCsv.ts';

const folder = process.env['GRADUS_DATA'];

// Rows, target, task, feature columns, columns left out by themselves.
const tables: [string, number, string, 'classify' | 'regress', number, string[]][] = [
  ['seaborn/diamonds', 53940, 'price', 'regress', 9, []],
  ['seaborn/flights', 144, 'passengers', 'regress', 2, []],
  ['seaborn/mpg', 398, 'mpg', 'regress', 7, ['name']],
  ['seaborn/penguins', 344, 'species', 'classify', 6, []],
  ['seaborn/tips', 244, 'tip', 'regress', 6, []],
  ['seaborn/titanic', 891, 'survived', 'classify', 14, []],
  ['sklearn-toy/breast_cancer', 569, 'target', 'classify', 30, []],
  ['sklearn-toy/california_housing', 20640, 'MedHouseVal', 'regress', 8, []],
  ['sklearn-toy/diabetes', 442, 'target', 'regress', 10, []],
  ['sklearn-toy/digits', 1797, 'target', 'classify', 61, ['pixel_0_0', 'pixel_4_0', 'pixel_4_7']],
  ['sklearn-toy/wine', 178, 'target', 'classify', 13, []],
  ['palmerpenguins/penguins_raw', 344, 'Species', 'classify', 13, ['Region', 'Stage', 'Individual ID']],
];

test.skipIf(folder === undefined).each(tables)(
  '%s is read and prepared (skipped unless GRADUS_DATA names the folder of data sets)',
  (name, rows, target, task, columns, dropped) => {
    const table = readCsv(readFileSync(join(folder ?? '', `${name}.csv`)));
    const schema = inferSchema(table, { target });
    expect([table.rowCount, schema.rowCount, schema.task, schema.columns.length]).toEqual([
      rows,
      rows,
      task,
      columns,
    ]);
    expect(schema.dropped.map((column) => column.name)).toEqual(dropped);
    const used = table.select(rowsWithTarget(schema, table));
    const preprocessor = Preprocessor.fit(schema, used);
    const { values: features, width, warnings } = preprocessor.transform(used);
    expect(warnings).toEqual([]);
    expect(features.every(Number.isFinite)).toBe(true);
    const restored = Preprocessor.fromJSON(JSON.parse(JSON.stringify(preprocessor)));
    const again = restored.transform(used).values;
    expect(again.every((value, index) => value === features[index])).toBe(true);
    // Standardised: without missing values, every number column has mean 0 and variance 1.
    schema.columns.forEach((column) => {
      if (column.kind !== 'number' || column.missing > 0) return;
      const at = preprocessor.featureNames.indexOf(column.name);
      let sum = 0;
      let squares = 0;
      for (let row = 0; row < rows; row++) {
        sum += features[row * width + at];
        squares += features[row * width + at] ** 2;
      }
      expect(Math.abs(sum / rows)).toBeLessThan(1e-6);
      expect(Math.abs(squares / rows - 1)).toBeLessThan(1e-6);
    });
  },
);
