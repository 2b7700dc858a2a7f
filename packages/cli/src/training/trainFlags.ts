import { ArgumentError, type OptimizerName, optimizerNames } from 'gradus';
import type { ColumnKind, Task } from 'gradus/preprocess';
import type { FlagDefinition, ParsedArguments } from '../arguments/flag.ts';
import {
  choiceFlag,
  hasFlag,
  integerFlag,
  listFlag,
  type NamedChoice,
  namedFlag,
  numberFlag,
  textFlag,
  wholeNumber,
} from '../arguments/values.ts';
import { type LossChoice, lossNames } from './losses.ts';

import { scheduleNames } from './schedules.ts';

/** What the user asked for; all else is chosen from the data. */
export interface TrainRequest {
  readonly target?: string;
  readonly task?: Task;
  readonly drop?: readonly string[];
  readonly types?: Readonly<Record<string, ColumnKind>>;
  readonly split?: readonly [number, number, number];
  readonly seed?: number;
  readonly epochs?: number;
  readonly hidden?: readonly number[];
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly batchNormalization?: true;
  readonly optimizer?: NamedChoice<OptimizerName>;
  readonly schedule?: NamedChoice;
  readonly clipGradient?: number;
  readonly loss?: LossChoice;
  readonly classWeight?: 'balanced';
  readonly numerics?: 'fast' | 'portable';
  readonly executor?: 'auto' | 'wasm' | 'blas';
  readonly seconds?: number;
}

/** The flags that decide what is computed. */
export const requestFlags: readonly FlagDefinition[] = [
  {
    name: 'target',
    letter: 't',
    value: 'COL',
    description: 'Column to learn (embedded sets have one of their own)',
  },
  { name: 'task', value: 'TASK', description: 'classify or regress; default: inferred from the target' },
  { name: 'drop', value: 'A,B', description: 'Columns to leave out' },
  {
    name: 'type',
    value: 'COL=KIND',
    description: 'Kind of a column: number, category or boolean; default: inferred. May stand several times',
  },
  {
    name: 'split',
    value: 'A/B/C',
    description: 'Shares of training, validation and test rows; default 70/15/15',
  },
  { name: 'seed', value: 'N', description: 'Seed of all that is random; default 0' },
  { name: 'epochs', value: 'N', description: 'Most epochs; training stops earlier when it no longer helps' },
  {
    name: 'hidden',
    value: 'A,B',
    description: 'Units of the hidden layers; default: from the number of rows',
  },
  { name: 'batch-size', value: 'N', description: 'Rows a step; default: from the number of rows' },
  {
    name: 'batch-norm',
    description: 'Normalise the sums of each hidden layer over the batch, before its activation',
  },
  {
    name: 'optimizer',
    value: 'NAME',
    description: `adamW (default), ${optimizerNames.filter((name) => name !== 'adamW').join(', ')}; lbfgs sees all rows at once. With numbers of its own: sgd,momentum=0.9`,
  },
  { name: 'learning-rate', value: 'X', description: 'Learning rate of the optimizer' },
  {
    name: 'schedule',
    value: 'NAME',
    description: `How the learning rate changes over the planned epochs: ${scheduleNames.join(', ')}; with numbers of your own: stepDecay,factor=0.5,every=100. Default: constant`,
  },
  {
    name: 'clip-gradient',
    value: 'X',
    description: 'The most that the norm of all gradients together may be; default: no limit',
  },
  {
    name: 'loss',
    value: 'NAME',
    description:
      'Of classes: softmaxCrossEntropy (default) or softmaxFocalCrossEntropy; of numbers: meanSquaredError (default), meanAbsoluteError or huber',
  },
  {
    name: 'class-weight',
    value: 'HOW',
    description: 'balanced: rare classes count as much as frequent ones; default: every row counts alike',
  },
  {
    name: 'numerics',
    value: 'KIND',
    description: 'fast (default), or portable: the same bits on every machine',
  },
  {
    name: 'executor',
    value: 'NAME',
    description:
      'auto (default): blas where a BLAS is there and the network is large enough to gain, else wasm; or one of the two; see gradus doctor',
  },
  { name: 'time', value: 'TIME', description: 'Longest training, such as 90s, 5m or 1h; default: no limit' },
];

