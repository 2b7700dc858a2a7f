import { access, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ArgumentError, IncompatibleError, type TrainingState } from 'gradus';
import { decodeCheckpoint } from 'gradus/formats';
import type { ParsedArguments } from '../arguments/flag.ts';
import { hasFlag, type NamedChoice, namedText } from '../arguments/values.ts';
import type { CommandContext } from '../context.ts';
import { incompatibleFile } from '../exitCode.ts';
import { findRun } from '../files/findRun.ts';
import { loadTable } from '../files/loadTable.ts';
import { RunFolder, runFiles } from '../files/runFolder.ts';
import type { Voice } from '../terminal.ts';
import { buildNetwork } from './buildNetwork.ts';
import { type RunConfig, readConfig } from './config.ts';
import { prepare } from './prepare.ts';
import { askedAs } from './schedules.ts';
import { trainAndFinish } from './trainAndFinish.ts';
import { readThreads, type TrainRequest } from './trainFlags.ts';

/** Go on with a run that was interrupted. */
export async function resumeRun(
  name: string,
  args: ParsedArguments,
  request: TrainRequest,
  voice: Voice,
  context: CommandContext,
): Promise<number> {
  const began = context.clock();
  const path = await findRun(name, 'interrupted', context);
  const configPath = join(path, runFiles.config);
  const configText = await readText(configPath);
  const config = readConfig(configText, configPath);
  const folder = RunFolder.existing(path, name === 'latest' ? path : name, configText, context);
  requireNoConflict(config, args, request, context);
  if (await exists(folder.file('report'))) {
    throw new ArgumentError({
      received: `--resume ${name}, a run that is complete`,
      expected: 'one that was interrupted',
      remedy: `See ${folder.file('report')}, or train again`,
    });
  }
  await folder.sweep();
  const state = await readState(folder);
  const loaded = await loadTable(config.data.source, context, { embedded: config.data.embedded });
  if (loaded.hash !== config.data.sha256) {
    throw new IncompatibleError({
      received: `'${config.data.source}', which has changed since the run began`,
      expected: 'the same data',
      remedy: 'Bring the old file back, or train again',
    });
  }
  if (state === undefined && voice === 'person')
    context.stderr.write(
      'The run was stopped before its first checkpoint: it begins again, with the same bits.\n',
    );
  const prepared = prepare(loaded, config);
  const model = buildNetwork(prepared.preprocessor, config);
  const plan = { loaded, prepared, config, model, threads: readThreads(args), began, taskAsked: false };
  return trainAndFinish(plan, folder, state, voice, context);
}

/** Refuse flags that say something else than the run's configuration. */
function requireNoConflict(
  config: RunConfig,
  { operands, flags }: ParsedArguments,
  request: TrainRequest,
  context: CommandContext,
): void {
  const { optimizer, schedule } = request;
  const chosen: Readonly<Record<keyof TrainRequest, unknown>> = {
    target: config.target,
    task: config.task,
    drop: config.drop,
    types: config.types,
    split: config.split,
    seed: config.seed,
    epochs: config.training.epochs,
    hidden: config.network.hidden,
    batchSize: config.training.batchSize,
    learningRate: config.training.learningRate,
    batchNormalization: config.network.batchNormalization,
    optimizer: optimizer && namedText(optimizerAskedAs(config.training, optimizer)),
    schedule: schedule && namedText(askedAs(config.training.schedule, schedule)),
    clipGradient: config.training.clipGradient,
    loss: config.training.loss,
    classWeight: config.training.classWeight,
    numerics: config.numerics,
    executor: config.executor,
    seconds: config.training.seconds,
  };
  const wanted = {
    ...request,
    ...(optimizer && { optimizer: namedText(optimizer) }),
    ...(schedule && { schedule: namedText(schedule) }),
  };
  for (const key of Object.keys(request) as (keyof TrainRequest)[]) {
    const [asked, fixed] = [JSON.stringify(wanted[key]), JSON.stringify(chosen[key])];
    if (asked === fixed) continue;
    throw conflict(`${key} ${asked}`, fixed);
  }
  for (const source of operands) {
    const path = config.data.embedded ? source : resolve(context.folder, source);
    if (path !== config.data.source) throw conflict(source, config.data.source);
  }
  for (const flag of ['out', 'dry-run']) {
    if (hasFlag({ words: [], operands, flags }, flag)) throw conflict(`--${flag}`, 'the folder of the run');
  }
}

/** Give the optimizer of a configuration as it might have been asked for, with those numbers that now are asked for. */
const optimizerAskedAs = (training: RunConfig['training'], { numbers }: NamedChoice): NamedChoice => ({
  name: training.optimizer,
  numbers: Object.fromEntries(
    Object.keys(numbers)
      .filter((key) => Object.hasOwn(training.optimizerNumbers, key))
      .map((key) => [key, training.optimizerNumbers[key]]),
  ),
});

const conflict = (received: string, fixed: string): ArgumentError =>
  new ArgumentError({
    received: `--resume together with ${received}`,
    expected: `what the run began with: ${fixed}`,
    remedy: 'Leave the flag out, or start a new run without --resume',
  });

/** Read the checkpoint; undefined where the run was stopped before its first one: then it begins again. */
async function readState(folder: RunFolder): Promise<TrainingState | undefined> {
  const path = folder.file('checkpoint');
  if (!(await exists(path))) return undefined;
  try {
    return decodeCheckpoint(await readFile(path));
  } catch (error) {
    throw incompatibleFile(path, error);
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const readText = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch(() => {
    throw new ArgumentError({
      received: `there is no '${path}'`,
      expected: 'the folder of a run',
      remedy: 'Name the folder that `gradus train` printed, or train again',
    });
  });
