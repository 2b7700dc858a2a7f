import { IncompatibleError, type OptimizerName, type ScheduleConfig } from 'gradus';
import type { ColumnKind, Task } from 'gradus/preprocess';
import { type LossChoice, recordedLoss, usualLoss } from './losses.ts';

/** All that decides what a run computes; `config.json` holds it, every default filled in. */
export interface RunConfig {
  readonly version: 1;
  /** The version of gradus that made it. */
  readonly gradus: string;
  readonly data: {
    /** Path of the file, or name of the embedded set. */
    readonly source: string;
    readonly embedded: boolean;
    /** SHA-256 of the file. */
    readonly sha256: string;
  };
  readonly target: string;
  readonly task: Task;
  readonly drop: readonly string[];
  readonly types: Readonly<Record<string, ColumnKind>>;
  /** Shares of training, validation and test rows. */
  readonly split: readonly [number, number, number];
  readonly seed: number;
  readonly network: NetworkConfig;
  readonly training: TrainingConfig;
  readonly numerics: 'fast' | 'portable';
  /** What computes matrix products: WebAssembly, or the system's BLAS. */
  readonly executor: 'auto' | 'wasm' | 'blas';
  /** When the run began, as ISO 8601 text. */
  readonly startedAt: string;
  /** The command as it was given. */
  readonly command: string;
}

/** How the network looks. */
export interface NetworkConfig {
  /** Units of each hidden layer. */
  readonly hidden: readonly number[];
  readonly activation: 'relu' | 'silu' | 'gelu' | 'tanh';
  /** Share of hidden units left out at random in training. */
  readonly dropout: number;
  /** Whether the sums of each hidden layer are normalised over the batch. */
  readonly batchNormalization: boolean;
}

/** How it is trained. */
export interface TrainingConfig {
  readonly epochs: number;
  /** Rows a step; all of them where the optimizer sees all at once. */
  readonly batchSize: number;
  readonly optimizer: OptimizerName;
  /** Numbers of the optimizer that are not the library's defaults. */
  readonly optimizerNumbers: Readonly<Record<string, number>>;
  /** The rate it begins with, or rises to; null where the optimizer finds the lengths of its steps. */
  readonly learningRate: number | null;
  /** How the rate changes with the steps; null where it stays. */
  readonly schedule: ScheduleConfig | null;
  /** The most that the norm of all gradients together may be; null for no limit. */
  readonly clipGradient: number | null;
  readonly weightDecay: number;
  /** Epochs without a better validation loss after which training stops; null without validation rows. */
  readonly patience: number | null;
  readonly loss: LossChoice;
  readonly labelSmoothing: number;
  /** Whether classes are weighed to count alike. */
  readonly classWeight: 'balanced' | null;
  /** Seconds after which training stops; null for no limit. */
  readonly seconds: number | null;
}

/** Write a configuration as the text of `config.json`. */
export const configText = (config: RunConfig): string => `${JSON.stringify(config, null, 2)}\n`;

/**
 * Read the text of a `config.json`.
 *
 * @throws IncompatibleError when it is no configuration, or that of another version.
 */
export function readConfig(text: string, path: string): RunConfig {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch {
    throw damaged(path, 'it is no JSON');
  }
  if (typeof config !== 'object' || config === null) throw damaged(path, 'it is no object');
  const entries = config as Readonly<Record<string, unknown>>;
  if (entries['version'] !== 1) throw damaged(path, `its version is ${JSON.stringify(entries['version'])}`);
  for (const [key, type] of Object.entries(shapes)) {
    const value = entries[key];
    const found = Array.isArray(value) ? 'list' : value === null ? 'null' : typeof value;
    if (found !== type)
      throw damaged(path, `its ${key} is ${value === undefined ? 'missing' : `a ${found}`}`);
  }
  return withoutChoice(entries as unknown as RunConfig);
}

/** Fill in what runs of the first versions could not choose. */
const withoutChoice = (config: RunConfig): RunConfig => ({
  ...config,
  executor: config.executor ?? 'wasm',
  network: { ...config.network, batchNormalization: config.network.batchNormalization ?? false },
  training: {
    ...config.training,
    optimizer: config.training.optimizer ?? 'adamW',
    optimizerNumbers: config.training.optimizerNumbers ?? {},
    schedule: config.training.schedule ?? null,
    clipGradient: config.training.clipGradient ?? null,
    loss: recordedLoss(config.training.loss ?? usualLoss(config.task)),
    classWeight: config.training.classWeight ?? null,
  },
});

const shapes: Readonly<Record<string, string>> = {
  data: 'object',
  target: 'string',
  task: 'string',
  drop: 'list',
  types: 'object',
  split: 'list',
  seed: 'number',
  network: 'object',
  training: 'object',
  numerics: 'string',
  startedAt: 'string',
  command: 'string',
};

const damaged = (path: string, why: string): IncompatibleError =>
  new IncompatibleError({
    received: `'${path}': ${why}`,
    expected: 'the configuration of a run as `gradus train` writes it',
    remedy: 'Train again',
  });
