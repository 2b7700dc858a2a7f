import { expect, test } from 'vitest';
import { dense } from '../../nn/layers/dense.ts';
import { earlyStopping } from '../../train/callbacks.ts';
import { sequential } from '../build.ts';
import { multiStart } from './multiStart.ts';

const data = {
  x: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  y: [0, 1, 1, 0],
};
const build = () => sequential([dense(2, { activation: 'tanh' }), dense(1)], { inputShape: [2] });
const options = { loss: 'meanSquaredError', optimizer: 'lbfgs', epochs: 60 } as const;

test('each training is that of its seed, and the least loss is kept', async () => {
  const heard: number[] = [];
  const { model, best, starts } = await multiStart(build, data, {
    ...options,
    seed: 3,
    starts: 4,
    onStart: ({ seed }) => heard.push(seed),
  });
  expect(heard).toEqual([3, 4, 5, 6]);
  expect(best.loss).toBe(Math.min(...starts.map(({ loss }) => loss)));
  // XOR with two units has minima that are none of the whole.
  expect(Math.max(...starts.map(({ loss }) => loss))).toBeGreaterThan(1e-3);
  const single = build();
  await single.fit(data, { ...options, seed: best.seed });
  expect(model.getWeights()).toEqual(single.getWeights());
});

test('by the least validation loss where there is one, with callbacks of their own', async () => {
  const { starts } = await multiStart(build, data, {
    ...options,
    optimizer: 'adam',
    validation: data,
    starts: 2,
    callbacks: () => [earlyStopping({ patience: 2, minimumDelta: 1 })],
  });
  for (const { loss, history } of starts) {
    expect(history.epochs).toHaveLength(3);
    expect(loss).toBe(Math.min(...history.epochs.map(({ validationLoss }) => validationLoss!)));
  }
});

test('what makes no new model is refused', async () => {
  const model = build();
  await expect(multiStart(() => model, data, options)).rejects.toThrow('the same model twice');
  await expect(multiStart(model as never, data, options)).rejects.toThrow('a function that makes one');
  await expect(multiStart(build, data, { ...options, starts: 0 })).rejects.toThrow('starts is 0');
  await expect(multiStart(build, data, { ...options, stars: 2 } as never)).rejects.toThrow(
    "'stars' of multiStart",
  );
  await expect(multiStart(build, data, undefined as never)).rejects.toThrow('undefined as the options');
});
