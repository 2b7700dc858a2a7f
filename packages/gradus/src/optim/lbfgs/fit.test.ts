import { describe, expect, test } from 'vitest';
import { sequential } from '../../models/build.ts';
import { batchTrainer } from '../../models/fit/batchTrainer.ts';
import type { Model } from '../../models/model.ts';
import { dense } from '../../nn/layers/dense.ts';
import { dropout } from '../../nn/layers/dropout.ts';
import { batchNormalization } from '../../nn/layers/normalization.ts';
import { given } from '../../nn/weights/initializers.ts';
import { l2 } from '../../nn/weights/regularizers.ts';
import type { Executor } from '../../runtime/executor.ts';
import { ReferenceExecutor } from '../../runtime/reference/executor.ts';
import { createWasmExecutor } from '../../runtime/wasm/executor.ts';
import { fixture, type Network } from '../../testing/trajectories.ts';
import { earlyStopping } from '../../train/callbacks.ts';
import { DivergedError } from '../../train/divergedError.ts';
import { reduceOnPlateau } from '../../train/reduceOnPlateau.ts';
import type { TrainingState } from '../../train/state.ts';
import { lbfgs } from './index.ts';

const network = fixture<Network & { readonly labels: number[] }>('pytorchOptimizers');
const { minimizations } = fixture<{
  readonly minimizations: readonly { readonly function: string; readonly values: readonly number[] }[];
}>('lbfgs');
const scipy = minimizations.find(({ function: name }) => name === 'network')!;
const data = { x: network.features, y: network.labels };

/** The network of the fixture, its kernels penalised. */
function build(rate = 0): Model {
  const [w1, b1, w2, b2] = network.parameters;
  const kernelRegularizer = l2(0.01);
  return sequential(
    [
      dense(7, {
        activation: 'tanh',
        kernelInitializer: given(w1),
        biasInitializer: given(b1),
        kernelRegularizer,
      }),
      ...(rate > 0 ? [dropout(rate)] : []),
      dense(3, { kernelInitializer: given(w2), biasInitializer: given(b2), kernelRegularizer }),
    ],
    { inputShape: [5] },
  );
}

const fit = (model: Model, options: Partial<Parameters<Model['fit']>[1]> = {}) =>
  model.fit(data, {
    loss: 'softmaxCrossEntropy',
    optimizer: lbfgs({ gradientTolerance: 1e-8 }),
    epochs: 30,
    ...options,
  });

describe("the losses of SciPy's L-BFGS-B on a network", () => {
  const bounds: readonly (readonly [Executor, epochs: number, bound: number])[] = [
    [new ReferenceExecutor('float64'), 30, 1e-10],
    [new ReferenceExecutor('float32'), 10, 1e-5],
    [createWasmExecutor({ numerics: 'portable' }), 10, 1e-5],
    [createWasmExecutor({ numerics: 'fast' }), 10, 1e-5],
  ];
  for (const [executor, epochs, bound] of bounds) {
    test(`${epochs} iterations within ${bound}: ${executor.name}`, async () => {
      for (const batchSize of [undefined, 7, 'full'] as const) {
        const history = await fit(build(), { executor, epochs, ...(batchSize && { batchSize }) });
        history.epochs.forEach(({ loss }, i) => {
          expect(Math.abs(loss / scipy.values[i] - 1), `iteration ${i + 1}`).toBeLessThanOrEqual(bound);
        });
      }
    });

    test(`30 iterations come as far down, within ${bound}: ${executor.name}`, async () => {
      const history = await fit(build(), { executor });
      expect(history.epochs.at(-1)!.loss / scipy.values[29] - 1).toBeLessThanOrEqual(bound);
    });
  }
});

test('ends by itself, and says why', async () => {
  const history = await fit(build(), { optimizer: lbfgs({ gradientTolerance: 1e-3 }), epochs: 500 });
  expect(history.reason).toBe('the gradient is within the tolerance');
  expect(history.epochs.length).toBeLessThan(100);
  const again = await fit(build(), { optimizer: 'lbfgs', epochs: 5000 });
  expect(again.reason).toMatch(/the tolerance$/);
  const few = await fit(build(), { optimizer: lbfgs({ maximumEvaluations: 4 }), epochs: 500 });
  expect(few.reason).toBe('the evaluations are used up');
});

