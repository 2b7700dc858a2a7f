import { describe, expect, test } from 'vitest';
import type { TrainingState } from '../train/state.ts';
import { IncompatibleError } from '../util/errors.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { encodeModelFile } from './modelFile.ts';

const kernel = { name: 'dense/kernel', shape: [1, 3], values: new Float32Array([0.1, Number.NaN, -0]) };
const state: TrainingState = {
  version: 1,
  fingerprint: {
    batchSize: 32,
    seed: 1,
    shuffle: true,
    rows: 100,
    data: '0123456789abcdef',
    model: 'fedcba9876543210',
    loss: { name: 'meanSquaredError' },
    optimizer: { name: 'adam', learningRate: 0.001 },
    executor: 'wasm-portable',
  },
  step: 41,
  epoch: 2,
  batch: 1,
  records: new Float64Array([0.25, 1e-300]),
  learningRate: null,
  stopReason: 'patience',
  best: { epoch: 1, value: Number.NEGATIVE_INFINITY },
  parameters: [kernel],
  slots: [[{ ...kernel, values: new Float64Array(3) }], []],
  callbacks: { earlyStopping: { best: Number.POSITIVE_INFINITY, waited: 3, weights: [kernel], name: null } },
  history: [
    {
      epoch: 1,
      loss: Number.NaN,
      validationLoss: 0.5,
      metrics: { accuracy: 1 },
      ...{ learningRate: 0.1, rowsPerSecond: 3e5, seconds: 0.01, best: true },
    },
    { epoch: 2, loss: 0.1, metrics: {}, learningRate: 0.1, rowsPerSecond: 3e5, seconds: 0.01, best: false },
  ],
};

test('a state comes back with the same bits', () => {
  const bytes = encodeCheckpoint(state);
  expect(decodeCheckpoint(bytes)).toEqual(state);
  expect(encodeCheckpoint(decodeCheckpoint(bytes))).toEqual(bytes);
});

test('a model is no checkpoint, and no part of a checkpoint is one', () => {
  expect(() => decodeCheckpoint(encodeModelFile({ config: {}, weights: [] }))).toThrow(
    'Expected a checkpoint',
  );
  const bytes = encodeCheckpoint(state);
  for (let length = 0; length < bytes.length; length += 7) {
    expect(() => decodeCheckpoint(bytes.subarray(0, length))).toThrow(IncompatibleError);
  }
});

describe('a state that is none, though its checksum fits', () => {
  test.each<[string, object, string]>([
    ['newer', { version: 2 }, 'a training state of version 2. Expected version 1'],
    ['without a version', { version: undefined }, 'state.version'],
    ['without a step', { step: undefined }, 'state.step. Expected a whole number'],
    ['half a step', { step: 0.5 }, 'state.step'],
    [
      'a member of the fingerprint',
      { fingerprint: { ...state.fingerprint, seed: '1' } },
      'state.fingerprint.seed',
    ],
    ['records as a list', { records: [1] }, 'state.records. Expected a Float64Array'],
    ['the best as a number', { best: 1 }, 'state.best. Expected an object'],
    [
      'a tensor too short',
      { parameters: [{ ...kernel, shape: [4] }] },
      'state.parameters[0]. Expected 4 numbers',
    ],
    ['a slot that is none', { slots: [kernel] }, 'state.slots[0]. Expected a list'],
    ['integers', { slots: [[{ ...kernel, values: new Int32Array(3) }]] }, 'state.slots[0][0].values'],
    ['a callback', { callbacks: { stop: { best: {} } } }, 'state.callbacks.stop.best'],
    ['the history', { history: [{ ...state.history[0], loss: 'x' }] }, 'state.history[0].loss'],
  ])('%s', (_, change, message) => {
    const bytes = encodeCheckpoint({ ...state, ...change } as TrainingState);
    expect(() => decodeCheckpoint(bytes)).toThrow(IncompatibleError);
    expect(() => decodeCheckpoint(bytes)).toThrow(message);
  });
});
