import { ArgumentError, version } from 'gradus';
import type { ParsedArguments } from '../arguments/flag.ts';
import { hasFlag, textFlag } from '../arguments/values.ts';
import type { CommandContext } from '../context.ts';
import { embeddedSets } from '../files/embedded.ts';
import { type LoadedTable, loadTable } from '../files/loadTable.ts';
import { RunFolder } from '../files/runFolder.ts';
import { shellLine, type Voice } from '../terminal.ts';
import { buildNetwork } from '../training/buildNetwork.ts';
import { configText, type RunConfig } from '../training/config.ts';
import { dryRun } from '../training/dryRun.ts';
import { executorFor } from '../training/executorFor.ts';
import { prepare } from '../training/prepare.ts';
import { chooseRecipe } from '../training/recipe.ts';
import { resumeRun } from '../training/resume.ts';
import { suggestTargets } from '../training/suggestTargets.ts';
import { type PlannedRun, trainAndFinish } from '../training/trainAndFinish.ts';
import {
  readRequest,
  readThreads,
  requestFlags,
  type TrainRequest,
  threadsFlag,
} from '../training/trainFlags.ts';
import type { Command } from './command.ts';

/** `gradus train`: from a table to a measured model. */
export const train: Command = {
  usage: 'DATA --target COL [flags]',
  operands: [
    {
      name: 'DATA',
      description: `a CSV or TSV file, or an embedded set: ${embeddedSets.map(({ name }) => name).join(', ')}`,
    },
  ],
  flags: [
    ...requestFlags,
    { name: 'out', letter: 'o', value: 'DIR', description: 'Folder of the run; default runs/<date>-<name>' },
    {
      name: 'resume',
      value: 'RUN',
      description: 'Go on with a run that was interrupted (a run folder, or latest), with the same bits',
    },
    threadsFlag,
    { name: 'dry-run', description: 'Say what would be done, and do nothing' },
    {
      name: 'json',
      description: 'Progress as JSON lines on standard error, the result as JSON on standard output',
    },
    { name: 'quiet', letter: 'q', description: 'Print the result alone' },
  ],
  notes: [
    'Task and kinds of columns are inferred from the data and printed. Preprocessing is fitted to the training rows alone; the test rows are scored once, at the end, beside a trivial and a linear baseline. Ctrl-C saves a checkpoint and prints the command that goes on from it; a second one quits at once.',
  ],
  examples: [
    {
      line: 'gradus train titanic.csv --target survived --drop alive,class',
      meaning: 'learn one column of a file, leaving two others out',
    },
    {
      line: 'gradus train houses.csv --target price --type zip=category --seed 1',
      meaning: 'say what a column is; choose another split and other first weights',
    },
    {
      line: 'gradus train houses.csv --target price --optimizer sgd --schedule oneCycle --loss huber',
      meaning: 'choose how to train',
    },
  ],
  run: async (args, context) => {
    const voice: Voice = hasFlag(args, 'json') ? 'json' : hasFlag(args, 'quiet') ? 'quiet' : 'person';
    const request = readRequest(args);
    const resumed = textFlag(args, 'resume');
    if (resumed !== undefined) return resumeRun(resumed, args, request, voice, context);
    const plan = await planRun(args, request, context);
    if (hasFlag(args, 'dry-run')) return dryRun(plan, voice, context);
    const name = plan.loaded.embedded?.name ?? plan.loaded.name;
    const folder = await RunFolder.make(textFlag(args, 'out'), name, context);
    const stopWatching = context.onExit(() => folder.abandon());
    try {
      await folder.write('config', configText(plan.config)).catch(async (error: unknown) => {
        await folder.discard();
        throw error;
      });
      return await trainAndFinish(plan, folder, undefined, voice, context);
    } finally {
      stopWatching();
    }
  },
};

/** Read the data, make them ready, and choose what was left open. */
async function planRun(
  args: ParsedArguments,
  request: TrainRequest,
  context: CommandContext,
): Promise<PlannedRun> {
  const began = context.clock();
  const [source, ...more] = args.operands;
  if (source === undefined || more.length > 0) {
    throw new ArgumentError({
      received:
        source === undefined ? 'no data' : `${args.operands.length} files (${args.operands.join(', ')})`,
      expected: 'one CSV or TSV file, or an embedded set',
      remedy: 'For example: gradus train data.csv --target price',
    });
  }
  const loaded = await loadTable(source, context, { embedded: true });
  const target = request.target ?? loaded.embedded?.target;
  if (target === undefined) throw noTarget(loaded);
  const preparation = {
    target,
    drop: request.drop ?? [],
    types: request.types ?? {},
    split: request.split ?? ([0.7, 0.15, 0.15] as const),
    seed: request.seed ?? 0,
    ...(request.task === undefined ? {} : { task: request.task }),
  };
  const prepared = prepare(loaded, preparation);
  const config: RunConfig = {
    version: 1,
    gradus: version,
    data: {
      source: loaded.path ?? source,
      embedded: loaded.embedded !== undefined,
      sha256: loaded.hash,
    },
    ...preparation,
    task: prepared.schema.task,
    ...chooseRecipe(prepared, request),
    numerics: request.numerics ?? 'fast',
    executor: request.executor ?? 'auto',
    startedAt: context.today().toISOString(),
    command: shellLine(['gradus', 'train', ...args.words]),
  };
  // What is not there is told of before anything is written.
  const threads = readThreads(args);
  executorFor(config, threads);
  const model = buildNetwork(prepared.preprocessor, config);
  return { loaded, prepared, config, model, threads, began, taskAsked: request.task !== undefined };
}

/** Columns that are listed where a target is missing. */
const columnsListed = 15;

function noTarget({ table, name }: LoadedTable): ArgumentError {
  const glances = suggestTargets(table);
  const listed = glances
    .slice(0, columnsListed)
    .map(({ name, holds, distinct }) => `${name} (${distinct} ${holds})`);
  const more = glances.length > columnsListed ? ` and ${glances.length - columnsListed} more` : '';
  const likely = glances
    .filter(({ rank }) => rank !== undefined)
    .sort((a, b) => Number(a.rank) - Number(b.rank))
    .map((glance) => glance.name);
  const most =
    likely.length === 0
      ? ''
      : `. Most like a target ${likely.length === 1 ? 'looks' : 'look'} ${likely.join(', ')}: --target ${shellLine([likely[0]])}`;
  return new ArgumentError({
    received: 'no --target',
    expected: `the name of the column of ${name} to learn`,
    remedy: `The columns, with their different values, are: ${listed.join(', ')}${more}${most}`,
  });
}
