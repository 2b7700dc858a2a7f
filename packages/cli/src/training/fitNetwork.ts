import {
  AbortedError,
  type Callback,
  earlyStopping,
  type History,
  type Model,
  type TrainingEvent,
  type TrainingState,
} from 'gradus';
import type { CommandContext } from '../context.ts';
import type { RunFolder } from '../files/runFolder.ts';
import type { Progress } from '../progress/progress.ts';
import { CheckpointKeeper, type CheckpointOutcome, leastSeconds } from './checkpointKeeper.ts';
import type { RunConfig } from './config.ts';
import { executorFor } from './executorFor.ts';
import { lossOf } from './losses.ts';
import { optimizerOf, seesAllRows } from './optimizers.ts';
import type { Part, Prepared } from './prepare.ts';

/** What a fit needs. */
export interface FitRequest {
  readonly model: Model;
  readonly prepared: Prepared;
  readonly config: RunConfig;
  /** How many threads compute; undefined for as many as there are processors. */
  readonly threads: number | undefined;
  /** Where checkpoints go; none are written without it. */
  readonly folder?: RunFolder;
  /** Where an interrupted run stood. */
  readonly resume?: TrainingState;
  readonly progress: Progress;
}

/** How a fit ended. */
export interface FitOutcome {
  readonly history: History;
  readonly executor: string;
  /** Whether the user interrupted it. */
  readonly interrupted: boolean;
  /** What is on disk to go on from. */
  readonly checkpoint: CheckpointOutcome;
}

/**
 * Train a network, with a checkpoint at the end, when interrupted, and every few seconds.
 *
 * @throws DivergedError where the loss is not finite.
 */
export async function fitModel(request: FitRequest, context: CommandContext): Promise<FitOutcome> {
  const { model, prepared, config, threads, folder, resume, progress } = request;
  const { training } = config;
  const keeper = new CheckpointKeeper(folder, resume, context, (message) =>
    progress.handle({ type: 'warning', message }),
  );
  let executor = 'wasm';
  const onEvent = (event: TrainingEvent): void => {
    if (event.type === 'start') executor = event.executor;
    if (event.type !== 'checkpoint') progress.handle(event);
  };
  const { validation } = prepared;
  try {
    const history = await model.fit(datasetOf(prepared.train), {
      loss: lossOf(training),
      optimizer: optimizerOf(training),
      ...(training.clipGradient !== null && { clipGradient: { globalNorm: training.clipGradient } }),
      ...(training.classWeight === 'balanced' && { classWeight: 'balanced' }),
      epochs: training.epochs,
      // Where all rows count at once they stream in blocks, whose size is the library's.
      ...(seesAllRows(training.optimizer) ? {} : { batchSize: training.batchSize }),
      seed: config.seed,
      ...executorFor(config, threads),
      metrics: validation.features.rows < 2 ? [] : [config.task === 'classify' ? 'accuracy' : 'r2'],
      ...(validation.features.rows === 0 ? {} : { validation: datasetOf(validation) }),
      callbacks: callbacksFor(config, context),
      signal: context.signal,
      onEvent,
      checkpoint: { everyEpochs: 1, everySeconds: leastSeconds, save: (state) => keeper.take(state) },
      ...(resume === undefined ? {} : { resume }),
    });
    return { history, executor, interrupted: false, checkpoint: await keeper.write() };
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    return {
      history: error.history,
      executor,
      interrupted: true,
      checkpoint: await keeper.write(error.state),
    };
  } finally {
    progress.close();
  }
}

const datasetOf = ({ features, targets }: Part) => ({ x: features, y: targets });

function callbacksFor({ training }: RunConfig, context: CommandContext): Callback[] {
  const callbacks: Callback[] = [];
  if (training.patience !== null) callbacks.push(earlyStopping({ patience: training.patience }));
  const { seconds } = training;
  if (seconds !== null) {
    const began = context.clock();
    callbacks.push({
      name: 'timeLimit',
      onEpoch: (_, control) => {
        if (context.clock() - began >= seconds * 1000) control.stop(`the time of ${seconds} s was over`);
      },
    });
  }
  return callbacks;
}
