import type { History } from 'gradus';
import { type Cell, decimalSign, isMissing, readNumber, type Table } from 'gradus/data';
import type { ColumnImportance } from 'gradus/inspect';
import { confusionMatrix } from 'gradus/metrics';
import type { ColumnSchema } from 'gradus/preprocess';
import type { LoadedTable } from '../files/loadTable.ts';
import { formatNumber, formatQuantity } from '../format/number.ts';
import type { Predictions } from '../model/predictor.ts';
import type { NamedScore, Scores, Truth } from '../model/scores.ts';
import type { BaselineScore, EpochRecord, Mistake, ReportData, ScoreSummary } from '../report/reportData.ts';
import { columnProfiles } from './columnProfiles.ts';
import type { RunConfig } from './config.ts';
import { lossTitle } from './losses.ts';
import { describeOptimizer, seesAllRows } from './optimizers.ts';
import type { Prepared } from './prepare.ts';
import { describeSchedule } from './schedules.ts';
import { splitMethod, taskReason } from './summary.ts';

/** Everything a run has found out. */
export interface RunOutcome {
  readonly loaded: LoadedTable;
  readonly prepared: Prepared;
  readonly config: RunConfig;
  readonly history: History;
  /** What the model says of the test rows. */
  readonly predictions: Predictions;
  readonly truth: Truth;
  readonly scores: Scores;
  readonly baselines: readonly BaselineScore[];
  readonly importance: {
    readonly columns: readonly ColumnImportance[];
    readonly repeats: number;
    readonly measuredOn: string;
  };
  readonly architecture: { readonly summary: string; readonly parameters: number };
  readonly executor: string;
  /** Length of the run in seconds. */
  readonly seconds: number;
  readonly folder: string;
  readonly version: string;
  readonly node: string;
  readonly platform: string;
  /** Further notes, beside the schema's own. */
  readonly warnings: readonly string[];
}

const mistakesShown = 12;
const cellsShown = 12;

/** Fill in a report. */
export function reportOf(outcome: RunOutcome): ReportData {
  const { loaded, prepared, config, scores, history, predictions, truth } = outcome;
  const classify = config.task === 'classify';
  const labels = prepared.preprocessor.labels;
  const noun = loaded.embedded?.rowNoun;
  return {
    title: `${config.target} in ${loaded.name}`,
    task: classify ? 'classification' : 'regression',
    target: config.target,
    ...(noun === undefined ? {} : { rowNoun: noun }),
    data: {
      source: loaded.name,
      rows: loaded.table.rowCount,
      columns: columnProfiles(prepared.schema, loaded.table, config),
      warnings: [...prepared.schema.warnings, ...outcome.warnings],
      ...(prepared.schema.target.missing === 0
        ? {}
        : {
            droppedRows: [{ count: prepared.schema.target.missing, reason: `${config.target} is missing` }],
          }),
      taskInferredFrom: taskReason(prepared, false),
    },
    split: {
      train: prepared.train.features.rows,
      validation: prepared.validation.features.rows,
      test: prepared.test.features.rows,
      method: splitMethod(prepared),
    },
    score: scoreSummary(scores),
    baselines: outcome.baselines.map((baseline) => shownBaseline(baseline, scores.main.format)),
    training: {
      loss: lossTitle(config.training.loss),
      metric: scores.main.name,
      metricFormat: scores.main.format,
      history: history.epochs.map((record) => epochRecord(record, config)),
      bestEpoch: history.bestEpoch === 0 ? history.epochs.length : history.bestEpoch,
      stopReason: stopSentence(history.reason, config),
      ...(seesAllRows(config.training.optimizer) ? {} : { batchSize: config.training.batchSize }),
      optimizer: describeOptimizer(config.training),
    },
    ...(predictions.kind === 'class'
      ? { confusion: { classes: labels, counts: confusionCounts(truth, predictions.classes, labels) } }
      : { predictions: { actual: [...truth], predicted: [...predictions.values] } }),
    mistakes: {
      columns: prepared.schema.columns.slice(0, cellsShown).map(({ name }) => name),
      ...worstRows(outcome),
    },
    importance: {
      metric: scores.main.name,
      format: scores.main.format,
      repeats: outcome.importance.repeats,
      measuredOn: outcome.importance.measuredOn,
      columns: outcome.importance.columns.map(({ column, mean, deviation }) => ({
        column,
        meanDrop: mean,
        standardDeviation: deviation,
      })),
    },
    architecture: outcome.architecture,
    run: {
      command: config.command,
      seed: config.seed,
      version: outcome.version,
      node: outcome.node,
      platform: outcome.platform,
      executor: outcome.executor,
      numerics: config.numerics,
      startedAt: config.startedAt,
      seconds: outcome.seconds,
      folder: outcome.folder,
      settings: settingsOf(config),
    },
  };
}

function scoreSummary({ main, interval, intervalMethod, others, rows, correct }: Scores): ScoreSummary {
  return {
    metric: main.name,
    format: main.format,
    higherIsBetter: main.higherIsBetter,
    value: shown(main.value, main.format),
    lower: shown(interval.lower, main.format),
    upper: shown(interval.upper, main.format),
    confidence: interval.confidence,
    intervalMethod,
    ...(correct === undefined ? {} : { correct }),
    count: rows,
    others: others.map(({ name, value, format }: NamedScore) => ({ metric: name, value, format })),
  };
}

