import { describe, expect, test } from 'vitest';
import type { Model } from '../models/model.ts';
import { loadModel, saveModel } from '../models/savedModel.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { createWasmExecutor } from '../runtime/wasm/executor.ts';
import { indices, layerModels, values, x } from '../testing/layerModels.ts';

const options = { loss: 'meanSquaredError', optimizer: 'adam', batchSize: 4, epochs: 2, seed: 6 } as const;
const portable = createWasmExecutor({ numerics: 'portable', threads: 1 });
const executors = [new ReferenceExecutor('float32'), portable, createWasmExecutor({ numerics: 'fast' })];

const bitsOf = (model: Model) => model.getWeights().map(({ name, values: own }) => [name, ...own]);

describe.each(Object.entries(layerModels))('%s', (type, build) => {
  const data = { x: type === 'embedding' ? indices : x, y: values };
  const train = async (executor = portable as (typeof executors)[number], model = build()) => {
    const { epochs } = await model.fit(data, { ...options, executor });
    return { model, losses: epochs.map(({ loss }) => loss) };
  };

  test('trains alike on every executor, a partial batch included', async () => {
    const truth = await train(new ReferenceExecutor('float64'));
    for (const executor of executors) {
      const { losses } = await train(executor);
      losses.forEach((loss, i) => {
        expect(Math.abs(loss / truth.losses[i] - 1), executor.name).toBeLessThan(1e-4);
      });
    }
  });

  test('comes back from a file, predicts and goes on with the same bits', async () => {
    const { model } = await train();
    const { model: copy } = loadModel(saveModel(model));
    expect(copy.config()).toEqual(model.config());
    const predict = async (one: Model) => [...(await one.predict(data.x, { executor: portable })).values];
    expect(await predict(copy)).toEqual(await predict(model));
    await Promise.all([train(portable, model), train(portable, copy)]);
    expect(bitsOf(copy)).toEqual(bitsOf(model));
  });

  test('can be frozen', async () => {
    const model = build();
    const { layerNames } = model;
    const last = layerNames[layerNames.length - 1];
    const before = bitsOf(model);
    model.freeze(layerNames.slice(0, -1));
    await train(portable, model);
    const after = bitsOf(model);
    for (const [i, [name, ...own]] of before.entries()) {
      if (String(name).startsWith(`${last}/`)) expect(after[i], String(name)).not.toEqual([name, ...own]);
      else expect(after.find(([other]) => other === name)).toEqual([name, ...own]);
    }
  });
});
