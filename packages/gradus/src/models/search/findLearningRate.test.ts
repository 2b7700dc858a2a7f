import { expect, test } from 'vitest';
import { dense } from '../../nn/layers/dense.ts';
import { adam } from '../../optim/adam.ts';
import { sgd } from '../../optim/sgd.ts';
import { ReferenceExecutor } from '../../runtime/reference/executor.ts';
import { createStream } from '../../util/random.ts';
import { sequential } from '../build.ts';
import { findLearningRate } from './findLearningRate.ts';

const x = Array.from({ length: 50 }, (_, i) => [i / 25 - 1, (i % 7) / 7]);
const data = { x, y: x.map(([a, b]) => 2 * a - b) };
const build = () => sequential([dense(1)], { inputShape: [2], seed: 2 });
const loss = 'meanSquaredError';

test('the first steps are those of gradient descent with the rates of the curve', async () => {
  const model = build();
  const executor = new ReferenceExecutor('float64');
  const options = { loss, optimizer: sgd(), batchSize: 50, from: 1e-3, to: 1, steps: 4, executor } as const;
  const { learningRates, losses } = await findLearningRate(model, data, options);
  learningRates.forEach((rate, i) => {
    expect(rate).toBeCloseTo(10 ** (i - 3), 12);
  });
  const [w] = model.getWeights().map(({ values }) => [...values]);
  let bias = 0;
  learningRates.forEach((rate, i) => {
    const errors = data.x.map(([a, b], row) => a * w[0] + b * w[1] + bias - data.y[row]);
    expect(losses[i]).toBeCloseTo(errors.reduce((sum, e) => sum + e * e, 0) / 50, 12);
    const slope = (factor: (row: number) => number): number =>
      errors.reduce((sum, e, row) => sum + (2 / 50) * e * factor(row), 0);
    const [g0, g1, g2] = [slope((row) => data.x[row][0]), slope((row) => data.x[row][1]), slope(() => 1)];
    w[0] -= rate * g0;
    w[1] -= rate * g1;
    bias -= rate * g2;
  });
});

test('the model keeps its weights, the curve ends where the loss blows up, and the suggestion trains', async () => {
  const model = build();
  const before = model.getWeights();
  const curve = await findLearningRate(model, data, { loss, optimizer: sgd(), to: 1e6 });
  expect(model.getWeights()).toEqual(before);
  expect(curve.losses.length).toBeLessThan(100);
  expect(curve.smoothed).toHaveLength(curve.losses.length);
  const { suggestion } = curve;
  expect(suggestion).toBeGreaterThan(1e-3);
  expect(suggestion).toBeLessThan(2);
  const history = await model.fit(data, { loss, optimizer: adam({ learningRate: suggestion! }), epochs: 30 });
  expect(history.epochs.at(-1)!.loss).toBeLessThan(0.1 * history.epochs[0].loss);
});

test('no suggestion where the loss never falls; nonsense is refused', async () => {
  const flat = { x, y: x.map(() => 0) };
  const model = sequential([dense(1, { kernelInitializer: 'zeros' })], { inputShape: [2] });
  expect((await findLearningRate(model, flat, { loss, optimizer: 'sgd' })).suggestion).toBeUndefined();
  const go = (options: object) => findLearningRate(model, flat, { loss, optimizer: 'sgd', ...options });
  await expect(
    findLearningRate(model, { ...flat, sampleWeight: [1] }, { loss, optimizer: 'sgd' }),
  ).rejects.toThrow('data with sampleWeight');
  await expect(go({ steps: 2 })).rejects.toThrow('steps is 2');
  await expect(go({ from: 1, to: 0.1 })).rejects.toThrow('to is 0.1');
  await expect(go({ learningRate: 1 })).rejects.toThrow("the option 'learningRate' of findLearningRate");
  await expect(findLearningRate(model, flat, undefined as never)).rejects.toThrow('undefined as the options');
  await expect(findLearningRate(3 as never, flat, { loss, optimizer: 'sgd' })).rejects.toThrow(
    '3 for a model',
  );
});

test('the suggestion lies where the loss falls, not where batches differ', async () => {
  const random = createStream(5, 'noise');
  const noisy = Array.from({ length: 300 }, () => [random.normal(), random.normal()]);
  const labels = noisy.map(([a, b]) => (a + b + random.normal() > 0 ? 1 : 0));
  for (const seed of [0, 1, 2, 3]) {
    const model = sequential([dense(8, { activation: 'relu' }), dense(1)], { inputShape: [2], seed });
    const set = { x: noisy, y: labels };
    const { suggestion } = await findLearningRate(model, set, {
      loss: 'binaryCrossEntropy',
      optimizer: 'sgd',
      seed,
    });
    expect(suggestion).toBeGreaterThan(0.003);
    expect(suggestion).toBeLessThan(3);
  }
});
