import type { Loss } from '../../nn/losses/index.ts';
import { ArgumentError, DataError } from '../../util/errors.ts';
import { describeValue } from '../../util/options.ts';
import type { ClassWeight, WeightingOptions } from '../fit/options.ts';
import { countOf, requireFinite } from './inputs.ts';
import type { Targets } from './targets.ts';

/** One weight a class, for every column of the targets that holds classes. */
type ClassTables = readonly (readonly number[])[];

/** How the targets name classes. */
interface Classes {
  /** How many columns hold a class: one, or one a yes/no question. */
  readonly columns: number;
  /** How many classes there are. */
  readonly count: number;
  /** The class in a row and column: a class number, the largest of a row of probabilities, or no and yes. */
  readonly at: (row: number, column: number) => number;
}

/** Rows with their targets, and what the caller says of their weight. */
export interface WeighedRows {
  readonly targets: Targets;
  readonly sampleWeight: ArrayLike<number> | undefined;
  /** What messages call the weights. */
  readonly name: string;
  /** The rows whose loss is measured as a whole; a batch of others is averaged by itself. */
  readonly measured: Int32Array;
}

function classesOf(targets: Targets, task: Loss['task'], outputs: number): Classes {
  if (task === 'values') {
    throw new ArgumentError({
      received: 'classWeight with a loss over values',
      expected: 'a loss over classes or yes/no questions',
      remedy: 'Give the rows weights of their own: { x, y, sampleWeight }',
    });
  }
  const { values, width } = targets;
  if (task === 'classes' && width !== (targets.kind === 'labels' ? 1 : outputs)) {
    throw new ArgumentError({
      received: 'classWeight where a row has several classes, one a step',
      expected: 'one class a row',
      remedy: 'Give the rows weights of their own: { x, y, sampleWeight }',
    });
  }
  if (task === 'bits') {
    const { scale = 1, shift = 0 } = targets.kind === 'values' && values instanceof Uint8Array ? targets : {};
    const at = (row: number, column: number) => (scale * values[row * width + column] + shift > 0.5 ? 1 : 0);
    return { columns: width, count: 2, at };
  }
  if (targets.kind === 'labels') return { columns: 1, count: outputs, at: (row) => values[row] };
  return {
    columns: 1,
    count: outputs,
    at(row) {
      let best = 0;
      for (let k = 1; k < width; k++) if (values[row * width + k] > values[row * width + best]) best = k;
      return best;
    },
  };
}

/**
 * Weigh classes so that each counts alike: n/(k·nᶜ) for nᶜ of n rows and k classes that occur, as scikit-learn's
 * 'balanced' (King & Zeng 2001); a class that does not occur weighs 1.
 */
function balance({ columns, count, at }: Classes, rows: Int32Array): ClassTables {
  return Array.from({ length: columns }, (_, column) => {
    const counts = new Array<number>(count).fill(0);
    for (const row of rows) counts[at(row, column)]++;
    const present = counts.filter((n) => n > 0).length;
    return counts.map((n) => (n === 0 ? 1 : rows.length / (present * n)));
  });
}

/** Check weights of classes: one list, or for several yes/no questions one [no, yes] each. */
function readTables(classWeight: Exclude<ClassWeight, 'balanced'>, { columns, count }: Classes): ClassTables {
  const lists: readonly unknown[] =
    columns === 1 ? [classWeight] : Array.isArray(classWeight) ? classWeight : [];
  const isWeight = (value: unknown): boolean =>
    typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY;
  const fits = (list: unknown): boolean =>
    Array.isArray(list) && list.length === count && list.every(isWeight);
  if (lists.length === columns && lists.every(fits)) return lists as ClassTables;
  const given = Array.isArray(classWeight)
    ? `a classWeight of ${countOf(classWeight.length)}: ${classWeight.map(describeValue).join(', ')}`
    : `classWeight is ${describeValue(classWeight)}`;
  const list = count === 2 ? '[1, 5]' : '[1, 5, …]';
  const [many, example] = columns === 1 ? ['', list] : [`${columns} lists of `, `[${list}, …]`];
  throw new ArgumentError({
    received: given,
    expected: `'balanced', or ${many}${count} numbers of at least 0, one a class, such as ${example}`,
  });
}

/** Copy the weights of rows, checked. */
function readSampleWeight({ sampleWeight, targets, name }: WeighedRows): Float64Array {
  const { rows } = targets;
  if (sampleWeight === undefined) return new Float64Array(rows).fill(1);
  const isList = Array.isArray(sampleWeight) || ArrayBuffer.isView(sampleWeight);
  if (!isList || sampleWeight.length !== rows) {
    throw new DataError({
      received: isList
        ? `${name} of ${countOf(sampleWeight.length)}`
        : `${name} that is ${describeValue(sampleWeight)}`,
      expected: `${countOf(rows)}, one a row of y`,
    });
  }
  return Float64Array.from({ length: rows }, (_, row) => {
    const weight: unknown = sampleWeight[row];
    if (typeof weight === 'number' && weight >= 0 && weight < Number.POSITIVE_INFINITY) return weight;
    throw new DataError(
      {
        received: `${describeValue(weight)} in row ${row + 1} of ${name}`,
        expected: 'a number of at least 0',
      },
      { row: row + 1 },
    );
  });
}

/** Refuse rows that weigh nothing together. */
function requireWeight(weights: Float64Array, rows: Int32Array, name: string): void {
  if (rows.length === 0 || rows.some((row) => weights[row] > 0)) return;
  throw new DataError({ received: `${name} that leaves every row a weight of 0`, expected: 'one above 0' });
}

/** What weights are made from. */
export interface WeighingRequest extends WeightingOptions {
  /** The rows that are trained on or measured, and those of a validation apart. */
  readonly parts: readonly WeighedRows[];
  /** The rows of the first part among which classes are counted. */
  readonly rows: Int32Array;
  readonly loss: Loss;
  /** How many outputs the model has for one answer. */
  readonly outputs: number;
}

/**
 * Give every row its weight, its own times that of its class; for several yes/no questions the product over them.
 *
 * @returns The weights of each part; undefined where all weigh 1.
 */
export function weighRows(request: WeighingRequest): readonly (Float64Array | undefined)[] {
  const { parts, rows, loss, outputs, classWeight } = request;
  let tables: ClassTables | undefined;
  if (classWeight !== undefined) {
    const classes = classesOf(parts[0].targets, loss.task, outputs);
    tables = classWeight === 'balanced' ? balance(classes, rows) : readTables(classWeight, classes);
  }
  return parts.map((part, i) => {
    if (part.sampleWeight === undefined && tables === undefined) return undefined;
    const weights = readSampleWeight(part);
    tables?.forEach((table, column) => {
      const { at } = classesOf(part.targets, loss.task, outputs);
      for (let row = 0; row < weights.length; row++) weights[row] *= table[at(row, column)];
    });
    const name = part.sampleWeight === undefined ? 'classWeight' : part.name;
    requireFinite(weights, 1, name);
    if (i === 0) requireWeight(weights, rows, name);
    requireWeight(weights, part.measured, name);
    return weights;
  });
}
