import { quoteName, type Schema } from './schema.ts';

/**
 * Describe a schema for a person: the task, each column with its kind, what is left out, and the warnings.
 *
 * @param schema - the schema
 * @returns lines of text
 *
 * @example
 * import { describeSchema, inferSchema } from 'gradus/preprocess';
 * import { tableFromColumns } from 'gradus/data';
 * const table = tableFromColumns({ mass: [3750, 3800.5, 4200], species: ['Adelie', 'Adelie', 'Gentoo'] });
 * describeSchema(inferSchema(table, { target: 'species' }))[0]; // 'classify "species" in 2 classes: Adelie 2, Gentoo 1'
 */
export function describeSchema(schema: Schema): string[] {
  const { target, columns } = schema;
  const lines: string[] = [];
  if (target.kind === 'class') {
    const shown = target.labels.slice(0, 12).map((label, index) => `${label} ${target.counts[index]}`);
    if (target.labels.length > 12) shown.push(`and ${target.labels.length - 12} more`);
    lines.push(`classify ${quoteName(target.name)} in ${target.labels.length} classes: ${shown.join(', ')}`);
  } else {
    lines.push(`regress ${quoteName(target.name)}, ${showRange(target.range)}`);
  }
  lines.push(`${schema.rowCount} rows, ${columns.length} column${columns.length === 1 ? '' : 's'}`);
  const width = Math.min(32, Math.max(0, ...columns.map((column) => column.name.length)));
  for (const column of columns) {
    const detail =
      column.range !== undefined
        ? showRange(column.range)
        : column.kind === 'category'
          ? `${column.distinct} level${column.distinct === 1 ? '' : 's'}`
          : '';
    const missing = column.missing > 0 ? `${column.missing} missing` : '';
    const line = `  ${column.name.padEnd(width)}  ${column.kind.padEnd(8)}  ${detail.padEnd(24)}  ${missing}`;
    lines.push(line.trimEnd());
  }
  const requested = schema.dropped.filter(({ reason }) => reason === 'requested').map(({ name }) => name);
  if (requested.length > 0) lines.push(`dropped as asked: ${requested.join(', ')}`);
  for (const warning of schema.warnings) lines.push(`note: ${warning}`);
  return lines;
}

const showRange = ([least, greatest]: readonly [number, number]): string =>
  `${showNumber(least)} to ${showNumber(greatest)}`;

const showNumber = (value: number): string => String(Number(value.toPrecision(6)));
