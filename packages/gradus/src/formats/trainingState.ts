import type { LbfgsState } from '../optim/lbfgs/lbfgs.ts';
import type { EpochRecord } from '../train/events.ts';
import type { NamedTensor, TrainingFingerprint, TrainingState } from '../train/state.ts';
import { IncompatibleError } from '../util/errors.ts';
import { damaged } from './damage.ts';
import { isPlainObject } from './json.ts';
import type { Tree } from './tree.ts';

/** Refuses a value that is not what belongs at its place. */
type Check = (value: unknown, place: string) => void;

/** One check for every member of a type; a member without one does not compile. */
type Checks<T> = { readonly [K in keyof T]-?: Check };

/**
 * Check that a tree is a training state, member by member; what it means is for the training to judge.
 *
 * @throws IncompatibleError naming the place of the first mistake
 */
export function readTrainingState(tree: Tree): TrainingState {
  if (isPlainObject(tree) && typeof tree['version'] === 'number' && tree['version'] > 1) {
    throw new IncompatibleError({
      received: `a training state of version ${tree['version']}`,
      expected: 'version 1, the newest that this release reads',
      remedy: 'Update gradus.',
    });
  }
  record(stateChecks)(tree, 'state');
  return tree as unknown as TrainingState;
}

const expecting =
  (expected: string, holds: (value: unknown) => boolean): Check =>
  (value, place) => {
    if (!holds(value)) throw damaged(`the checkpoint is damaged at ${place}`, expected);
  };

const text = expecting('a text', (value) => typeof value === 'string');
const number = expecting('a number', (value) => typeof value === 'number');
const doubles = expecting('a Float64Array', (value) => value instanceof Float64Array);
const flag = expecting('true or false', (value) => typeof value === 'boolean');
const object = expecting('an object', isPlainObject);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const count = expecting('a whole number', isCount);

const list =
  (item: Check): Check =>
  (value, place) => {
    expecting('a list', Array.isArray)(value, place);
    (value as unknown[]).forEach((each, i) => {
      item(each, `${place}[${i}]`);
    });
  };

const mapping =
  (member: Check): Check =>
  (value, place) => {
    object(value, place);
    for (const [key, each] of Object.entries(value as object)) member(each, `${place}.${key}`);
  };

const orNull =
  (check: Check): Check =>
  (value, place) => {
    if (value !== null) check(value, place);
  };

const optional =
  (check: Check): Check =>
  (value, place) => {
    if (value !== undefined) check(value, place);
  };

const record =
  <T>(checks: Checks<T>): Check =>
  (value, place) => {
    object(value, place);
    const members = value as Record<string, unknown>;
    for (const [key, check] of Object.entries<Check>(checks)) check(members[key], `${place}.${key}`);
  };

const tensor: Check = (value, place) => {
  record<NamedTensor>({
    name: text,
    shape: list(count),
    values: expecting(
      'a Float32Array or a Float64Array',
      (values) => values instanceof Float32Array || values instanceof Float64Array,
    ),
  })(value, place);
  const { shape, values } = value as NamedTensor;
  const size = shape.reduce((product, dimension) => product * dimension, 1);
  expecting(`${size} numbers, as its shape says`, () => values.length === size)(value, place);
};

const callbackState: Check = mapping((value, place) => {
  if (Array.isArray(value)) list(tensor)(value, place);
  else {
    const simple = (member: unknown) =>
      member === null || ['boolean', 'number', 'string'].includes(typeof member);
    expecting('a simple value or a list of tensors', simple)(value, place);
  }
});

const stateChecks: Checks<TrainingState> = {
  version: expecting('1', (value) => value === 1),
  fingerprint: record<TrainingFingerprint>({
    batchSize: count,
    seed: number,
    shuffle: flag,
    rows: count,
    data: text,
    model: text,
    loss: object,
    optimizer: object,
    clipGradient: optional(object),
    executor: text,
    meanOver: optional(text),
  }),
  step: count,
  epoch: count,
  batch: count,
  records: doubles,
  learningRate: orNull(number),
  stopReason: orNull(text),
  best: orNull(record<{ epoch: number; value: number }>({ epoch: count, value: number })),
  parameters: list(tensor),
  slots: list(list(tensor)),
  callbacks: mapping(callbackState),
  history: list(
    record<EpochRecord>({
      epoch: count,
      loss: number,
      validationLoss: optional(number),
      metrics: mapping(number),
      learningRate: number,
      rowsPerSecond: number,
      seconds: number,
      best: flag,
    }),
  ),
  minimizer: optional(
    record<LbfgsState>({
      point: doubles,
      value: number,
      gradient: doubles,
      pairs: list(doubles),
      evaluations: count,
    }),
  ),
};
