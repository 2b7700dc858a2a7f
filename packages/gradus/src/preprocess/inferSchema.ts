import { readBoolean } from '../data/cell.ts';
import type { Table } from '../data/table.ts';
import { ArgumentError, DataError } from '../util/errors.ts';
import { suggestName } from '../util/nearestName.ts';
import { booleanValues, numberValues, readNumbers, textError, textValues } from './columnValues.ts';
import { inferTarget, mergedSpellings, rangeOf, readLabels } from './inferTarget.ts';
import {
  type ClassTarget,
  type ColumnKind,
  type ColumnSchema,
  type DroppedColumn,
  type DropReason,
  type NumberTarget,
  quoteName,
  type Schema,
  type Task,
} from './schema.ts';

/** The target, and what the caller knows about the columns. */
export interface SchemaOptions {
  /** Column to learn. */
  readonly target: string;
  /** Task; default: inferred from the target. */
  readonly task?: Task;
  /** Kinds of columns that the caller knows; they are never dropped as identifiers or row numbers. */
  readonly types?: Readonly<Record<string, ColumnKind>>;
  /** Columns to leave out. */
  readonly drop?: readonly string[];
}

/** A column with this share of numbers and some text is a number column with a mistake in it. */
const numberShare = 0.95;

/** Text columns with more levels than this, and more than half of the rows, are identifiers. */
const fewestIdentifiers = 20;

/**
 * Infer the kinds of the columns of a table and the task of its target.
 *
 * **Task.** Text, booleans and integers of at most 20 different values are classes; other numbers are
 * regressed. Rows without a target are left out and counted.
 *
 * **Columns.** A column whose values are all numbers is a number; all true/false or yes/no, a boolean;
 * anything else, a category. One that holds at least 95 % numbers and some text is an error, as the text is
 * likely a mistake (declare it a category to keep it). Left out, with a warning: columns of one value; columns
 * without values; texts of more than 20 levels that differ in more than half of the rows (names,
 * identifiers); integers that count the rows.
 *
 * @param table - the whole table, target included
 * @param options - target, task, known kinds, columns to drop
 * @returns the schema
 * @throws ArgumentError for an unknown column name, with the nearest one
 * @throws DataError for a target with one value or with a text among numbers (row named), an infinite number or
 *   one above 1e30, a table without rows or without usable columns
 *
 * @example
 * import { inferSchema } from 'gradus/preprocess';
 * import { tableFromColumns } from 'gradus/data';
 * const table = tableFromColumns({ mass: [3750, 3800.5, 4200], species: ['Adelie', 'Adelie', 'Gentoo'] });
 * const schema = inferSchema(table, { target: 'species' });
 * schema.task; // 'classify'
 * schema.columns[0].kind; // 'number'
 */
export function inferSchema(table: Table, options: SchemaOptions): Schema {
  const { target: targetName, types = {}, drop = [] } = options;
  checkNames(table, options);
  if (table.rowCount === 0) {
    throw new DataError({ received: 'the table has no rows', expected: 'rows to learn from' });
  }
  const target = inferTarget(table, targetName, options.task);
  const labelKind = target.kind === 'class' ? target.labelKind : 'text';
  const labels = readLabels(table, targetName, labelKind);
  const usable = target.missing === 0 ? table : table.select(positionsOf(labels, (label) => label !== null));
  const usableLabels = labels.filter((label) => label !== null);
  const columns: ColumnSchema[] = [];
  const dropped: DroppedColumn[] = [];
  const warnings = targetWarnings(target);
  if (target.kind === 'class') warnings.push(...mergedSpellings(table, target));
  for (const name of table.names) {
    if (name === targetName) continue;
    if (drop.includes(name)) {
      dropped.push({ name, reason: 'requested' });
      continue;
    }
    const given = Object.hasOwn(types, name) ? types[name] : undefined;
    const found = inferColumn(usable, name, given);
    if (typeof found === 'string') {
      dropped.push({ name, reason: found });
      warnings.push(dropWarning(name, found));
      continue;
    }
    columns.push(found);
    if (found.kind !== 'number' && target.kind === 'class' && determines(usable, found, usableLabels)) {
      warnings.push(
        `column ${quoteName(name)} alone determines ${quoteName(targetName)}; drop it if it would not be known beforehand`,
      );
    }
  }
  if (columns.length === 0) {
    throw new DataError({
      received: 'no column is left to learn from',
      expected: 'at least one column besides the target that varies',
      remedy: warnings.length === 0 ? 'Add columns.' : `Left out: ${warnings.join('; ')}.`,
    });
  }
  const task = target.kind === 'class' ? 'classify' : 'regress';
  return { task, rowCount: usable.rowCount, target, columns, dropped, warnings };
}

