import { createStream, DataError } from 'gradus';
import type { Table } from 'gradus/data';
import {
  type FeatureMatrix,
  inferSchema,
  Preprocessor,
  rowsWithTarget,
  type Schema,
  type SchemaOptions,
} from 'gradus/preprocess';
import { type RowSplit, splitRows } from 'gradus/select';
import { inFile } from '../exitCode.ts';
import type { LoadedTable } from '../files/loadTable.ts';
import { columnHint } from './columnHints.ts';
import type { RunConfig } from './config.ts';

/** One part of the rows, as a table and as numbers. */
export interface Part {
  readonly table: Table;
  readonly features: FeatureMatrix;
  /** Class indices, or standardised numbers. */
  readonly targets: Int32Array | Float32Array;
}

/** A table made ready for training. */
export interface Prepared {
  readonly schema: Schema;
  readonly preprocessor: Preprocessor;
  readonly train: Part;
  /** No rows where the split leaves none. */
  readonly validation: Part;
  readonly test: Part;
}

/** What has to be known to make a table ready. */
export type Preparation = Pick<RunConfig, 'target' | 'drop' | 'types' | 'split' | 'seed'> & {
  readonly task?: RunConfig['task'];
};

/**
 * Infer the schema, split the rows, and fit the preprocessing to the training rows alone.
 *
 * @throws DataError naming the file, row and column of what cannot be used.
 */
export function prepare(loaded: LoadedTable, preparation: Preparation): Prepared {
  try {
    const { target, drop, types, split, seed, task } = preparation;
    const schema = inferWithHints(loaded.table, {
      target,
      drop,
      types,
      ...(task === undefined ? {} : { task }),
    });
    const usable = loaded.table.select(rowsWithTarget(schema, loaded.table));
    const rows = splitRows({
      rows: usable.rowCount,
      fractions: split,
      stream: createStream(seed, 'split'),
      ...labelsOf(schema, usable),
    });
    return encode(schema, usable, rows);
  } catch (error) {
    throw inFile(loaded.name, error);
  }
}

/** Infer the schema; what is left out, or refused, for texts that could be numbers comes with a hint. */
function inferWithHints(table: Table, options: SchemaOptions): Schema {
  const hintsFor = (names: readonly string[]): string[] =>
    names.map((name) => columnHint(table, name)).filter((hint) => hint !== undefined);
  try {
    const schema = inferSchema(table, options);
    const unused = schema.dropped.filter(({ reason }) => reason === 'identifier').map(({ name }) => name);
    return { ...schema, warnings: [...schema.warnings, ...hintsFor(unused)] };
  } catch (error) {
    if (!(error instanceof DataError) || error.row !== undefined) throw error;
    const { column, clauses } = error;
    const asked = new Set([options.target, ...(options.drop ?? [])]);
    const hints = hintsFor(column === undefined ? table.names.filter((name) => !asked.has(name)) : [column]);
    if (hints.length === 0) throw error;
    const remedy = [...(clauses.remedy === undefined ? [] : [clauses.remedy.replace(/\.$/, '')]), ...hints];
    throw new DataError({ ...clauses, remedy: remedy.join('; ') }, column === undefined ? {} : { column });
  }
}

/** Class indices to stratify by; the preprocessor reads them, and needs no fit for it. */
function labelsOf(schema: Schema, table: Table): { labels?: Int32Array } {
  if (schema.target.kind !== 'class') return {};
  return { labels: Preprocessor.fit({ ...schema, columns: [] }, table).targetIndices(table) };
}

function encode(schema: Schema, table: Table, rows: RowSplit): Prepared {
  const trainTable = table.select(rows.train);
  const preprocessor = Preprocessor.fit(schema, trainTable);
  const part = (partTable: Table): Part => ({
    table: partTable,
    features: preprocessor.transform(partTable),
    targets:
      schema.target.kind === 'class'
        ? preprocessor.targetIndices(partTable)
        : preprocessor.transformTarget(partTable),
  });
  return {
    schema,
    preprocessor,
    train: part(trainTable),
    validation: part(table.select(rows.validation)),
    test: part(table.select(rows.test)),
  };
}
