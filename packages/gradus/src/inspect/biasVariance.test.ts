import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sequential } from '../models/build.ts';
import { dense } from '../nn/layers/dense.ts';
import { adam } from '../optim/adam.ts';
import { createStream } from '../util/random.ts';
import { type BiasVarianceOptions, biasVariance } from './biasVariance.ts';

interface Case {
  readonly loss: BiasVarianceOptions['loss'];
  readonly targets: number[];
  readonly predictions: number[][];
  readonly expected: Readonly<Record<string, number>> & { readonly main: number[] };
}

const { cases }: { readonly cases: readonly Case[] } = JSON.parse(
  readFileSync(new URL('../../../../fixtures/biasVariance.json', import.meta.url), 'utf8'),
);

for (const [i, { loss, targets, predictions, expected }] of cases.entries()) {
  test(`bias and variance are those of NumPy within 1e-14: ${loss} ${i}`, async () => {
    let round = 0;
    const train = () => predictions[round++];
    const { mainPredictions, ...found } = await biasVariance({
      train,
      rows: 3,
      targets,
      loss,
      rounds: predictions.length,
    });
    const { main, ...figures } = expected;
    for (const [name, value] of Object.entries(figures))
      expect(Math.abs(found[name as keyof typeof found] - value), name).toBeLessThan(1e-14);
    main.forEach((value, row) => {
      expect(mainPredictions[row]).toBeCloseTo(value, 14);
    });
    const { unbiasedVariance, biasedVariance } = found;
    expect(found.loss).toBeCloseTo(found.bias + unbiasedVariance - biasedVariance, 14);
  });
}

test('the mean of a bootstrap sample has the bias of the mean and the variance σ²/n', async () => {
  const stream = createStream(4, 'data');
  const values = Float64Array.from({ length: 50 }, () => stream.normal());
  const mean = values.reduce((a, b) => a + b) / 50;
  const spread = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 50;
  const train = (rows: Int32Array) => [rows.reduce((sum, row) => sum + values[row], 0) / rows.length];
  const rounds = 4000;
  const found = await biasVariance({ train, rows: 50, targets: [2], loss: 'squared', rounds });
  // The standard error of a variance of normal numbers is √(2/rounds) of it, that of the mean √(variance/rounds).
  expect(Math.abs(found.variance / (spread / 50) - 1)).toBeLessThan(4 * Math.sqrt(2 / rounds));
  expect(Math.abs(found.mainPredictions[0] - mean)).toBeLessThan(4 * Math.sqrt(spread / 50 / rounds));
  expect(found.loss).toBeCloseTo(found.bias + found.variance, 12);
});

test('a model that cannot bend has more bias, one that can more variance', async () => {
  const stream = createStream(5, 'data');
  const f = (x: number) => Math.sin(3 * x);
  const x = Array.from({ length: 30 }, () => [2 * stream.uniform() - 1]);
  const y = x.map(([at]) => f(at) + 0.3 * stream.normal());
  const test = Array.from({ length: 20 }, (_, i) => [-0.95 + i / 10.5]);
  const decompose = (layers: () => Parameters<typeof sequential>[0], epochs: number) =>
    biasVariance({
      async train(rows, seed) {
        const model = sequential(layers());
        const data = { x: Array.from(rows, (row) => x[row]), y: Array.from(rows, (row) => y[row]) };
        const optimizer = adam({ learningRate: 0.02 });
        await model.fit(data, {
          loss: 'meanSquaredError',
          optimizer,
          epochs,
          batchSize: 10,
          seed,
          numerics: 'portable',
        });
        return (await model.predict(test)).values;
      },
      rows: 30,
      targets: test.map(([at]) => f(at)),
      loss: 'squared',
      rounds: 8,
    });
  const stiff = await decompose(() => [dense(1)], 300);
  const soft = await decompose(() => [dense(24, { activation: 'tanh' }), dense(1)], 900);
  expect(soft.bias).toBeLessThan(stiff.bias);
  expect(soft.variance).toBeGreaterThan(stiff.variance);
});

test('the seed decides; samples have as many rows as there are', async () => {
  const of = async (seed: number) => {
    const seen: number[] = [];
    const train = (rows: Int32Array, own: number) => {
      seen.push(...rows, own);
      return [0];
    };
    await biasVariance({ train, rows: 5, targets: [1], loss: 'zeroOne', rounds: 3, seed });
    return seen;
  };
  const first = await of(0);
  expect(first).toHaveLength(18);
  expect(await of(0)).toEqual(first);
  expect(await of(1)).not.toEqual(first);
  expect(first.filter((_, i) => i % 6 !== 5).every((row) => row >= 0 && row < 5)).toBe(true);
});

test('wrong options are refused', async () => {
  const good = { train: () => [1], rows: 2, targets: [1], loss: 'zeroOne' } as const;
  await expect(biasVariance({ ...good, targets: [] })).rejects.toThrow('no targets');
  await expect(biasVariance({ ...good, targets: [1, 2] })).rejects.toThrow('1 predictions from train');
  await expect(biasVariance({ ...good, loss: '0-1' as never })).rejects.toThrow("the loss '0-1'");
  await expect(biasVariance({ ...good, rounds: 0 })).rejects.toThrow('rounds is 0');
  await expect(biasVariance({ ...good, train: 3 as never })).rejects.toThrow('train that is 3');
  await expect(biasVariance({ ...good, round: 3 } as never)).rejects.toThrow("'round'");
});
