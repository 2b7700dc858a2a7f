import type { Table } from '../data/table.ts';
import { booleanValues, numberValues, textValues } from './columnValues.ts';
import type { ColumnSchema } from './schema.ts';

/** A number column: impute the median, standardise, mark what was missing. */
export interface NumberEncoding {
  /** The kind of the column. */
  readonly kind: 'number';
  /** The column's name. */
  readonly name: string;
  /** Stands for missing values. */
  readonly median: number;
  /** Mean of the known values. */
  readonly mean: number;
  /** Population standard deviation; 0 gives the feature 0. */
  readonly deviation: number;
  /** Whether a second feature is 1 where the value is missing; only where training rows had missing values. */
  readonly indicator: boolean;
}

/** A boolean column: 1 for true, 0 for false, the more frequent one for missing, and a mark. */
export interface BooleanEncoding {
  /** The kind of the column. */
  readonly kind: 'boolean';
  /** The column's name. */
  readonly name: string;
  /** The more frequent value, which replaces missing ones. */
  readonly frequent: 0 | 1;
  /** Whether a second feature is 1 where the value is missing; only where training rows had missing values. */
  readonly indicator: boolean;
}

/** A category column: one feature a level, one for rare and unknown levels, one for missing. */
export interface CategoryEncoding {
  /** The kind of the column. */
  readonly kind: 'category';
  /** The column's name. */
  readonly name: string;
  /** Levels with a feature of their own, by code unit. */
  readonly levels: readonly string[];
  /** Whether training rows filled the feature for rare levels; unknown levels then use it too. */
  readonly other: boolean;
  /** Whether training rows had missing values. */
  readonly missing: boolean;
}

/** How one column becomes features. */
export type Encoding = NumberEncoding | BooleanEncoding | CategoryEncoding;

/**
 * Features are kept within this many deviations, so that float32 cannot overflow. No training row gets there:
 * among n values none lies further than √n deviations from the mean.
 */
const farthest = 1e6;

/** How to fit the encoding of categories. */
export interface EncodingOptions {
  /** Most levels that get a feature of their own, the one for all others included; default 50. */
  readonly maximumLevels: number;
  /** Rows that a level must have for a feature of its own; default 2. */
  readonly minimumLevelRows: number;
}

/** Learn the encoding of a column from training rows. */
export function fitEncoding(column: ColumnSchema, table: Table, options: EncodingOptions): Encoding {
  if (column.kind === 'number') return fitNumber(column.name, numberValues(table, column.name));
  if (column.kind === 'boolean') return fitBoolean(column.name, booleanValues(table, column.name));
  return fitCategory(column.name, textValues(table, column.name), options);
}

function fitNumber(name: string, values: Float64Array): NumberEncoding {
  const known = values.filter((value) => !Number.isNaN(value)).sort();
  const { mean, deviation } = meanAndDeviation(known);
  const half = known.length >> 1;
  const median =
    known.length === 0 ? 0 : known.length % 2 === 1 ? known[half] : known[half - 1] / 2 + known[half] / 2;
  return { kind: 'number', name, median, mean, deviation, indicator: known.length < values.length };
}

/** Mean and population standard deviation in two passes; 0 and 0 for no values. */
export function meanAndDeviation(values: ArrayLike<number>): { mean: number; deviation: number } {
  const count = values.length;
  if (count === 0) return { mean: 0, deviation: 0 };
  let sum = 0;
  for (let index = 0; index < count; index++) sum += values[index];
  const mean = sum / count;
  let squares = 0;
  let rest = 0;
  for (let index = 0; index < count; index++) {
    const difference = values[index] - mean;
    squares += difference * difference;
    rest += difference;
  }
  // The second term is the rounding error of the mean (Chan, Golub & LeVeque 1983).
  const variance = Math.max(0, (squares - (rest * rest) / count) / count);
  const deviation = Math.sqrt(variance);
  return { mean, deviation: deviation <= 1e-14 * Math.abs(mean) ? 0 : deviation };
}

