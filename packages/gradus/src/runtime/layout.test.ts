import { expect, test } from 'vitest';
import { StoreLayout } from './layout.ts';

const specs = [
  { name: 'kernel', shape: [5, 7], trainable: true },
  { name: 'mean', shape: [3], trainable: false },
  { name: 'bias', shape: [7], trainable: true, decayFactor: 0 },
  { name: 'kernel2', shape: [7, 3], trainable: true },
  { name: 'scale', shape: [2], trainable: true, learningRateFactor: 0.1 },
];

test('segments are aligned, never overlap, and the trainable ones come first', () => {
  const layout = new StoreLayout(specs);
  expect(layout.segments.map(({ name }) => name).sort()).toEqual(specs.map(({ name }) => name).sort());
  let end = 0;
  for (const { offset, size } of layout.segments) {
    expect(offset % 16).toBe(0);
    expect(offset).toBeGreaterThanOrEqual(end);
    end = offset + size;
  }
  expect(layout.size).toBeGreaterThanOrEqual(end);
  for (const { trainable, offset } of layout.segments) expect(offset < layout.trainableSize).toBe(trainable);
});

test('what an optimizer treats alike is one run', () => {
  const layout = new StoreLayout(specs);
  expect(layout.runs.map(({ decayFactor, learningRateFactor }) => [decayFactor, learningRateFactor])).toEqual(
    [
      [1, 1],
      [0, 1],
      [1, 0.1],
    ],
  );
  const [first, second, third] = layout.runs;
  for (const name of ['kernel', 'kernel2'])
    expect(layout.segment(name).offset).toBeLessThan(first.offset + first.size);
  expect(layout.segment('bias').offset).toBe(second.offset);
  expect(layout.segment('scale').offset).toBe(third.offset);
  expect(third.offset + third.size).toBe(layout.trainableSize);
  const constants = { weightDecay: 0.5, momentum: 0, beta1: 0, beta2: 0, epsilon: 0, underRoot: 0 };
  expect(layout.updateRuns(constants).map((run) => run.constants.weightDecay)).toEqual([0.5, 0, 0.5]);
});

test('a model without parameters has an empty store', () => {
  const layout = new StoreLayout([]);
  expect([layout.size, layout.trainableSize, layout.runs.length]).toEqual([0, 0, 0]);
});