/** Positions at which a condition holds. */
export function positionsOf<T>(values: readonly T[], holds: (value: T) => boolean): number[] {
  const positions: number[] = [];
  values.forEach((value, index) => {
    if (holds(value)) positions.push(index);
  });
  return positions;
}

function checkNames(table: Table, { target, types = {}, drop = [] }: SchemaOptions): void {
  if (!table.has(target)) {
    throw new ArgumentError({
      received: `there is no column ${quoteName(target)} to learn`,
      expected: 'the name of a column',
      remedy: suggestName(target, table.names),
    });
  }
  for (const name of [...Object.keys(types), ...drop]) table.column(name);
  if (drop.includes(target)) {
    throw new ArgumentError({
      received: `the target ${quoteName(target)} is among the columns to drop`,
      expected: 'a target that is kept',
    });
  }
}

function targetWarnings(target: ClassTarget | NumberTarget): string[] {
  const warnings: string[] = [];
  if (target.missing > 0) {
    const rows = target.missing === 1 ? '1 row is' : `${target.missing} rows are`;
    warnings.push(`${rows} left out, as ${quoteName(target.name)} is missing there`);
  }
  if (target.kind === 'class') {
    const lone = target.labels.filter((_, index) => target.counts[index] < 3);
    if (lone.length > 0) {
      const shown = lone.slice(0, 5).map(quoteName).join(', ');
      const rest = lone.length > 5 ? ` and ${lone.length - 5} more` : '';
      warnings.push(`fewer than 3 rows have the class ${shown}${rest}: too few to train and to test on`);
    }
  }
  return warnings;
}

function dropWarning(name: string, reason: DropReason): string {
  const why: Record<DropReason, string> = {
    requested: 'left out as asked',
    constant: 'left out: it has one value only',
    missing: 'left out: it has no values',
    identifier: 'left out: its texts hardly repeat, so they name rows rather than describe them',
    rowNumber: 'left out: it counts the rows',
  };
  return `column ${quoteName(name)} is ${why[reason]}`;
}

/** The kind of a column, or the reason to leave it out. */
function inferColumn(table: Table, name: string, given: ColumnKind | undefined): ColumnSchema | DropReason {
  const reading = readNumbers(table, name);
  const { missing } = reading;
  const present = table.rowCount - missing;
  if (present === 0) return 'missing';
  const kind = given ?? inferKind(table, name, reading.texts, reading.firstText, present);
  if (kind === 'number') {
    const values = numberValues(table, name, { reading });
    const known = missing === 0 ? values : values.filter((value) => !Number.isNaN(value));
    const distinct = new Set(known).size;
    if (distinct === 1 && missing === 0) return 'constant';
    if (given === undefined && countsRows(values)) return 'rowNumber';
    return { name, kind, missing, distinct, range: rangeOf(known) };
  }
  if (kind === 'boolean') booleanValues(table, name);
  const levels = new Set(textValues(table, name));
  const distinct = levels.size - (levels.has(null) ? 1 : 0);
  if (distinct === 1 && missing === 0) return 'constant';
  if (given === undefined && distinct > fewestIdentifiers && distinct > present / 2) return 'identifier';
  return { name, kind, missing, distinct };
}

function inferKind(
  table: Table,
  name: string,
  texts: number,
  firstText: number,
  present: number,
): ColumnKind {
  if (texts === 0) return 'number';
  if (texts <= present * (1 - numberShare)) throw textError(table, name, firstText);
  return table.column(name).every((cell) => readBoolean(cell) !== undefined) ? 'boolean' : 'category';
}

/** Whether the values are n, n+1, n+2, … from the first row to the last, over at least ten rows. */
function countsRows(values: Float64Array): boolean {
  if (values.length < 10 || !Number.isInteger(values[0])) return false;
  return values.every((value, row) => value === values[0] + row);
}

/** Whether every level of a category (5 rows a level or more) stands for one class. */
function determines(table: Table, column: ColumnSchema, labels: readonly (string | null)[]): boolean {
  if (column.distinct < 2 || column.distinct * 5 > table.rowCount) return false;
  const classOf = new Map<string | null, string | null>();
  return textValues(table, column.name).every((level, row) => {
    const known = classOf.get(level);
    if (known === undefined) classOf.set(level, labels[row]);
    return known === undefined || known === labels[row];
  });
}
