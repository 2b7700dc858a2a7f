import type { Matrix } from '../data/matrix.ts';
import type { Table } from '../data/table.ts';
import { ArgumentError, DataError, IncompatibleError } from '../util/errors.ts';
import { suggestName } from '../util/nearestName.ts';
import { numberValues, showCell } from './columnValues.ts';
import {
  type Encoding,
  type EncodingOptions,
  featureNames,
  fitEncoding,
  meanAndDeviation,
  type Surprises,
  writeEncoding,
} from './encoding.ts';
import { positionsOf } from './inferSchema.ts';
import { readLabels } from './inferTarget.ts';
import { type PreprocessorJson, readPreprocessorJson } from './preprocessorJson.ts';
import { quoteName, type Schema } from './schema.ts';

/** A matrix of features, as `fit` and `predict` take it. */
export interface FeatureMatrix extends Matrix {
  /** rows × width features, row after row. */
  readonly values: Float32Array;
  /** Name of each feature, such as `mass`, `island = Dream`, `sex is missing`. */
  readonly names: readonly string[];
  /** What the table holds that training rows did not show, one sentence each. */
  readonly warnings: readonly string[];
}

/** How a regression target is scaled: (value − mean) / deviation. */
export interface TargetScale {
  /** Mean of the training targets. */
  readonly mean: number;
  /** Their population standard deviation. */
  readonly deviation: number;
}

/**
 * Turn tables into feature matrices the way the training rows asked for, and targets into what a network
 * learns. Everything is fitted on training rows; a fitted preprocessor is plain data (`toJSON`).
 *
 * Numbers: missing → median of the training rows, with a 0/1 feature beside it where training rows had missing
 * values; then (x − mean) / population standard deviation of the values present; a column that does not vary
 * gives 0. Booleans: 0 and 1, missing → the more frequent. Categories: one 0/1 feature a level; levels of a
 * single training row, and all but the 49 most frequent of more than 50, share one feature, which levels
 * unknown to training use too. Where no training row filled that feature it is not there, as nothing would
 * have trained its weights, and an unknown level leaves the features of its column 0. Missing is a level of
 * its own where training rows had it, and is treated as unknown otherwise. A regression target is
 * standardised. Statistics are float64.
 *
 * @example
 * import { inferSchema, Preprocessor } from 'gradus/preprocess';
 * import { tableFromColumns } from 'gradus/data';
 * const table = tableFromColumns({ mass: [1, 3.5, 6], species: ['Adelie', 'Adelie', 'Gentoo'] });
 * const preprocessor = Preprocessor.fit(inferSchema(table, { target: 'species' }), table);
 * preprocessor.transform(table).values[1]; // 0
 * preprocessor.transformTarget(table)[2]; // 1
 */
export class Preprocessor {
  /** The schema it was fitted for. */
  readonly schema: Schema;
  /** How each column is encoded, in the schema's order. */
  readonly encodings: readonly Encoding[];
  /** How a regression target is scaled; `undefined` for classes. */
  readonly targetScale: TargetScale | undefined;
  /** Name of each feature. */
  readonly featureNames: readonly string[];
  /** Which column each feature comes from. */
  readonly featureColumns: readonly string[];

  private constructor(schema: Schema, encodings: readonly Encoding[], targetScale: TargetScale | undefined) {
    this.schema = schema;
    this.encodings = encodings;
    this.targetScale = targetScale;
    this.featureNames = encodings.flatMap(featureNames);
    this.featureColumns = encodings.flatMap((encoding) => featureNames(encoding).map(() => encoding.name));
  }

  /** Number of features. */
  get width(): number {
    return this.featureNames.length;
  }

  /** Class labels, in the order of the class indices; empty for regression. */
  get labels(): readonly string[] {
    return this.schema.target.kind === 'class' ? this.schema.target.labels : [];
  }

