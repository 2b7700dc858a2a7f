import { isMissing, type Table } from 'gradus/data';
import type { Schema } from 'gradus/preprocess';
import { formatCell } from '../format/number.ts';
import type { ColumnProfile } from '../report/reportData.ts';
import type { RunConfig } from './config.ts';

const dropReasons = {
  requested: 'as asked by --drop',
  constant: 'one value only',
  missing: 'no values',
  identifier: 'texts that hardly repeat: they name rows',
  rowNumber: 'counts the rows',
} as const;

/** Say of every column of a table what it is, how that was found, and what stands in it. */
export function columnProfiles(
  schema: Schema,
  table: Table,
  { types }: Pick<RunConfig, 'types'>,
): ColumnProfile[] {
  return table.names.map((name) => {
    if (name === schema.target.name) return targetProfile(schema.target);
    const column = schema.columns.find((candidate) => candidate.name === name);
    if (column === undefined) return droppedProfile(name, schema, table);
    const { kind, missing, distinct, range } = column;
    return {
      name,
      kind,
      inferredFrom: Object.hasOwn(types, name) ? 'told by --type' : 'inferred',
      role: 'input',
      missing,
      distinct,
      summary: range === undefined ? frequentValues(table, name) : rangeText(range),
    };
  });
}

function targetProfile(target: Schema['target']): ColumnProfile {
  const { name, missing } = target;
  if (target.kind === 'number') {
    const { distinct, range } = target;
    return { name, kind: 'number', role: 'target', missing, distinct, summary: rangeText(range) };
  }
  const values = target.labels.map((label, index) => `${label} (${target.counts[index]})`);
  return {
    name,
    kind: 'class',
    role: 'target',
    missing,
    distinct: target.labels.length,
    summary: listText(values),
  };
}

function droppedProfile(name: string, schema: Schema, table: Table): ColumnProfile {
  const dropped = schema.dropped.find((candidate) => candidate.name === name);
  const cells = table.column(name);
  const present = cells.filter((cell) => !isMissing(cell));
  return {
    name,
    kind: 'not used',
    role: 'dropped',
    reason: dropReasons[dropped?.reason ?? 'requested'],
    missing: cells.length - present.length,
    distinct: new Set(present).size,
  };
}

const rangeText = ([least, most]: readonly [number, number]): string =>
  `${formatCell(least)} to ${formatCell(most)}`;

function frequentValues(table: Table, name: string): string {
  const counts = new Map<string, number>();
  for (const cell of table.column(name)) {
    if (isMissing(cell)) continue;
    const text = String(cell).trim();
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const sorted = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return listText(sorted.map(([value, count]) => `${value} (${count})`));
}

const listText = (values: readonly string[]): string =>
  values.length <= 6 ? values.join(', ') : `${values.slice(0, 5).join(', ')} and ${values.length - 5} more`;
