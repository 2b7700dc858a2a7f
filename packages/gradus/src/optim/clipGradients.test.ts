import { expect, test } from 'vitest';
import { createWasmExecutor } from '../runtime/wasm/executor.ts';
import { build, executors, expectNear, fixture, type Network } from '../testing/trajectories.ts';
import type { TrainingState } from '../train/state.ts';
import type { GradientClipping } from './clipGradients.ts';
import { sgd } from './sgd.ts';

interface Case extends GradientClipping {
  readonly formula: 'pytorch' | 'keras';
  readonly maxNorm?: number;
  readonly weights: readonly (readonly number[])[];
}

const network = fixture<Network & { readonly labels: number[] }>('pytorchOptimizers');
const truth = fixture<{ readonly cases: readonly Case[]; readonly learningRate: number }>('clipping');
const data = { x: network.features, y: network.labels };
const optimizer = sgd({ learningRate: truth.learningRate });
const options = { loss: 'softmaxCrossEntropy', optimizer, shuffle: false, batchSize: 100 } as const;

for (const bound of executors) {
  const { executor, normwise } = bound;
  test(`10 steps with clipped gradients as PyTorch and Keras make them, within ${normwise}: ${executor.name}`, async () => {
    for (const { weights, maxNorm, ...clipGradient } of truth.cases) {
      if (maxNorm !== undefined) continue;
      const model = build(network, 'tanh');
      await model.fit(data, { ...options, epochs: 10, executor, clipGradient });
      expectNear(model, weights, bound, JSON.stringify(clipGradient));
    }
  });
}

test('any number of threads, any slice and a run that is resumed give the same bits', async () => {
  const kernel = (n: number): number[] => Array.from({ length: n }, (_, i) => ((i * 37) % 101) / 1000 - 0.05);
  const wide: Network & { labels: number[] } = {
    ...network,
    sizes: [5, 300, 200, 3],
    parameters: [kernel(1500), kernel(300), kernel(60000), kernel(200), kernel(600), kernel(3)],
  };
  const clipGradient = { globalNorm: 0.05 };
  const fit = async (threads: number, resume?: TrainingState) => {
    const states: TrainingState[] = [];
    const model = build(wide, 'tanh');
    await model.fit(data, {
      ...options,
      batchSize: 7,
      epochs: 6,
      executor: createWasmExecutor({ threads }),
      clipGradient,
      checkpoint: { everySteps: 7, save: (state) => void states.push(state) },
      ...(resume && { resume }),
    });
    return { weights: model.getWeights(), states };
  };
  const one = await fit(1);
  expect((await fit(2)).weights).toEqual(one.weights);
  expect((await fit(1, one.states[0])).weights).toEqual(one.weights);
});

test('a state belongs to the clipping with which it was made', async () => {
  const states: TrainingState[] = [];
  const checkpoint = { everyEpochs: 1, save: (state: TrainingState) => void states.push(state) };
  await build(network, 'tanh').fit(data, { ...options, clipGradient: { norm: 1 }, checkpoint });
  const go = (clipGradient?: GradientClipping) =>
    build(network, 'tanh').fit(data, { ...options, epochs: 2, resume: states[0], clipGradient });
  await expect(go()).rejects.toThrow('whose clipGradient is {"norm":1}. Expected undefined');
  await expect(go({ norm: 2 })).rejects.toThrow('whose clipGradient is {"norm":1}');
  await go({ norm: 1 });
});

test('a gradient of 0 stays 0', async () => {
  const still = { ...network, parameters: network.parameters.map((numbers) => numbers.map(() => 0)) };
  const y = network.labels.map(() => [0, 0, 0]);
  for (const clipGradient of [{ value: 1 }, { norm: 1 }, { globalNorm: 1 }, { norm: 0 }, { globalNorm: 0 }]) {
    const model = build(still, 'tanh');
    await model.fit({ x: network.features, y }, { ...options, loss: 'meanSquaredError', clipGradient });
    for (const { values } of model.getWeights()) expect(values.every((value) => value === 0)).toBe(true);
  }
});

test('anything but a clipping is refused', async () => {
  const go = (clipGradient: unknown) =>
    build(network, 'tanh').fit(data, { ...options, clipGradient: clipGradient as GradientClipping });
  await expect(go({})).rejects.toThrow('a clipping by nothing. Expected one of value, norm and globalNorm');
  await expect(go({ value: 1, norm: 1 })).rejects.toThrow('a clipping by value and norm');
  await expect(go({ globalNorm: -1 })).rejects.toThrow('globalNorm is -1');
  await expect(go({ norm: Number.NaN })).rejects.toThrow('norm is NaN');
  await expect(go({ global: 1 })).rejects.toThrow("the option 'global' of clipGradient");
  await expect(go({ norm: 1, formula: 'sklearn' })).rejects.toThrow("'pytorch' or 'keras'");
  await expect(go(1)).rejects.toThrow('1 as the options of clipGradient');
});
