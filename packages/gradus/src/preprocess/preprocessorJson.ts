import { IncompatibleError } from '../util/errors.ts';
import type { Encoding } from './encoding.ts';
import type { ClassTarget, ColumnSchema, DroppedColumn, NumberTarget, Schema } from './schema.ts';

/** A fitted preprocessor as plain data. */
export interface PreprocessorJson {
  /** What the data is. */
  readonly format: 'gradus-preprocessor';
  /** The version of the format. */
  readonly version: 1;
  /** The columns and the target. */
  readonly schema: Schema;
  /** How each column of the schema becomes features, in its order. */
  readonly encodings: readonly Encoding[];
  /** Mean and standard deviation of the target, which a regression standardises; null for classes. */
  readonly targetScale: { readonly mean: number; readonly deviation: number } | null;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Check and read a preprocessor's plain data.
 *
 * @throws IncompatibleError naming the place where the content is not what `toJSON` writes
 */
export function readPreprocessorJson(json: unknown): PreprocessorJson {
  const fields = object(json, 'preprocessor');
  literal(fields, 'format', 'preprocessor', ['gradus-preprocessor']);
  if (fields['version'] !== 1) {
    throw new IncompatibleError({
      received: `a preprocessor of version ${String(fields['version'])}`,
      expected: 'version 1',
      remedy: 'Use the release of gradus that wrote it.',
    });
  }
  const schema = readSchema(fields['schema']);
  const encodings = list(fields['encodings'], 'encodings', readEncoding);
  const matches =
    encodings.length === schema.columns.length &&
    encodings.every(
      ({ kind, name }, i) => kind === schema.columns[i].kind && name === schema.columns[i].name,
    );
  if (!matches) throw damaged('encodings', 'one for each column of the schema, in order');
  const regress = schema.target.kind === 'number';
  if (regress === (fields['targetScale'] === null)) throw damaged('targetScale', 'one for a regression only');
  const targetScale = regress ? readScale(fields['targetScale']) : null;
  return { format: 'gradus-preprocessor', version: 1, schema, encodings, targetScale };
}

function readScale(json: unknown): { mean: number; deviation: number } {
  const fields = object(json, 'targetScale');
  return {
    mean: finite(fields, 'mean', 'targetScale'),
    deviation: deviationOf(fields, 'targetScale'),
  };
}

function readSchema(json: unknown): Schema {
  const fields = object(json, 'schema');
  const task = literal(fields, 'task', 'schema', ['classify', 'regress'] as const);
  const target = readTarget(fields['target']);
  if ((task === 'classify') !== (target.kind === 'class')) throw damaged('schema.task', 'the target’s task');
  const columns = list(fields['columns'], 'schema.columns', readColumn);
  if (new Set(columns.map(({ name }) => name)).size < columns.length) {
    throw damaged('schema.columns', 'different names');
  }
  return {
    task,
    rowCount: whole(fields, 'rowCount', 'schema'),
    target,
    columns,
    dropped: list(fields['dropped'], 'schema.dropped', readDropped),
    warnings: list(fields['warnings'], 'schema.warnings', textItem),
  };
}

function readTarget(json: unknown): ClassTarget | NumberTarget {
  const place = 'schema.target';
  const fields = object(json, place);
  const kind = literal(fields, 'kind', place, ['class', 'number'] as const);
  const name = text(fields, 'name', place);
  const missing = whole(fields, 'missing', place);
  if (kind === 'number') {
    const range = rangeAt(fields['range'], `${place}.range`);
    return { name, kind, distinct: whole(fields, 'distinct', place), range, missing };
  }
  const labels = list(fields['labels'], `${place}.labels`, textItem);
  const counts = list(fields['counts'], `${place}.counts`, numberItem);
  if (labels.length < 2 || new Set(labels).size < labels.length || counts.length !== labels.length) {
    throw damaged(`${place}.labels`, 'at least two different labels, with a count for each');
  }
  const labelKind = literal(fields, 'labelKind', place, ['integer', 'boolean', 'text'] as const);
  return { name, kind, labelKind, labels, counts, missing };
}

function readColumn(json: unknown, place: string): ColumnSchema {
  const fields = object(json, place);
  const kind = literal(fields, 'kind', place, ['number', 'boolean', 'category'] as const);
  const name = text(fields, 'name', place);
  const counts = { missing: whole(fields, 'missing', place), distinct: whole(fields, 'distinct', place) };
  if (fields['range'] === undefined) return { name, kind, ...counts };
  return { name, kind, ...counts, range: rangeAt(fields['range'], `${place}.range`) };
}

function readDropped(json: unknown, place: string): DroppedColumn {
  const fields = object(json, place);
  const reasons = ['requested', 'constant', 'missing', 'identifier', 'rowNumber'] as const;
  return { name: text(fields, 'name', place), reason: literal(fields, 'reason', place, reasons) };
}

function readEncoding(json: unknown, place: string): Encoding {
  const fields = object(json, place);
  const kind = literal(fields, 'kind', place, ['number', 'boolean', 'category'] as const);
  const name = text(fields, 'name', place);
  if (kind === 'number') {
    return {
      kind,
      name,
      median: finite(fields, 'median', place),
      mean: finite(fields, 'mean', place),
      deviation: deviationOf(fields, place),
      indicator: flag(fields, 'indicator', place),
    };
  }
  if (kind === 'boolean') {
    const frequent = literal(fields, 'frequent', place, [0, 1] as const);
    return { kind, name, frequent, indicator: flag(fields, 'indicator', place) };
  }
  const levels = list(fields['levels'], `${place}.levels`, textItem);
  if (new Set(levels).size < levels.length) throw damaged(`${place}.levels`, 'different levels');
  return { kind, name, levels, other: flag(fields, 'other', place), missing: flag(fields, 'missing', place) };
}

function damaged(place: string, expected: string): IncompatibleError {
  return new IncompatibleError({
    received: `the stored preprocessing is damaged at ${place}`,
    expected,
    remedy: 'Use an undamaged copy of the file, or train again.',
  });
}

function object(json: unknown, place: string): Fields {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw damaged(place, 'an object');
  return json as Fields;
}

function list<T>(json: unknown, place: string, read: (item: unknown, place: string) => T): T[] {
  if (!Array.isArray(json)) throw damaged(place, 'a list');
  return json.map((item: unknown, index) => read(item, `${place}[${index}]`));
}

function literal<const T extends string | number>(
  fields: Fields,
  key: string,
  place: string,
  allowed: readonly T[],
): T {
  const found = allowed.find((value) => value === fields[key]);
  if (found === undefined) throw damaged(`${place}.${key}`, `one of ${allowed.join(', ')}`);
  return found;
}

function textItem(json: unknown, place: string): string {
  if (typeof json !== 'string') throw damaged(place, 'a text');
  return json;
}

function numberItem(json: unknown, place: string): number {
  if (typeof json !== 'number' || !Number.isFinite(json)) throw damaged(place, 'a finite number');
  return json;
}

const text = (fields: Fields, key: string, place: string): string => textItem(fields[key], `${place}.${key}`);

const finite = (fields: Fields, key: string, place: string): number =>
  numberItem(fields[key], `${place}.${key}`);

function whole(fields: Fields, key: string, place: string): number {
  const value = finite(fields, key, place);
  if (!Number.isInteger(value) || value < 0) throw damaged(`${place}.${key}`, 'a whole number');
  return value;
}

function deviationOf(fields: Fields, place: string): number {
  const value = finite(fields, 'deviation', place);
  if (value < 0) throw damaged(`${place}.deviation`, 'a number of at least 0');
  return value;
}

function flag(fields: Fields, key: string, place: string): boolean {
  const value = fields[key];
  if (typeof value !== 'boolean') throw damaged(`${place}.${key}`, 'true or false');
  return value;
}

function rangeAt(json: unknown, place: string): [number, number] {
  const items = list(json, place, numberItem);
  if (items.length !== 2) throw damaged(place, 'two numbers');
  return [items[0], items[1]];
}
