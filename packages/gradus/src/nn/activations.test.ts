import { expect, test } from 'vitest';
import * as $ from '../graph/operations.ts';
import { modelFromConfig, sequential } from '../models/build.ts';
import { batchTrainer } from '../models/fit/batchTrainer.ts';
import { loadModel, saveModel } from '../models/savedModel.ts';
import { sgd } from '../optim/sgd.ts';
import { normwise, runOnScores } from '../testing/scores.ts';
import { executors, fixture } from '../testing/trajectories.ts';
import { GradusError } from '../util/errors.ts';
import { rows } from '../util/shape.ts';
import { type Activation, activationNames, applyActivation, requireActivation } from './activations.ts';
import { activation } from './layers/activation.ts';
import { dense } from './layers/dense.ts';

interface Result {
  readonly output: readonly number[];
  readonly gradient: readonly number[];
}

const { shape, x, upstream, cases } = fixture<{
  readonly shape: readonly [number, number];
  readonly x: readonly number[];
  readonly upstream: readonly number[];
  readonly cases: readonly {
    readonly name: string;
    readonly options: object;
    readonly pytorch: Result;
    readonly keras?: Result;
  }[];
}>('activations');

for (const { executor, normwise: bound } of executors) {
  test(`activations and their gradients equal PyTorch's and Keras's within ${bound}: ${executor.name}`, () => {
    for (const { name, options, pytorch, keras } of cases) {
      const tables = [{ name: 'upstream', values: Float64Array.from(upstream) }];
      const { output, gradient } = runOnScores(executor, { values: x, shape }, tables, (scores) => {
        const y = applyActivation(scores, { name, ...options } as Activation);
        return { loss: $.sum($.multiply(y, $.input('upstream', [rows(), shape[1]]))), output: y };
      });
      for (const [library, truth] of Object.entries({ pytorch, keras })) {
        if (truth === undefined) continue;
        const what = `${name} ${JSON.stringify(options)} ${library}`;
        expect(normwise(output, truth.output), what).toBeLessThanOrEqual(bound);
        expect(normwise(gradient, truth.gradient), `${what} gradient`).toBeLessThanOrEqual(bound);
      }
    }
  });
}

test('the fixture has every activation but the straight-through step, which no library has', () => {
  const missing = activationNames.filter((name) => !cases.some((c) => c.name === name));
  expect(missing).toEqual(['straightThrough']);
});

test('settings of activations are checked', () => {
  const wrong: readonly (readonly [unknown, string])[] = [
    ['lrelu', "the activation 'lrelu'"],
    [undefined, 'no activation'],
    [{ name: 'relu6' }, "the activation 'relu6'"],
    [{ slope: 0.1 }, 'no activation'],
    [{ name: 'relu', slope: 0.1 }, "the option 'slope' of the activation 'relu'"],
    [{ name: 'leakyRelu', alpha: 0.1 }, "the option 'alpha' of the activation 'leakyRelu'"],
    [
      { name: 'leakyRelu', slope: -0.1 },
      "slope of the activation 'leakyRelu' is -0.1. Expected a number of at",
    ],
    [{ name: 'elu', alpha: 0 }, 'Expected a number above 0'],
    [{ name: 'softplus', beta: Number.NaN }, 'is NaN'],
    [{ name: 'swish', beta: '2' }, "is '2'"],
    [{ name: 'straightThrough', gradient: 'none' }, "Expected 'identity' or 'clipped'"],
    [['relu'], 'the activation a list'],
  ];
  for (const [activation, message] of wrong) {
    expect(() => requireActivation(activation), message).toThrow(message);
    expect(() => requireActivation(activation)).toThrow(GradusError);
  }
  expect(() => activation({ name: 'elu', alpha: -1 })).toThrow("alpha of the activation 'elu' is -1");
});

test('an activation with settings is saved and read again; nonsense in a file is refused', async () => {
  const layers = [dense(3, { activation: { name: 'leakyRelu', slope: 0.3 } }), activation('mish')];
  const model = sequential(layers, { inputShape: [2] });
  const { model: copy } = loadModel(saveModel(model));
  const [a, b] = [await model.predict([[1, -2]]), await copy.predict([[1, -2]])];
  expect([...b.values]).toEqual([...a.values]);
  const config = JSON.parse(JSON.stringify(model.config()).replace('"slope":0.3', '"slope":-1')) as never;
  expect(() => modelFromConfig(config)).toThrow("slope of the activation 'leakyRelu' is -1");
});

const steps = { x: [[1], [-1], [2], [-2]], y: [1, 0, 1, 0] };
const options = { loss: 'meanSquaredError', optimizer: 'sgd', epochs: 3 } as const;

test('training through a step is refused with its reason; straight through it works', async () => {
  const model = sequential([dense(4, { activation: 'step' }), dense(1)]);
  await expect(model.fit(steps, options)).rejects.toThrow(
    "the step in 'dense' between the loss and dense/kernel, dense/bias, to train by gradients. Expected a function with a slope",
  );
  await expect(model.fit(steps, options)).rejects.toThrow("Use the activation 'straightThrough'");
  const through = sequential([dense(4, { activation: 'straightThrough' }), dense(1)]);
  const { epochs } = await through.fit(steps, { ...options, epochs: 40 });
  expect(epochs[39].loss).toBeLessThan(epochs[0].loss);
});

test('a trainer of batches refuses a step, too', async () => {
  const model = sequential([dense(4, { activation: 'step' }), dense(1)], { inputShape: [1] });
  const trainer = await batchTrainer(model, { loss: 'meanSquaredError', optimizer: sgd() });
  expect(() => trainer.step(steps)).toThrow("the step in 'dense' between the loss and dense/kernel");
});

test('a step after frozen layers only is no obstacle', async () => {
  const model = sequential([dense(4, { activation: 'step', trainable: false }), dense(1)]);
  await expect(model.fit(steps, options)).resolves.toBeDefined();
});

test('straight through: forwards the step, backwards 1, or 1 from −1 to 1', () => {
  const values = [-2, -1, -0.5, 0, 0.5, 1, 2, 3];
  for (const { executor } of executors) {
    const run = (gradient: 'identity' | 'clipped') =>
      runOnScores(executor, { values, shape: [2, 4] }, [], (z) => {
        const output = applyActivation(z, { name: 'straightThrough', gradient });
        return { loss: $.sum(output), output };
      });
    expect(Array.from(run('identity').output)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect(Array.from(run('clipped').output)).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
    expect(Array.from(run('identity').gradient)).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    expect(Array.from(run('clipped').gradient)).toEqual([0, 1, 1, 1, 1, 1, 0, 0]);
  }
});
