import { expect, test } from 'vitest';
import { sequential } from '../models/build.ts';
import { dense } from '../nn/layers/dense.ts';
import type { Callback } from './callbacks.ts';

const data = {
  x: Array.from({ length: 10 }, (_, i) => [i / 10]),
  y: Array.from({ length: 10 }, (_, i) => i),
};

async function fitWith(callbacks: readonly Callback[]): Promise<readonly number[]> {
  const model = sequential([dense(3, { activation: 'tanh' }), dense(1)]);
  await model.fit(data, {
    loss: 'meanSquaredError',
    optimizer: 'adam',
    epochs: 4,
    batchSize: 4,
    numerics: 'portable',
    callbacks,
  });
  return model.getWeights().flatMap(({ values }) => [...values]);
}

test('a callback acts after the steps that it names, and the result has the same bits', async () => {
  const seen: (string | number)[] = [];
  const biases: number[] = [];
  const everyFive: Callback = {
    name: 'everyFive',
    nextStep: (step) => 5 * Math.floor(step / 5) + 5,
    onStep(step, control) {
      seen.push(step);
      biases.push(control.snapshot().find(({ name }) => name === 'dense_1/bias')!.values[0]);
    },
    onEpoch: ({ epoch }) => seen.push(`epoch ${epoch}`),
  };
  const watched = await fitWith([everyFive]);
  // Three steps an epoch.
  expect(seen).toEqual(['epoch 1', 5, 'epoch 2', 'epoch 3', 10, 'epoch 4']);
  expect(biases[1]).not.toBe(biases[0]);
  expect(watched).toEqual(await fitWith([]));
});

test('two callbacks name steps of their own, the last of an epoch comes before the epoch', async () => {
  const seen: string[] = [];
  const every = (name: string, count: number): Callback => ({
    name,
    nextStep: (step) => count * Math.floor(step / count) + count,
    onStep: (step) => seen.push(`${name} ${step}`),
    onEpoch: ({ epoch }) => seen.push(`${name} epoch ${epoch}`),
  });
  await fitWith([every('a', 3), every('b', 4)]);
  expect(seen.slice(0, 6)).toEqual(['a 3', 'a epoch 1', 'b epoch 1', 'b 4', 'a 6', 'a epoch 2']);
});
