import { join } from 'node:path';
import type { Model, TrainingState } from 'gradus';
import type { CommandContext } from '../context.ts';
import { exitCodes } from '../exitCode.ts';
import type { LoadedTable } from '../files/loadTable.ts';
import { type RunFolder, runFiles } from '../files/runFolder.ts';
import { printableLine } from '../progress/textWidth.ts';
import type { ReportData } from '../report/reportData.ts';
import { formatInterval, formatScore, verdict } from '../report/verdict.ts';
import { gradusLine, progressFor, type Voice } from '../terminal.ts';
import { fitLinear } from './baselines.ts';
import { startFromLinear } from './buildNetwork.ts';
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
    const { history, executor, interrupted } = await fitModel(
      { model, prepared, config, threads, folder, progress, ...(resume === undefined ? {} : { resume }) },
      context,
    );
    if (interrupted) {
      sayInterrupted(folder, history.epochs.length, voice, context);
      return exitCodes.interrupted;
    }
    isTrained = true;
    const elapsed = (): number => (context.clock() - began) / 1000;
    const run = { loaded, prepared, config, model, linear, history, executor, folder, elapsed };
    // Plotting takes a while to load: nothing that fails before needs it.
    const { finishRun } = await import('./finish.ts');
    const { report, metrics } = await finishRun(run);
    sayResult(report, metrics, folder, voice, context);
    return exitCodes.done;
  } catch (error) {
    // A trained network is worth keeping: its checkpoint lets the results be made again.
    const isKept = isTrained || resume !== undefined;
    await folder.discard(isKept ? ['config', 'checkpoint'] : []);
    if (isTrained) sayKept(folder, context);
    throw error;
  }
}

const resumeLine = (folder: RunFolder, context: CommandContext): string =>
  gradusLine(['train', '--resume', folder.shown], context);

function sayInterrupted(folder: RunFolder, epochs: number, voice: Voice, context: CommandContext): void {
  const command = resumeLine(folder, context);
  context.stderr.write(
    voice === 'json'
      ? `${JSON.stringify({ type: 'interrupted', folder: folder.shown, epochs, resume: command })}\n`
      : `interrupted after epoch ${epochs}; a checkpoint is saved. To go on:\n  ${command}\n`,
  );
}

const sayKept = (folder: RunFolder, context: CommandContext): unknown =>
  context.stderr.write(
    `the training itself is saved. When the trouble is mended:\n  ${resumeLine(folder, context)}\n`,
  );

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
    `${printableLine(verdict(report))}\n\n${scoreTable(report).join('\n')}\n\nmodel: ${model}\nto use it: ${gradusLine(['predict', folder.shown], context)} new.csv\n${path}\n`,
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
