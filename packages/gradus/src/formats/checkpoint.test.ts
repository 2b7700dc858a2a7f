import { expect, test } from 'vitest';
import { IncompatibleError } from '../util/errors.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';

const state = {
  step: 41,
  epoch: 2,
  best: { loss: Number.POSITIVE_INFINITY, weights: [new Float32Array([0.1, Number.NaN, -0])] },
  slots: { 'dense/kernel': { first: new Float64Array([1e-300]), second: new Float32Array(0) } },
  order: new Int32Array([3, 1, 2]),
  history: [{ loss: 0.3 }, { loss: Number.NaN }],
  stopped: null,
};

test('a state comes back with the same bits', () => {
  const bytes = encodeCheckpoint(state);
  expect(decodeCheckpoint(bytes)).toEqual(state);
  expect(encodeCheckpoint(decodeCheckpoint(bytes) as object)).toEqual(bytes);
});

test('a model is no checkpoint, and no part of a checkpoint is one', () => {
  const bytes = encodeCheckpoint(state);
  for (let length = 0; length < bytes.length; length += 7) {
    expect(() => decodeCheckpoint(bytes.subarray(0, length))).toThrow(IncompatibleError);
  }
});
