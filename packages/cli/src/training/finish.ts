import { arch, platform } from 'node:os';
import { writeCsv } from '@gradus/io';
import { type History, type Model, saveModel, version } from 'gradus';
import { tableFromColumns } from 'gradus/data';
import type { LoadedTable } from '../files/loadTable.ts';
import type { RunFolder } from '../files/runFolder.ts';
import { predictionColumns, withNewColumn } from '../model/predictionColumns.ts';
import { Predictor } from '../model/predictor.ts';
import { differenceInterval, type Scores, scorePredictions, truthOf } from '../model/scores.ts';
import { renderReport } from '../report/renderReport.ts';
import type { BaselineScore, ReportData } from '../report/reportData.ts';
import { fitTrivial, type LinearBaseline } from './baselines.ts';
import type { RunConfig } from './config.ts';
import { importanceOf } from './importance.ts';
import type { Prepared } from './prepare.ts';
import { type RunOutcome, reportOf } from './reportOf.ts';
import { splitNotes } from './summary.ts';

/** A trained network, and what it was trained on. */
export interface TrainedRun {
  readonly loaded: LoadedTable;
  readonly prepared: Prepared;
  readonly config: RunConfig;
  readonly model: Model;
  readonly linear: LinearBaseline;
  readonly history: History;
  readonly executor: string;
  readonly folder: RunFolder;
  /** Aborted when the user does not want to wait. */
  readonly signal: AbortSignal;
  /** Tells the user of what takes long. */
  readonly say: (line: string) => void;
  /** Seconds since the run began. */
  readonly elapsed: () => number;
}

/** Score a trained network once on the test rows, beside the baselines, and write all results. */
export async function finishRun(run: TrainedRun): Promise<{ report: ReportData; metrics: Metrics }> {
  const { prepared, config, model, linear, folder } = run;
  const { test, preprocessor } = prepared;
  const predictor = new Predictor(model, preprocessor);
  const predictions = await predictor.predict(test.table);
  const truth = truthOf(preprocessor, test.table);
  const scores = scorePredictions(predictions, truth, config.seed);
  const baselines = [fitTrivial(prepared), linear].map((baseline): BaselineScore => {
    const { main, interval } = scorePredictions(baseline.test, truth, config.seed);
    const difference = differenceInterval(predictions, baseline.test, truth, config.seed);
    return {
      kind: baseline.kind,
      name: baseline.name,
      value: main.value,
      lower: interval.lower,
      upper: interval.upper,
      ...(difference === undefined
        ? {}
        : { difference: { lower: difference.lower, upper: difference.upper } }),
    };
  });
  const outcome: RunOutcome = {
    ...run,
    predictions,
    truth,
    scores,
    baselines,
    importance: await importanceOf(predictor, prepared, config, run),
    architecture: { summary: model.summary(), parameters: model.parameterCount },
    seconds: run.elapsed(),
    folder: folder.shown,
    version,
    node: process.version,
    platform: `${platform()} ${arch()}`,
    warnings: [
      ...splitNotes(prepared),
      ...new Set([...prepared.validation.features.warnings, ...test.features.warnings]),
    ],
  };
  const metrics = metricsOf(run, scores, outcome);
  const report = reportOf(outcome);
  await writeResults(run, outcome, metrics, report);
  return { report, metrics };
}

/** What `metrics.json` holds. */
export type Metrics = ReturnType<typeof metricsOf>;

function metricsOf({ prepared, config, history }: TrainedRun, scores: Scores, outcome: RunOutcome) {
  const { main, interval, others, rows } = scores;
  return {
    task: config.task,
    target: config.target,
    test: {
      rows,
      metric: main.key,
      value: main.value,
      interval: { lower: interval.lower, upper: interval.upper, confidence: interval.confidence },
      method: scores.intervalMethod,
      ...Object.fromEntries([main, ...others].map(({ key, value }) => [key, value])),
    },
    baselines: outcome.baselines,
    training: {
      rows: prepared.train.features.rows,
      validationRows: prepared.validation.features.rows,
      features: prepared.preprocessor.width,
      parameters: outcome.architecture.parameters,
      epochs: history.epochs.length,
      bestEpoch: history.bestEpoch,
      reason: history.reason,
    },
    importance: outcome.importance,
    seed: config.seed,
    gradus: version,
  };
}

/** Write all results; the report, which tells that the run is complete, goes last. */
async function writeResults(
  { prepared, config, model, history, folder }: TrainedRun,
  { predictions, truth }: RunOutcome,
  metrics: Metrics,
  report: ReportData,
): Promise<void> {
  const { preprocessor, schema, test } = prepared;
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  await folder.write(
    'model',
    saveModel(model, {
      preprocessing: preprocessor.toJSON(),
      schema,
      training: { config: plain(config), metrics: plain(metrics) },
    }),
  );
  await folder.write('metrics', json(metrics));
  await folder.write('history', history.epochs.map((record) => `${JSON.stringify(record)}\n`).join(''));
  await folder.write('schema', json(schema));
  const actual = Array.from(truth, (value) => preprocessor.labels[value] ?? value);
  const numbers = Array.from({ length: test.table.rowCount }, (_, row) => test.table.rowNumber(row));
  const rows = withNewColumn(tableFromColumns({ row: numbers }), config.target, actual);
  await folder.write('predictions', writeCsv(predictionColumns(rows, predictions, preprocessor, true)));
  await folder.write('report', renderReport(report));
}

/** Leave members out that are undefined. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