function fitBoolean(name: string, values: Float64Array): BooleanEncoding {
  let known = 0;
  let ones = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    known++;
    ones += value;
  }
  return { kind: 'boolean', name, frequent: ones * 2 > known ? 1 : 0, indicator: known < values.length };
}

function fitCategory(
  name: string,
  texts: readonly (string | null)[],
  options: EncodingOptions,
): CategoryEncoding {
  const counts = new Map<string, number>();
  let missing = false;
  for (const text of texts) {
    if (text === null) missing = true;
    else counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  let frequent = [...counts].filter(([, count]) => count >= options.minimumLevelRows);
  const tooMany = frequent.length > options.maximumLevels;
  const merged = frequent.length < counts.size;
  if (tooMany || (merged && frequent.length === options.maximumLevels)) {
    frequent.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    frequent = frequent.slice(0, options.maximumLevels - 1);
  }
  const levels = frequent.map(([level]) => level).sort();
  return { kind: 'category', name, levels, other: levels.length < counts.size, missing };
}

/** Names of the features of an encoding, in order. */
export function featureNames(encoding: Encoding): string[] {
  const { name } = encoding;
  if (encoding.kind !== 'category') return encoding.indicator ? [name, `${name} is missing`] : [name];
  const names = encoding.levels.map((level) => `${name} = ${level}`);
  if (encoding.other) names.push(`${name} = (other)`);
  if (encoding.missing) names.push(`${name} is missing`);
  return names;
}

/** What was met while encoding that training rows did not show. */
export interface Surprises {
  /** Values missing where no training row had a missing one. */
  missing: number;
  /** Cells with a level that training never saw, and up to five such levels; not told apart from rare ones. */
  unknown: number;
  readonly levels: Set<string>;
}

/** Write the features of a column into the matrix, from a feature index on. */
export function writeEncoding(
  encoding: Encoding,
  table: Table,
  features: Float32Array,
  width: number,
  offset: number,
): Surprises {
  const surprises: Surprises = { missing: 0, unknown: 0, levels: new Set() };
  if (encoding.kind === 'category') writeCategory(encoding, table, features, width, offset, surprises);
  else {
    const number = encoding.kind === 'number';
    const values = number
      ? numberValues(table, encoding.name, { role: 'fitted' })
      : booleanValues(table, encoding.name);
    const substitute = number ? encoding.median : encoding.frequent;
    const mean = number ? encoding.mean : 0;
    const deviation = number ? encoding.deviation : 1;
    for (let row = 0, at = offset; row < values.length; row++, at += width) {
      const missing = Number.isNaN(values[row]);
      const value = missing ? substitute : values[row];
      const standard = deviation === 0 ? 0 : (value - mean) / deviation;
      features[at] = Math.min(farthest, Math.max(-farthest, standard));
      if (encoding.indicator) features[at + 1] = missing ? 1 : 0;
      else if (missing) surprises.missing++;
    }
  }
  return surprises;
}

function writeCategory(
  encoding: CategoryEncoding,
  table: Table,
  features: Float32Array,
  width: number,
  offset: number,
  surprises: Surprises,
): void {
  const { levels, other, missing } = encoding;
  const slots = new Map(levels.map((level, index) => [level, index]));
  const otherSlot = other ? levels.length : -1;
  const missingSlot = missing ? levels.length + (other ? 1 : 0) : otherSlot;
  textValues(table, encoding.name).forEach((text, row) => {
    const known = text === null ? missingSlot : slots.get(text);
    if (text === null && !missing) surprises.missing++;
    if (text !== null && known === undefined && !other) {
      surprises.unknown++;
      if (surprises.levels.size < 5) surprises.levels.add(text);
    }
    const slot = known ?? otherSlot;
    if (slot !== -1) features[row * width + offset + slot] = 1;
  });
}