  /**
   * Fit to training rows.
   *
   * @param schema - the schema of the whole table
   * @param table - the training rows
   * @param options - limits for categories: `maximumLevels` (default 50) and `minimumLevelRows` (default 2)
   * @returns the fitted preprocessor
   * @throws DataError naming row and column of a value that does not fit the schema
   * @throws ArgumentError for a table without rows
   */
  static fit(schema: Schema, table: Table, options: Partial<EncodingOptions> = {}): Preprocessor {
    if (table.rowCount === 0) {
      throw new ArgumentError({ received: 'a table of no rows to fit to', expected: 'at least one row' });
    }
    const { maximumLevels = 50, minimumLevelRows = 2 } = options;
    checkColumns(schema, table);
    const encodings = schema.columns.map((column) =>
      fitEncoding(column, table, { maximumLevels, minimumLevelRows }),
    );
    const regress = schema.target.kind === 'number';
    const scale = regress ? meanAndDeviation(targetNumbers(schema, table)) : undefined;
    return new Preprocessor(schema, encodings, scale);
  }

  /**
   * Restore a preprocessor from what `toJSON` gave.
   *
   * @param json - the parsed JSON
   * @returns the same preprocessor
   * @throws IncompatibleError naming the place where the content is damaged
   */
  static fromJSON(json: unknown): Preprocessor {
    const { schema, encodings, targetScale } = readPreprocessorJson(json);
    return new Preprocessor(schema, encodings, targetScale ?? undefined);
  }

  /** Return everything as plain data; numbers survive JSON exactly. */
  toJSON(): PreprocessorJson {
    return {
      format: 'gradus-preprocessor',
      version: 1,
      schema: this.schema,
      encodings: this.encodings,
      targetScale: this.targetScale ?? null,
    };
  }

  /**
   * Encode the rows of a table; the target need not be there.
   *
   * @param table - rows with at least the schema's columns, in any order
   * @returns the feature matrix, rows × width, and what in it training rows did not show
   * @throws IncompatibleError naming the columns that are missing, with the nearest names
   * @throws DataError naming the row of a text in a number column
   */
  transform(table: Table): FeatureMatrix {
    const warnings = checkColumns(this.schema, table);
    const { rowCount: rows } = table;
    const values = new Float32Array(rows * this.width);
    let offset = 0;
    for (const encoding of this.encodings) {
      const surprises = writeEncoding(encoding, table, values, this.width, offset);
      warnings.push(...surpriseWarnings(encoding.name, surprises));
      offset += featureNames(encoding).length;
    }
    return { values, rows, width: this.width, names: this.featureNames, warnings };
  }

  /**
   * Encode the target as a network learns it: class indices, or standardised numbers.
   *
   * @param table - rows with a target in each
   * @returns one number a row
   * @throws DataError naming the row of a missing target or of a label that training never saw
   */
  transformTarget(table: Table): Float32Array {
    if (this.schema.target.kind === 'class') return Float32Array.from(this.targetIndices(table));
    const { mean, deviation } = this.targetScale as TargetScale;
    const divisor = deviation === 0 ? 1 : deviation;
    return Float32Array.from(this.targetValues(table), (value) => (value - mean) / divisor);
  }

  /**
   * Read the class of each row.
   *
   * @param table - rows with a target in each
   * @returns class indices, into `labels`
   * @throws DataError naming the row of a missing target or of a label that training never saw
   */
  targetIndices(table: Table): Int32Array {
    const { target } = this.schema;
    if (target.kind !== 'class') {
      throw new ArgumentError({ received: 'class indices asked of a regression', expected: 'targetValues' });
    }
    requireTarget(this.schema, table);
    const canonical = target.labelKind === 'boolean' ? ['false', 'true'] : target.labels;
    const indices = new Map(canonical.map((label, index) => [label, index]));
    return Int32Array.from(readLabels(table, target.name, target.labelKind), (label, row) => {
      const index = label === null ? undefined : indices.get(label);
      if (index !== undefined) return index;
      throw new DataError(
        {
          received: `the target ${quoteName(target.name)}, row ${table.rowNumber(row)}, is ${label === null ? 'missing' : showCell(label)}`,
          expected: `one of the classes of the training rows: ${target.labels.slice(0, 20).join(', ')}`,
          remedy: 'Correct the label, leave the row out, or train again with rows of that class.',
        },
        { row: table.rowNumber(row), column: target.name },
      );
    });
  }

