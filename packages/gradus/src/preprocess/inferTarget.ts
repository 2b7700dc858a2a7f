import { readBoolean } from '../data/cell.ts';
import type { Table } from '../data/table.ts';
import { DataError } from '../util/errors.ts';
import { numberValues, readNumbers, textError, textValues } from './columnValues.ts';
import { type ClassTarget, type LabelKind, type NumberTarget, quoteName, type Task } from './schema.ts';

/** Integers of at most this many different values are classes. */
const mostIntegerClasses = 20;

/** What the target column holds. */
export function inferTarget(table: Table, name: string, task: Task | undefined): ClassTarget | NumberTarget {
  const { values, texts, firstText, missing } = readNumbers(table, name);
  if (missing === table.rowCount) {
    throw new DataError(
      { received: `the target ${quoteName(name)} is missing in every row`, expected: 'a value to learn' },
      { column: name },
    );
  }
  const numbers = new Set<number>();
  let integers = true;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    numbers.add(value);
    if (!Number.isInteger(value)) integers = false;
  }
  const few = integers && numbers.size <= mostIntegerClasses;
  if (texts === 0) {
    if (task === 'regress' || (task === undefined && !few)) return numberTarget(table, name, missing);
    return classTarget(table, name, integers ? 'integer' : 'text');
  }
  const present = table.rowCount - missing;
  const mostlyNumbers = !few && texts <= present / 2;
  if (task === 'regress' || (task === undefined && mostlyNumbers)) {
    throw textError(table, name, firstText, 'target');
  }
  const booleans = table.column(name).every((cell) => readBoolean(cell) !== undefined);
  return classTarget(table, name, booleans ? 'boolean' : 'text');
}

function numberTarget(table: Table, name: string, missing: number): NumberTarget {
  const values = numberValues(table, name, { role: 'target' }).filter((value) => !Number.isNaN(value));
  const distinct = new Set(values).size;
  if (distinct === 1) throw oneValueError(name, String(values[0]), values.length);
  return { name, kind: 'number', distinct, range: rangeOf(values), missing };
}

function classTarget(table: Table, name: string, labelKind: LabelKind): ClassTarget {
  const counts = new Map<string, number>();
  let missing = 0;
  for (const label of readLabels(table, name, labelKind)) {
    if (label === null) missing++;
    else counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const labels = sortLabels([...counts.keys()], labelKind);
  const present = table.rowCount - missing;
  if (labels.length === 1) throw oneValueError(name, labels[0], present);
  if (labels.length > 20 && labels.length > present / 2) {
    throw new DataError(
      {
        received: `the target ${quoteName(name)} has ${labels.length} classes in ${present} rows`,
        expected: 'classes that repeat, or numbers',
        remedy: 'Choose another target, or the task regress if it holds numbers.',
      },
      { column: name },
    );
  }
  return {
    name,
    kind: 'class',
    labelKind,
    labels: labelKind === 'boolean' ? spellings(table, name, labels) : labels,
    counts: labels.map((label) => counts.get(label) ?? 0),
    missing,
  };
}

/** How the table spells false and true: as most rows do, the first of several such. */
function spellings(table: Table, name: string, labels: readonly string[]): string[] {
  const counts = spellingCounts(table, name);
  return labels.map((label) => {
    let best = { spelling: label, count: 0 };
    for (const [spelling, count] of counts.get(label) ?? [])
      if (count > best.count) best = { spelling, count };
    return best.spelling;
  });
}

/** How often each class, `false` or `true`, is spelled in which way. */
function spellingCounts(table: Table, name: string): ReadonlyMap<string, ReadonlyMap<string, number>> {
  const canonical = readLabels(table, name, 'boolean');
  const counts = new Map<string, Map<string, number>>();
  textValues(table, name).forEach((text, row) => {
    const label = canonical[row];
    if (text === null || label === null) return;
    const ofLabel = counts.get(label) ?? new Map<string, number>();
    counts.set(label, ofLabel.set(text, (ofLabel.get(text) ?? 0) + 1));
  });
  return counts;
}

/** Name the classes that a table spells in several ways, a sentence each; such spellings are one class. */
export function mergedSpellings(table: Table, target: ClassTarget): string[] {
  if (target.labelKind !== 'boolean') return [];
  return [...spellingCounts(table, target.name).values()].flatMap((counts) => {
    if (counts.size < 2) return [];
    const [first, ...others] = [...counts].sort(([, a], [, b]) => b - a).map(([text]) => quoteName(text));
    return [`${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} read as the class ${first}`];
  });
}

function oneValueError(name: string, value: string, rows: number): DataError {
  return new DataError(
    {
      received: `the target ${quoteName(name)} is ${JSON.stringify(value)} in all ${rows} rows that have one`,
      expected: 'at least two different values',
      remedy: 'Choose another target, or add rows of another class.',
    },
    { column: name },
  );
}

/**
 * Read the labels of a target column in their canonical spelling: `2.0` is the class `2`, and every spelling
 * of true is `true` (and has the place of true in `labels`, however the table spells it).
 *
 * @returns rowCount labels, `null` where missing
 */
export function readLabels(table: Table, name: string, labelKind: LabelKind): (string | null)[] {
  if (labelKind === 'text') return textValues(table, name);
  const texts = textValues(table, name);
  if (labelKind === 'boolean') {
    return table.column(name).map((cell, row) => {
      const value = readBoolean(cell);
      return value === undefined ? texts[row] : value === null ? null : String(value);
    });
  }
  const { values } = readNumbers(table, name);
  return texts.map((text, row) => (Number.isNaN(values[row]) ? text : String(values[row] + 0)));
}

function sortLabels(labels: string[], labelKind: LabelKind): string[] {
  return labelKind === 'integer' ? labels.sort((a, b) => Number(a) - Number(b)) : labels.sort();
}

/** Least and greatest of at least one number. */
export function rangeOf(values: Iterable<number>): [number, number] {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < least) least = value;
    if (value > greatest) greatest = value;
  }
  return [least, greatest];
}
