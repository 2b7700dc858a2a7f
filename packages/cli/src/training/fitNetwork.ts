import {
  AbortedError,
  type Callback,
  earlyStopping,
  type History,
  type Model,
  type TrainingEvent,
  type TrainingState,
} from 'gradus';
import { encodeCheckpoint } from 'gradus/formats';
import type { CommandContext } from '../context.ts';
import type { RunFolder } from '../files/runFolder.ts';
import type { Progress } from '../progress/progress.ts';
import type { RunConfig } from './config.ts';
import { executorFor } from './executorFor.ts';
import { lossOf } from './losses.ts';
import { optimizerOf, seesAllRows } from './optimizers.ts';
import type { Part, Prepared } from './prepare.ts';

/** Seconds between checkpoints. */
const checkpointSeconds = 30;

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
  /** Whether the user interrupted it; a checkpoint has been written then. */
  readonly interrupted: boolean;
}

/**
 * Train a network, with a checkpoint at the end, when interrupted, and every half minute.
 *
 * @throws DivergedError where the loss is not finite.
 */
export async function fitModel(request: FitRequest, context: CommandContext): Promise<FitOutcome> {
  const { model, prepared, config, threads, folder, resume, progress } = request;
  const { training } = config;
  const keeper = new CheckpointKeeper(folder, context);
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
      executor: executorFor(config, threads),
      metrics: validation.features.rows < 2 ? [] : [config.task === 'classify' ? 'accuracy' : 'r2'],
      ...(validation.features.rows === 0 ? {} : { validation: datasetOf(validation) }),
      callbacks: callbacksFor(config, context),
      signal: context.signal,
      onEvent,
      checkpoint: { everyEpochs: 1, everySeconds: checkpointSeconds, save: (state) => keeper.take(state) },
      ...(resume === undefined ? {} : { resume }),
    });
    await keeper.write();
    return { history, executor, interrupted: false };
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    await keeper.write(error.state);
    return { history: error.history, executor, interrupted: true };
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

/** Keeps the newest state in memory, and on disk every half minute. */
class CheckpointKeeper {
  readonly #folder: RunFolder | undefined;
  readonly #clock: () => number;
  #newest: TrainingState | undefined;
  #writtenAt: number;

  constructor(folder: RunFolder | undefined, { clock }: CommandContext) {
    this.#folder = folder;
    this.#clock = clock;
    this.#writtenAt = clock();
  }

  async take(state: TrainingState): Promise<void> {
    this.#newest = state;
    if (this.#clock() - this.#writtenAt >= checkpointSeconds * 1000) await this.write();
  }

  async write(state = this.#newest): Promise<void> {
    this.#writtenAt = this.#clock();
    if (state !== undefined) await this.#folder?.write('checkpoint', encodeCheckpoint(state));
  }
}