test('metrics, validation, callbacks and shuffling stand where they stand for others', async () => {
  const history = await fit(build(), {
    epochs: 100,
    validation: data,
    metrics: ['accuracy'],
    callbacks: [earlyStopping({ monitor: 'loss', patience: 2, minimumDelta: 0.01 })],
  });
  expect(history.reason).toBe('no better loss in 2 epochs');
  const last = history.epochs.at(-1)!;
  expect(Math.abs(last.loss - last.validationLoss!)).toBeLessThan(1e-6);
  expect(last.metrics['accuracy']).toBe(last.metrics['validationAccuracy']);
});

for (const rate of [0, 0.3]) {
  test(`goes on from a state with the same bits, dropout ${rate}`, async () => {
    for (const executor of [new ReferenceExecutor('float64'), createWasmExecutor()]) {
      const states: TrainingState[] = [];
      const options = { executor, epochs: 9, batchSize: 8, seed: 4 };
      const whole = build(rate);
      const history = await fit(whole, {
        ...options,
        checkpoint: { everyEpochs: 1, save: (state) => void states.push(structuredClone(state)) },
      });
      for (const i of [0, 4]) {
        const resumed = build(rate);
        const rest = await fit(resumed, { ...options, resume: states[i] });
        expect(resumed.getWeights()).toEqual(whole.getWeights());
        expect(rest.epochs.map(({ loss }) => loss)).toEqual(history.epochs.map(({ loss }) => loss));
      }
    }
  });
}

test('a state of other parameters is refused', async () => {
  const states: TrainingState[] = [];
  await fit(build(), { epochs: 2, checkpoint: { everyEpochs: 1, save: (state) => void states.push(state) } });
  const [, { minimizer, ...others }] = states;
  for (const damaged of [
    { ...minimizer!, point: new Float64Array(1) },
    { ...minimizer!, gradient: new Float64Array(99) },
    { ...minimizer!, pairs: minimizer!.pairs.slice(1) },
    { ...minimizer!, pairs: [new Float64Array(3), new Float64Array(3)] },
  ])
    await expect(fit(build(), { resume: { ...others, minimizer: damaged } })).rejects.toThrow(
      'a state of L-BFGS of',
    );
});

test('with dropout the loss falls, as masks stay within an iteration', async () => {
  const { epochs } = await fit(build(0.2), { epochs: 20 });
  expect(epochs.at(-1)!.loss).toBeLessThan(epochs[0].loss);
});

test('any number of threads gives the same bits', async () => {
  const [one, two] = await Promise.all(
    [1, 2].map(async (threads) => {
      const model = build();
      await fit(model, { executor: createWasmExecutor({ threads }) });
      return model.getWeights();
    }),
  );
  expect(two).toEqual(one);
});

test('a loss that is not finite ends the training with an explanation', async () => {
  const x = [[1e30, 0, 0, 0, 0]];
  const model = sequential([dense(3, { kernelInitializer: 'ones' })], { inputShape: [5] });
  await expect(
    model.fit({ x, y: [[1, 2, 3]] }, { loss: 'meanSquaredError', optimizer: lbfgs() }),
  ).rejects.toThrow(DivergedError);
});

test('what belongs to steps on batches is refused', async () => {
  await expect(fit(build(), { clipGradient: { norm: 1 } })).rejects.toThrow('lbfgs with clipGradient');
  const model = sequential([dense(4), batchNormalization(), dense(3)], { inputShape: [5] });
  await expect(fit(model)).rejects.toThrow('a model whose layers keep state from batch to batch');
  await expect(fit(build(), { order: () => new Int32Array(data.x.length) })).rejects.toThrow(
    'lbfgs with order. Expected',
  );
  const paced = sequential([dense(4, { learningRateFactor: 0.5 }), dense(3)], { inputShape: [5] });
  await expect(fit(paced)).rejects.toThrow('layers have a learningRateFactor');
  const callbacks = [reduceOnPlateau({ monitor: 'loss', patience: 0, minimumDelta: 10 })];
  await expect(fit(build(), { callbacks })).rejects.toThrow('a callback that sets a learning rate for lbfgs');
  paced.freeze('dense');
  await expect(fit(paced, { epochs: 1 })).resolves.toBeDefined();
});

test('no steps on batches', async () => {
  const options = { loss: 'softmaxCrossEntropy', optimizer: lbfgs() } as const;
  await expect(batchTrainer(build(), options)).rejects.toThrow('the optimizer lbfgs for steps on batches');
  await expect(batchTrainer(build(), options)).rejects.toThrow('Give lbfgs() to fit');
  expect(() => lbfgs({ memory: 0 })).toThrow('memory is 0');
  expect(() => lbfgs({ learningRate: 1 } as never)).toThrow("the option 'learningRate' of lbfgs");
});