  /**
   * Read the number that is the target of each row.
   *
   * @param table - rows with a target in each
   * @returns the numbers of the table
   * @throws DataError naming the row of a missing target or of a text
   */
  targetValues(table: Table): Float64Array {
    if (this.schema.target.kind !== 'number') {
      throw new ArgumentError({ received: 'targetValues of a classification', expected: 'targetIndices' });
    }
    requireTarget(this.schema, table);
    return targetNumbers(this.schema, table);
  }

  /**
   * Bring standardised predictions back to the unit of the target.
   *
   * @param values - predictions of a regression network
   * @returns deviation × value + mean of each
   */
  inverseTarget(values: ArrayLike<number>): Float64Array {
    if (this.targetScale === undefined) {
      throw new ArgumentError({ received: 'inverseTarget of a classification', expected: 'a regression' });
    }
    const { mean, deviation } = this.targetScale;
    return Float64Array.from(values, (value) => (deviation === 0 ? 1 : deviation) * value + mean);
  }
}

/**
 * Find the rows that have a target.
 *
 * @param schema - the schema
 * @param table - a table with the target column
 * @returns positions in the table
 *
 * @example
 * import { inferSchema, rowsWithTarget } from 'gradus/preprocess';
 * import { tableFromColumns } from 'gradus/data';
 * const table = tableFromColumns({ x: [1, 2, 4, 3], y: ['a', 'NA', 'b', 'a'] });
 * rowsWithTarget(inferSchema(table, { target: 'y' }), table); // Int32Array [0, 2, 3]
 */
export function rowsWithTarget(schema: Schema, table: Table): Int32Array {
  requireTarget(schema, table);
  return Int32Array.from(
    positionsOf(readLabels(table, schema.target.name, 'text'), (label) => label !== null),
  );
}

function targetNumbers(schema: Schema, table: Table): Float64Array {
  const { name } = schema.target;
  const values = numberValues(table, name, { role: 'target' });
  const row = values.findIndex((value) => Number.isNaN(value));
  if (row === -1) return values;
  throw new DataError(
    {
      received: `the target ${quoteName(name)}, row ${table.rowNumber(row)}, is missing`,
      expected: 'a number',
      remedy: 'Leave rows without a target out.',
    },
    { row: table.rowNumber(row), column: name },
  );
}

function requireTarget(schema: Schema, table: Table): void {
  const { name } = schema.target;
  if (table.has(name)) return;
  throw new IncompatibleError({
    received: `the table lacks the target ${quoteName(name)}`,
    expected: 'the column of the training',
    remedy: suggestName(name, table.names),
  });
}

/** Check that the columns are there; word which others are ignored. */
function checkColumns(schema: Schema, table: Table): string[] {
  const absent = schema.columns.filter(({ name }) => !table.has(name)).map(({ name }) => name);
  if (absent.length > 0) {
    const shown = absent.slice(0, 10).map(quoteName).join(', ');
    const rest = absent.length > 10 ? ` and ${absent.length - 10} more` : '';
    throw new IncompatibleError({
      received: `the table lacks ${absent.length === 1 ? 'the column' : 'the columns'} ${shown}${rest}`,
      expected: `the columns of the training table: ${schema.columns.map(({ name }) => name).join(', ')}`,
      remedy: suggestName(
        absent[0],
        table.names.filter((name) => !schema.columns.some((c) => c.name === name)),
      ),
    });
  }
  const known = new Set([
    schema.target.name,
    ...schema.columns.map((c) => c.name),
    ...schema.dropped.map((c) => c.name),
  ]);
  const extra = table.names.filter((name) => !known.has(name));
  if (extra.length === 0) return [];
  const shown = extra.slice(0, 10).map(quoteName).join(', ');
  const rest = extra.length > 10 ? ` and ${extra.length - 10} more` : '';
  return [`ignored, as training had no such column: ${shown}${rest}`];
}

function surpriseWarnings(name: string, { missing, unknown, levels }: Surprises): string[] {
  const warnings: string[] = [];
  const cells = (count: number): string => (count === 1 ? '1 row' : `${count} rows`);
  if (missing > 0) {
    warnings.push(`column ${quoteName(name)} is missing in ${cells(missing)}, but never was in training`);
  }
  if (unknown > 0) {
    const shown = [...levels].map(quoteName).join(', ');
    warnings.push(
      `column ${quoteName(name)} has levels in ${cells(unknown)} that training never saw: ${shown}`,
    );
  }
  return warnings;
}
