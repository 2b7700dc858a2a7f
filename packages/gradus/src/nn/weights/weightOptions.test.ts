import { expect, test } from 'vitest';
import { sequential } from '../../models/build.ts';
import { loadModel, saveModel } from '../../models/savedModel.ts';
import { adamW } from '../../optim/adamW.ts';
import { ReferenceExecutor } from '../../runtime/reference/executor.ts';
import { conv2d } from '../layers/convolution.ts';
import { dense } from '../layers/dense.ts';
import { batchNormalization } from '../layers/normalization.ts';
import { flatten } from '../layers/reshape.ts';
import { normal } from './initializers.ts';

const draws = { biasInitializer: normal(0, 1), biasDecayFactor: 0 } as const;
const build = () =>
  sequential(
    [
      conv2d(2, 2, draws),
      batchNormalization({ decayFactor: 0, betaInitializer: normal(0, 1) }),
      flatten(),
      dense(3, draws),
    ],
    { inputShape: [3, 3, 1], seed: 5 },
  );
const data = {
  x: [
    [1, 2, 3, 4, 5, 6, 7, 8, 9],
    [9, 1, 8, 2, 7, 3, 6, 4, 5],
  ],
  y: [
    [1, 0, 2],
    [0, 1, 3],
  ],
};

async function stepWith(weightDecay: number, model = build()): Promise<Map<string, number[]>> {
  // First weights are those of the model's seed, not of the fit's.
  model.getWeights();
  await model.fit(data, {
    loss: 'meanSquaredError',
    optimizer: adamW({ weightDecay, learningRate: 0.1 }),
    epochs: 1,
    batchSize: 2,
    executor: new ReferenceExecutor('float64'),
  });
  return new Map(model.getWeights().map(({ name, values }) => [name, [...values]]));
}

test('weight decay spares biases and normalisations whose factor is 0, and shrinks kernels', async () => {
  const before = new Map(
    build()
      .getWeights()
      .map(({ name, values }) => [name, [...values]]),
  );
  const [plain, decayed] = [await stepWith(0), await stepWith(0.5)];
  for (const [name, values] of plain) {
    if (!name.endsWith('/kernel')) {
      expect(decayed.get(name), name).toEqual(values);
      continue;
    }
    values.forEach((value, i) => {
      expect(value - decayed.get(name)![i], name).toBeCloseTo(0.1 * 0.5 * before.get(name)![i], 12);
    });
  }
});

test('a model file keeps the factors', async () => {
  const { model: copy } = loadModel(saveModel(build()));
  expect(copy.config()).toEqual(build().config());
  expect(await stepWith(0.5, copy)).toEqual(await stepWith(0.5));
  expect(() => dense(3, { biasDecayFactor: -1 })).toThrow('biasDecayFactor is -1');
});
