import { join } from 'node:path';
import type { Model, TrainingState } from 'gradus';
import type { CommandContext } from '../context.ts';
import { exitCodes } from '../exitCodes.ts';
import type { LoadedTable } from '../files/loadTable.ts';
import { type RunFolder, runFiles } from '../files/runFolder.ts';
import { printable, printableLine } from '../progress/textWidth.ts';
import type { ReportData } from '../report/reportData.ts';
import { formatInterval, formatScore, verdict } from '../report/verdict.ts';
import { gradusLine, progressFor, type Voice } from '../terminal.ts';
import { fitLinear } from './baselines.ts';
import { startFromLinear } from './buildNetwork.ts';
import type { CheckpointOutcome } from './checkpointKeeper.ts';
import type { RunConfig } from './config.ts';
import type { Metrics } from './finish.ts';
import { fitModel } from './fitNetwork.ts';
import type { Prepared } from './prepare.ts';
import { summaryLines } from './summary.ts';

/** A run of which all is decided. */
export interface PlannedRun {
  readonly loaded: LoadedTable;
  readonly prepared: Prepared;
  readonly config: RunConfig;
  readonly model: Model;
  /** How many threads compute; undefined for as many as there are processors. */
  readonly threads: number | undefined;
  /** Reading of the clock when the command began. */
  readonly began: number;
  /** Whether the task was asked for. */
  readonly taskAsked: boolean;
}

/** Say what was inferred and chosen. */
export function announce(plan: PlannedRun, voice: Voice, context: CommandContext): void {
  const { loaded, prepared, config, model, taskAsked } = plan;
  if (voice === 'person') {
    const lines = summaryLines(loaded, prepared, config, { task: taskAsked }, model.parameterCount);
    context.stdout.write(`${lines.map(printableLine).join('\n')}\n\n`);
  }
  if (voice === 'json') {
    const event = { type: 'plan', schema: prepared.schema, config, parameters: model.parameterCount };
    context.stderr.write(`${JSON.stringify(event)}\n`);
  }
}

/** Train, score, write the results; or stop where the user wants it, with a checkpoint to go on from. */
export async function trainAndFinish(
  plan: PlannedRun,
  folder: RunFolder,
  resume: TrainingState | undefined,
  voice: Voice,
  context: CommandContext,
): Promise<number> {
  const { loaded, prepared, config, model, threads, began } = plan;
  announce(plan, voice, context);
  let isTrained = false;
  try {
    const linear = fitLinear(prepared);
    if (resume === undefined) startFromLinear(model, linear);
    const progress = progressFor(context, voice);
    folder.onRestored = () =>
      progress.handle({
        type: 'warning',
        message: `The folder of the run was removed while it trained. It is made again: ${folder.shown}`,
      });
    const { history, executor, interrupted, checkpoint } = await fitModel(
      { model, prepared, config, threads, folder, progress, ...(resume === undefined ? {} : { resume }) },
      context,
    );
    if (interrupted) {
      sayInterrupted(folder, history.epochs.length, checkpoint, voice, context);
      const isLost = checkpoint.failure !== undefined && checkpoint.savedEpoch === undefined;
      return isLost ? exitCodes.usage : exitCodes.interrupted;
    }
    isTrained = true;
    const elapsed = (): number => (context.clock() - began) / 1000;
    const say = (line: string): void => {
      if (voice === 'person') context.stderr.write(`${line}\n`);
    };
    const { signal } = context;
    const run = { loaded, prepared, config, model, linear, history, executor, folder, signal, say, elapsed };
    // Plotting takes a while to load: nothing that fails before needs it.
    const { finishRun } = await import('./finish.ts');
    const { report, metrics } = await finishRun(run);
    sayResult(report, metrics, folder, voice, context);
    await folder.sweep();
    return exitCodes.done;
  } catch (error) {
    // What is saved stays: a checkpoint lets the training go on, a trained network its results be made again.
    if (isTrained || (await folder.holds('checkpoint')))
      sayKept(folder, isTrained, await folder.holds('model'), context);
    else if (resume === undefined) await folder.discard();
    throw error;
  }
}

const resumeLine = (folder: RunFolder, context: CommandContext): string =>
  gradusLine(['train', '--resume', folder.shown], context);

function sayInterrupted(
  folder: RunFolder,
  epochs: number,
  { failure, savedEpoch }: CheckpointOutcome,
  voice: Voice,
  context: CommandContext,
): void {
  const command = resumeLine(folder, context);
  if (voice === 'json') {
    const saved = failure === undefined ? epochs : savedEpoch;
    const event = { type: 'interrupted', folder: folder.shown, epochs, savedEpochs: saved, resume: command };
    context.stderr.write(`${JSON.stringify(event)}\n`);
    return;
  }
  const kept =
    savedEpoch === undefined
      ? ', and there is no checkpoint: the run begins again'
      : `, but the checkpoint of epoch ${savedEpoch} stays`;
  const saved =
    failure === undefined
      ? 'a checkpoint is saved'
      : `it could not be saved (${failure.clauses.received})${kept}`;
  context.stderr.write(printable(`interrupted after epoch ${epochs}; ${saved}. To go on:\n  ${command}\n`));
}

/** Say what is left of a run that has failed, and what to do with it. */
function sayKept(folder: RunFolder, isTrained: boolean, hasModel: boolean, context: CommandContext): void {
  const what = !isTrained
    ? 'the last checkpoint is kept'
    : hasModel
      ? `the network is trained, and ${join(folder.shown, runFiles.model)} can be used; other results are missing`
      : 'the network is trained, but its results are missing';
  context.stderr.write(printable(`${what}. When the trouble is mended:\n  ${resumeLine(folder, context)}\n`));
}

function sayResult(
  report: ReportData,
  metrics: Metrics,
  folder: RunFolder,
  voice: Voice,
  context: CommandContext,
): void {
  const path = join(folder.shown, runFiles.report);
  if (voice === 'json') {
    const files = Object.fromEntries(
      Object.entries(runFiles).map(([name, file]) => [name, join(folder.shown, file)]),
    );
    const result = { type: 'result', verdict: verdict(report), ...metrics, folder: folder.shown, files };
    context.stdout.write(`${JSON.stringify(result)}\n`);
    return;
  }
  const model = join(folder.shown, runFiles.model);
  context.stdout.write(
    printable(
      `${printableLine(verdict(report))}\n\n${scoreTable(report).join('\n')}\n\nmodel: ${model}\nto use it: ${gradusLine(['predict', folder.shown], context)} new.csv\n${path}\n`,
    ),
  );
}

/** The score beside the baselines, in lines that stand under each other. */
function scoreTable({ score, baselines }: ReportData): string[] {
  const rows = [
    ['', score.metric, `${Math.round(100 * (score.confidence ?? 0.95))}% interval`],
    [
      'this network',
      formatScore(score.value, score.format),
      formatInterval(score.lower, score.upper, score.format),
    ],
    ...baselines.map(({ name, value, lower = value, upper = value }) => [
      printableLine(name),
      formatScore(value, score.format),
      formatInterval(lower, upper, score.format),
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column].length)));
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column])).join('  ')}`.trimEnd(),
  );
}
