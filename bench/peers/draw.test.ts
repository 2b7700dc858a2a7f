import { expect, test } from 'vitest';
import { drawWorkload, workloads } from '../workloads.mjs';
import { drawTraining, shuffled } from './draw.mjs';
import { trainingWorkloads } from './suite.mjs';

test('contestants get the weights and rows that the recorded losses come from', () => {
  const drawn = drawWorkload(workloads[1]);
  const { kernels, check } = drawTraining({ ...trainingWorkloads[1], samples: 64 });
  expect(kernels).toEqual(drawn.kernels);
  expect(check.x).toEqual(drawn.x);
  expect(check.y).toEqual(drawn.y);
});

test('every batch size divides the timed rows', () => {
  for (const { batch, samples } of trainingWorkloads) expect(samples % batch).toBe(0);
});

test('an order holds every row once', () => {
  expect(shuffled(100).sort()).toEqual(Int32Array.from({ length: 100 }, (_, i) => i));
});
