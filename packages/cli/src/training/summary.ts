import { describeSchema, type Schema } from 'gradus/preprocess';
import type { LoadedTable } from '../files/loadTable.ts';
import { formatCount, formatNumber, formatPercent, formatQuantity } from '../format/number.ts';
import type { RunConfig, TrainingConfig } from './config.ts';
import { lossTitle, usualLoss } from './losses.ts';
import { describeOptimizer, seesAllRows } from './optimizers.ts';
import type { Prepared } from './prepare.ts';
import { describeSchedule } from './schedules.ts';

/** Say why the task is what it is. */
export function taskReason({ schema }: Prepared, asked: boolean): string {
  const { target } = schema;
  if (asked) return 'as asked by --task';
  if (target.kind === 'number') return `numbers with ${formatCount(target.distinct)} different values`;
  const kinds = { integer: 'whole numbers', boolean: 'true or false', text: 'text' };
  return `${kinds[target.labelKind]} with ${formatQuantity(target.labels.length, 'different value')}`;
}

/** Say how the rows were dealt. */
export const splitMethod = ({ schema }: Prepared): string =>
  schema.task === 'classify' ? `at random, each class in its share` : 'at random';

/** Fewer test rows than this tell next to nothing. */
const fewTestRows = 20;

/** Notes on the split, a sentence each. */
export function splitNotes({ test }: Prepared): string[] {
  const { rows } = test.features;
  if (rows >= fewTestRows) return [];
  return [
    `${formatQuantity(rows, 'test row')}${rows === 1 ? '' : ' only'}: the score says little, as its interval shows`,
  ];
}

/** Most columns that are listed one by one. */
const columnsListed = 40;

/** The schema in lines, with the columns of a very wide table cut short. */
function schemaLines(schema: Schema): string[] {
  const lines = describeSchema(schema);
  const { columns } = schema;
  // The target and the heading stand before the columns, a line each.
  const [target, , ...rest] = lines;
  const listed = rest.slice(0, columns.length);
  const heading = `learns from ${formatQuantity(columns.length, 'column')}`;
  if (columns.length <= columnsListed) return [target, heading, ...rest];
  const kinds = ['number', 'category', 'boolean'].map(
    (kind) =>
      [kind, columns.slice(columnsListed / 2).filter((column) => column.kind === kind).length] as const,
  );
  const others = kinds
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => `${formatCount(count)} ${kind}`);
  const more = `  and ${formatCount(columns.length - columnsListed / 2)} more: ${others.join(', ')}`;
  return [target, heading, ...listed.slice(0, columnsListed / 2), more, ...rest.slice(columns.length)];
}

/** How a network is trained, a clause each; what is as usual goes without saying. */
function trainingClauses(training: TrainingConfig, task: RunConfig['task']): string[] {
  const { optimizer, learningRate, schedule, clipGradient, weightDecay, loss, classWeight } = training;
  return [
    describeOptimizer(training),
    ...(learningRate === null ? [] : [`learning rate ${formatNumber(learningRate)}`]),
    ...(schedule === null ? [] : [`schedule ${describeSchedule(schedule)}`]),
    ...(weightDecay === 0 ? [] : [`weight decay ${formatNumber(weightDecay)}`]),
    ...(clipGradient === null ? [] : [`gradients clipped to the norm ${formatNumber(clipGradient)}`]),
    ...(loss === usualLoss(task) ? [] : [lossTitle(loss)]),
    seesAllRows(optimizer) ? 'all rows at once' : `batches of ${formatCount(training.batchSize)}`,
    `at most ${formatCount(training.epochs)} epochs`,
    ...(classWeight === 'balanced' ? ['classes weighed to count alike'] : []),
  ];
}

/** Say all that was inferred and chosen, in lines for a person. */
export function summaryLines(
  loaded: LoadedTable,
  prepared: Prepared,
  config: RunConfig,
  asked: { readonly task: boolean },
  parameterCount: number,
): string[] {
  const { train, validation, test } = prepared;
  const { network, training } = config;
  const rows = ({ features }: { features: { rows: number } }): string => formatCount(features.rows);
  const left = loaded.table.rowCount - prepared.schema.rowCount;
  const shares = config.split.map((share) => formatPercent(share)).join(' / ');
  const stop =
    training.patience === null
      ? 'no early stopping, as there are no validation rows'
      : `stops after ${training.patience} epochs without a better validation loss, keeps the best weights`;
  return [
    `${loaded.name}: ${formatQuantity(loaded.table.rowCount, 'row')}, ${formatQuantity(loaded.table.names.length, 'column')}${left > 0 ? `; ${formatQuantity(left, 'row')} without a target left out` : ''}`,
    `task: ${config.task}, since ${JSON.stringify(config.target)} is ${taskReason(prepared, asked.task)}`,
    ...schemaLines(prepared.schema),
    `split: ${rows(train)} training, ${rows(validation)} validation, ${rows(test)} test rows (${shares}), ${splitMethod(prepared)}`,
    ...splitNotes(prepared).map((note) => `note: ${note}`),
    `features: ${formatCount(prepared.preprocessor.width)}, fitted to the training rows: numbers standardised, categories one-hot, missing values imputed and marked`,
    `network: hidden layers ${network.hidden.join(', ')} (${network.activation}, dropout ${formatNumber(network.dropout)}${network.batchNormalization ? ', batch normalization' : ''}) beside a linear path that starts as the linear baseline, ${formatQuantity(parameterCount, 'parameter')}`,
    `training: ${trainingClauses(training, config.task).join(', ')}; ${stop}`,
    `seed: ${config.seed}; numerics: ${config.numerics}${config.executor === 'blas' ? '; matrix products by BLAS' : ''}`,
  ];
}