/** The flag that says how many threads compute: not a part of the request, since it changes no result. */
export const threadsFlag: FlagDefinition = {
  name: 'threads',
  value: 'N',
  description: 'Threads that compute; they change no result. Default: one for each processor, at most 8',
};

/** Read how many threads compute. */
export const readThreads = (args: ParsedArguments): number | undefined =>
  integerFlag(args, 'threads', { least: 1, most: 64 });

/** Read what the user asked for. */
export function readRequest(args: ParsedArguments): TrainRequest {
  const request: { -readonly [K in keyof TrainRequest]: TrainRequest[K] | undefined } = {
    target: textFlag(args, 'target'),
    task: choiceFlag(args, 'task', ['classify', 'regress']),
    drop: args.flags.has('drop') ? listFlag(args, 'drop') : undefined,
    types: args.flags.has('type') ? readTypes(args.flags.get('type') ?? []) : undefined,
    split: readSplit(textFlag(args, 'split')),
    seed: integerFlag(args, 'seed', { least: 0 }),
    epochs: integerFlag(args, 'epochs', { least: 1, most: 1_000_000 }),
    hidden: readHidden(textFlag(args, 'hidden')),
    batchSize: integerFlag(args, 'batch-size', { least: 1, most: 1_000_000 }),
    learningRate: numberFlag(args, 'learning-rate', { above: 0 }),
    batchNormalization: hasFlag(args, 'batch-norm') || undefined,
    optimizer: namedFlag(args, 'optimizer', optimizerNames, 'sgd,momentum=0.9'),
    schedule: namedFlag(args, 'schedule', scheduleNames, 'stepDecay,factor=0.5,every=100'),
    clipGradient: numberFlag(args, 'clip-gradient', { above: 0 }),
    loss: choiceFlag(args, 'loss', lossNames),
    classWeight: choiceFlag(args, 'class-weight', ['balanced']),
    numerics: choiceFlag(args, 'numerics', ['fast', 'portable']),
    executor: choiceFlag(args, 'executor', ['auto', 'wasm', 'blas']),
    seconds: readTime(textFlag(args, 'time')),
  };
  return Object.fromEntries(
    Object.entries(request).filter(([, value]) => value !== undefined),
  ) as TrainRequest;
}

function readTypes(values: readonly string[]): Record<string, ColumnKind> {
  const kinds = ['number', 'category', 'boolean'] as const;
  return Object.fromEntries(
    values.map((value) => {
      const at = value.lastIndexOf('=');
      const kind = kinds.find((candidate) => candidate === value.slice(at + 1));
      if (at > 0 && kind !== undefined) return [value.slice(0, at), kind];
      throw new ArgumentError({
        received: `--type ${value}`,
        expected: `COL=KIND, KIND being ${kinds.join(', ')}`,
        remedy: 'For example --type zip=category',
      });
    }),
  );
}

function readSplit(text: string | undefined): readonly [number, number, number] | undefined {
  if (text === undefined) return undefined;
  const parts = text.split('/').map((part) => (/^\d+(\.\d+)?$/.test(part) ? Number(part) : Number.NaN));
  const sum = parts.reduce((a, b) => a + b, 0);
  const whole = Math.abs(sum - 100) < 1e-9 ? 100 : 1;
  if (parts.length === 3 && Math.abs(sum - whole) < 1e-9 && parts[0] > 0 && parts[2] > 0) {
    return [parts[0] / whole, parts[1] / whole, parts[2] / whole];
  }
  throw new ArgumentError({
    received: `--split ${text}`,
    expected:
      'the shares of training, validation and test rows, adding up to 100, with some to train and some to test on',
    remedy: 'For example --split 70/15/15',
  });
}

function readHidden(text: string | undefined): readonly number[] | undefined {
  if (text === undefined) return undefined;
  const parts = text.split(',').map((part) => part.trim());
  return parts.map((part) => wholeNumber(`--hidden ${text}`, part, { least: 1, most: 65_536 }));
}

function readTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text);
  const seconds =
    match === null ? 0 : Number(match[1]) * { s: 1, m: 60, h: 3600 }[match[2] as 's' | 'm' | 'h'];
  if (seconds > 0) return seconds;
  throw new ArgumentError({
    received: `--time ${text}`,
    expected: 'a length such as 90s, 5m or 1h',
    remedy: 'Write a number above 0 and s, m or h behind it',
  });
}