/** Nobody wants to read an R² of -0.000261: numbers lose what is behind the third decimal, unless 1 is left. */
function shown(value: number, format: 'percent' | 'number'): number {
  const rounded = Math.round(value * 1000) / 1000 + 0;
  return format === 'percent' || rounded === 1 ? value : rounded;
}

function shownBaseline(baseline: BaselineScore, format: 'percent' | 'number'): BaselineScore {
  const { value, lower = value, upper = value } = baseline;
  return {
    ...baseline,
    value: shown(value, format),
    lower: shown(lower, format),
    upper: shown(upper, format),
  };
}

const epochRecord = (record: History['epochs'][number], { training }: RunConfig): EpochRecord => ({
  epoch: record.epoch,
  loss: record.loss,
  validationLoss: record.validationLoss ?? null,
  validationMetric: record.metrics['validationAccuracy'] ?? record.metrics['validationR2'] ?? null,
  learningRate: training.learningRate === null ? null : record.learningRate,
  seconds: record.seconds,
});

/** Turn the reason that training gave into a sentence. */
function stopSentence(reason: string, { training }: RunConfig): string {
  if (reason === 'all epochs done') return `All ${formatQuantity(training.epochs, 'epoch')} were done.`;
  if (/^no better validationLoss/.test(reason)) {
    return `It stopped as the validation loss had not fallen for ${formatQuantity(training.patience ?? 0, 'epoch')}.`;
  }
  return `It stopped: ${reason}.`;
}

const confusionCounts = (truth: Truth, predicted: Int32Array, labels: readonly string[]) =>
  confusionMatrix(truth, predicted, { labels: [...labels.keys()] }).matrix;

/** The wrong predictions of which the model was surest; of numbers, the largest errors. */
function worstRows({ prepared, predictions, truth }: RunOutcome): { rows: Mistake[]; total: number } {
  const { table } = prepared.test;
  const { labels } = prepared.preprocessor;
  const columns = prepared.schema.columns.slice(0, cellsShown).map((column) => readableCells(table, column));
  const place = (row: number): Pick<Mistake, 'row' | 'cells'> => ({
    row: table.rowNumber(row),
    cells: columns.map((cells) => cells[row]),
  });
  const rows = Array.from(truth, (_, row) => row);
  if (predictions.kind === 'number') {
    const error = (row: number): number => Math.abs(predictions.values[row] - truth[row]);
    const worst = rows.sort((a, b) => error(b) - error(a) || a - b).slice(0, mistakesShown);
    return {
      rows: worst.map((row) => ({ ...place(row), actual: truth[row], predicted: predictions.values[row] })),
      total: truth.length,
    };
  }
  const { classes, probabilities } = predictions;
  const sureness = (row: number): number => probabilities[row * labels.length + classes[row]];
  const wrong = rows.filter((row) => classes[row] !== truth[row]);
  const worst = [...wrong].sort((a, b) => sureness(b) - sureness(a) || a - b).slice(0, mistakesShown);
  return {
    rows: worst.map((row) => ({
      ...place(row),
      actual: labels[truth[row]],
      predicted: labels[classes[row]],
      probability: sureness(row),
    })),
    total: wrong.length,
  };
}

/** The cells of a column as a person wants to read them: numbers as numbers, missing values as null. */
function readableCells(table: Table, { name, kind }: ColumnSchema): Cell[] {
  const cells = table.column(name);
  const sign = decimalSign(cells, table.decimalComma);
  return cells.map((cell) => {
    if (isMissing(cell)) return null;
    return kind === 'number' ? (readNumber(cell, sign) ?? cell) : cell;
  });
}

function settingsOf({ network, training, split }: RunConfig): { name: string; value: string }[] {
  const { schedule, clipGradient, classWeight } = training;
  return [
    { name: 'Hidden layers', value: network.hidden.join(', ') },
    { name: 'Activation', value: network.activation },
    { name: 'Dropout', value: formatNumber(network.dropout) },
    ...(network.batchNormalization
      ? [{ name: 'Batch normalization', value: 'behind each hidden layer, before its activation' }]
      : []),
    { name: 'First weights', value: 'those of the linear model; hidden layers at random' },
    { name: 'Learning rate', value: formatNumber(training.learningRate) },
    ...(schedule === null ? [] : [{ name: 'Schedule', value: describeSchedule(schedule) }]),
    { name: 'Weight decay', value: formatNumber(training.weightDecay) },
    ...(clipGradient === null
      ? []
      : [{ name: 'Gradient clipping', value: `norm at most ${formatNumber(clipGradient)}` }]),
    ...(classWeight === null ? [] : [{ name: 'Class weights', value: 'so that classes count alike' }]),
    { name: 'Most epochs', value: formatNumber(training.epochs) },
    {
      name: 'Patience',
      value: training.patience === null ? 'none' : formatQuantity(training.patience, 'epoch'),
    },
    { name: 'Split', value: split.map((share) => formatNumber(100 * share)).join('/') },
  ];
}
