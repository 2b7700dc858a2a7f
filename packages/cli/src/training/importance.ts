import { createStream, type Model } from 'gradus';
import type { Table } from 'gradus/data';
import { featureImportance } from 'gradus/inspect';
import type { Predictor } from '../model/predictor.ts';
import { mainScore, truthOf } from '../model/scores.ts';
import type { RunConfig } from './config.ts';
import type { Prepared } from './prepare.ts';
import type { RunOutcome } from './reportOf.ts';

/** Rows on which importance is measured, at most, and at least where there are as many. */
const mostRows = 2000;
const leastRows = 100;
const mostRepeats = 5;

/** Multiply-adds of all predictions together, at most: a few seconds. */
const mostWork = 6e10;
/** Multiply-adds from which the user is told that it takes a moment. */
const longWork = 2e10;

/** How much is measured, so that it takes seconds at most. */
interface Budget {
  readonly rows: number;
  readonly repeats: number;
  readonly columns: number;
}

/**
 * Fit the measuring into the budget: fewer rows first, then fewer permutations, then only some of the columns. Work is
 * columns × permutations × rows × parameters.
 */
export function budgetFor(columns: number, rows: number, parameters: number): Budget {
  const perRow = (repeats: number): number => columns * repeats * parameters;
  const wanted = Math.min(rows, mostRows);
  const least = Math.min(rows, leastRows);
  for (let repeats = mostRepeats; repeats >= 1; repeats--) {
    const affordable = Math.floor(mostWork / perRow(repeats));
    if (affordable >= least) return { rows: Math.min(wanted, affordable), repeats, columns };
  }
  return { rows: least, repeats: 1, columns: Math.max(1, Math.floor(mostWork / (least * parameters))) };
}

/** Measure how far the score falls when a column is permuted, on rows that nothing was trained on. */
export async function importanceOf(
  predictor: Predictor,
  { preprocessor, validation, test }: Prepared,
  { seed }: RunConfig,
  { signal, say }: { readonly signal: AbortSignal; readonly say: (line: string) => void },
): Promise<RunOutcome['importance']> {
  const isValidation = validation.features.rows >= 2;
  const all = isValidation ? validation.table : test.table;
  const name = isValidation ? 'validation rows' : 'test rows';
  // A row alone cannot be shuffled.
  if (all.rowCount < 2) return { columns: [], repeats: mostRepeats, measuredOn: name };
  const names = preprocessor.schema.columns.map(({ name }) => name);
  const parameters = predictor.model.parameterCount;
  const budget = budgetFor(names.length, all.rowCount, parameters);
  const table = sampleOf(all, budget.rows, seed);
  const columns = budget.columns < names.length ? heaviest(predictor, budget.columns) : names;
  if (columns.length * budget.repeats * budget.rows * parameters > longWork)
    say(`measuring how much each of ${columns.length} columns matters; Ctrl-C leaves it out`);
  const truth = truthOf(preprocessor, table);
  const encoded = new Set(preprocessor.featureColumns);
  const measured = await featureImportance({
    features: preprocessor.transform(table),
    featureColumns: preprocessor.featureColumns,
    columns: columns.filter((column) => encoded.has(column)),
    repeats: budget.repeats,
    stream: createStream(seed, 'permutation'),
    signal,
    score: async (features) => mainScore(await predictor.predictFeatures(features), truth),
  });
  const rows = table === all ? name : `${table.rowCount} of the ${all.rowCount} ${name}, drawn at random`;
  const unread = names.filter((column) => !encoded.has(column));
  measured.push(...unread.map((column) => ({ column, mean: 0, deviation: 0 })));
  const some = measured.length < names.length ? `, ${measured.length} of ${names.length} columns` : '';
  return { columns: measured, repeats: budget.repeats, measuredOn: `${rows}${some}` };
}

function sampleOf(table: Table, rows: number, seed: number): Table {
  if (table.rowCount <= rows) return table;
  const order = createStream(seed, 'permutation').split('rows').permutation(table.rowCount);
  return table.select(order.subarray(0, rows).sort());
}

/** The columns whose features have the largest weights in the layers that read them. */
function heaviest({ model, preprocessor }: Predictor, count: number): string[] {
  const sizes = sizesOf(model, preprocessor.width);
  const byColumn = new Map<string, number>();
  preprocessor.featureColumns.forEach((column, i) => {
    byColumn.set(column, Math.max(byColumn.get(column) ?? 0, sizes[i]));
  });
  return [...byColumn]
    .sort(([, a], [, b]) => b - a)
    .slice(0, count)
    .map(([column]) => column);
}

/** The sum of squared weights that each feature is multiplied by. */
function sizesOf(model: Model, width: number): Float64Array {
  const sizes = new Float64Array(width);
  for (const { shape, values } of model.getWeights()) {
    if (shape.length !== 2 || shape[0] !== width) continue;
    for (let i = 0; i < values.length; i++) sizes[Math.floor(i / shape[1])] += values[i] * values[i];
  }
  return sizes;
}
