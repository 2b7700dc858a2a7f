import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as $ from '../../graph/operations.ts';
import { defineLayer, input } from '../../nn/layer.ts';
import { activation } from '../../nn/layers/activation.ts';
import { dense } from '../../nn/layers/dense.ts';
import { dropout } from '../../nn/layers/dropout.ts';
import { add, concatenate } from '../../nn/layers/merge.ts';
import { flatten, reshape } from '../../nn/layers/reshape.ts';
import { constant, given, ones } from '../../nn/weights/initializers.ts';
import { l2 } from '../../nn/weights/regularizers.ts';
import { adamW } from '../../optim/adamW.ts';
import type { Optimizer } from '../../optim/optimizer.ts';
import { sgd } from '../../optim/sgd.ts';
import { ReferenceExecutor } from '../../runtime/reference/executor.ts';
import type { TrainingEvent } from '../../train/events.ts';
import { GradusError, IncompatibleError } from '../../util/errors.ts';
import { functional, modelFromConfig, sequential } from '../build.ts';
import { extendModel } from '../extendModel.ts';
import type { Model } from '../model.ts';
import { loadModel, saveModel } from '../savedModel.ts';

const executor = new ReferenceExecutor('float64');
const two = { kernelInitializer: constant(2) } as const;

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(GradusError);
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
};

test('a residual adds its input, a shared layer is applied twice, inputs lie side by side', async () => {
  const a = input([1], { name: 'a' });
  const b = input([1], { name: 'b' });
  const shared = dense(1, { ...two, name: 'shared' });
  const residual = add()(a, shared(a));
  const both = concatenate()(residual, shared(b));
  const model = functional({ inputs: [a, b], outputs: dense(1, { kernelInitializer: 'ones' })(both) });
  // a + 2a + 2b
  const { values, shape } = await model.predict({ a: [[1], [2]], b: [[10], [20]] }, { executor });
  expect([...values]).toEqual([23, 46]);
  expect(shape).toEqual([2, 1]);
  expect(model.parameterCount).toBe(5);
  expect(model.summary()).toContain('│ shared (Dense)            │ (None, 1)    │       2 │ a, b');
});

test('a shared layer learns from all its places', async () => {
  // y = w(a) + w(b): the gradient of w is the sum over both.
  const a = input([1], { name: 'a' });
  const b = input([1], { name: 'b' });
  const shared = dense(1, { ...two, useBias: false });
  const model = functional({ inputs: [a, b], outputs: add()(shared(a), shared(b)) });
  const data = { x: { a: [[1]], b: [[2]] }, y: [0] };
  await model.fit(data, {
    loss: 'meanSquaredError',
    optimizer: 'sgd',
    executor,
  });
  // loss (3w)², gradient 18w = 36, rate 0.01
  expect(model.getWeights()[0].values[0]).toBeCloseTo(2 - 0.36, 12);
});

test('shapes with more axes go through flatten and reshape', async () => {
  const model = sequential([reshape([2, 3]), activation('relu'), flatten(), dense(1, two)], {
    inputShape: [6],
  });
  const { values } = await model.predict([[1, -2, 3, -4, 5, -6]], { executor });
  expect([...values]).toEqual([18]);
});

test('a layer of your own brings parameters, and comes back from its description by a factory', async () => {
  const scale = (start: number) =>
    defineLayer({
      type: 'scale',
      parameters: ([x]) => ({ factor: { shape: [x[1]], initializer: constant(start) } }),
      call: ([x], { parameter }) => $.multiply(x, parameter('factor')),
      options: () => ({ start }),
    });
  const model = sequential([scale(3), dense(1, { kernelInitializer: ones() })], { inputShape: [2] });
  expect([...(await model.predict([[1, 10]], { executor })).values]).toEqual([33]);
  const config = JSON.parse(JSON.stringify(model.config()));
  expect(messageOf(() => modelFromConfig(config))).toContain("a model with a layer of type 'scale'");
  const copy = modelFromConfig(config, { layers: { scale: (options) => scale(options['start'] as number) } });
  copy.setWeights(model.getWeights());
  expect([...(await copy.predict([[1, 10]], { executor })).values]).toEqual([33]);
});

function richModel(): Model {
  const x = input([4], { name: 'x' });
  const hidden = dense(6, {
    activation: 'gelu',
    kernelInitializer: 'heNormal',
    kernelRegularizer: l2(0.01),
    name: 'first',
  })(x);
  const residual = add()(hidden, activation('tanh')(dense(6)(hidden)));
  const joined = concatenate()(residual, dropout(0.1)(x));
  return functional({ inputs: [x], outputs: dense(3, { useBias: false })(joined), name: 'rich' });
}

test('a description goes through JSON and gives the same model', async () => {
  const model = richModel();
  const text = JSON.stringify(model.config());
  const copy = modelFromConfig(JSON.parse(text));
  expect(JSON.stringify(copy.config())).toBe(text);
  expect(copy.summary()).toBe(model.summary());
  copy.setWeights(model.getWeights());
  const x = [
    [1, 2, 3, 4],
    [0, -1, 0, 1],
  ];
  expect(await copy.predict(x)).toEqual(await model.predict(x));
});

test('how outputs are to be read goes with the description', async () => {
  const model = sequential([dense(3)]);
  const x = [
    [1, 0],
    [0, 1],
    [1, 1],
  ];
  await expect(sequential([dense(3)], { inputShape: [2] }).predictLabels(x)).rejects.toThrow(
    'was not trained',
  );
  await model.fit({ x, y: [0, 1, 2] }, { loss: 'softmaxCrossEntropy', optimizer: 'sgd' });
  const copy = modelFromConfig(model.config());
  copy.setWeights(model.getWeights());
  const { values } = await copy.predictProbabilities(x);
  for (let row = 0; row < 3; row++) {
    expect(values[3 * row] + values[3 * row + 1] + values[3 * row + 2]).toBeCloseTo(1, 6);
  }
  expect(await copy.predictLabels(x)).toEqual(await model.predictLabels(x));
});

test('a damaged description is refused, whatever the damage', () => {
  const text = JSON.stringify(richModel().config());
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.constantFrom('0', '9', '"', '-', 'x', '[', 'null'), (at, put) => {
      let config: unknown;
      try {
        config = JSON.parse(text.slice(0, at) + put + text.slice(at + 1));
      } catch {
        return;
      }
      try {
        modelFromConfig(config as never);
      } catch (error) {
        expect(error).toBeInstanceOf(IncompatibleError);
      }
    }),
    { numRuns: 300 },
  );
  for (const broken of [null, [], 'x', {}, { format: 'gradus-model', version: 2 }]) {
    expect(() => modelFromConfig(broken as never)).toThrow(IncompatibleError);
  }
});

test('weights are refused unless every parameter is there once with its shape', () => {
  const model = sequential([dense(3)], { inputShape: [2] });
  const [kernel, bias] = model.getWeights();
  const refused = (weights: Parameters<typeof model.setWeights>[0]) =>
    messageOf(() => model.setWeights(weights));
  expect(refused([kernel])).toContain("no values for the parameter 'dense/bias'");
  expect(refused([kernel, bias, bias])).toContain('each once');
  expect(refused([kernel, bias, { ...bias, name: 'other' }])).toContain("numbers for 'other'");
  expect(refused([{ ...kernel, shape: [3, 2] }, bias])).toContain('6 numbers of shape [3, 2]');
  model.setWeights([bias, { ...kernel, values: Float32Array.from([1, 2, 3, 4, 5, 6]) }]);
  expect([...model.getWeights()[0].values]).toEqual([1, 2, 3, 4, 5, 6]);
});

test('a dense layer treats the vectors along the last axis alike', async () => {
  const kernel = { kernelInitializer: given([1, 10, 100]) };
  const model = sequential([reshape([2, 3]), dense(1, kernel), flatten()], { inputShape: [6] });
  const { values } = await model.predict([[1, 2, 3, 4, 5, 6]], { executor });
  expect([...values]).toEqual([321, 654]);
});

test('mistakes in the architecture are named', () => {
  expect(messageOf(() => sequential([]))).toContain('without layers');
  expect(messageOf(() => sequential([dense(2)], { inputShape: [0] }))).toContain('inputShape [0]');
  expect(messageOf(() => sequential([dense(2)], { inputShape: [] }))).toBe(
    "In layer 'dense': an input of shape [rows] for a dense layer. Expected [rows, …, inputs].",
  );
  expect(messageOf(() => sequential([dense(2)]).getWeights())).toContain(
    'Give sequential the option inputShape',
  );
  expect(messageOf(() => dense(0))).toContain('units is 0');
  expect(messageOf(() => dense(1, { activation: 'ReLU' as never }))).toContain("the activation 'ReLU'");
  expect(messageOf(() => dropout(1))).toContain('rate is 1. Expected a number of at least 0 and below 1');
  const x = input([2]);
  const other = input([3]);
  expect(messageOf(() => functional({ inputs: [x], outputs: dense(1)(other) }))).toContain(
    'only inputs that are listed',
  );
  expect(messageOf(() => functional({ inputs: [x, other], outputs: dense(1)(x) }))).toContain('input 2');
  expect(messageOf(() => functional({ inputs: [x, other], outputs: add()(x, other) }))).toContain(
    "In layer 'add'",
  );
  const twice = [input([2], { name: 'x' }), input([2], { name: 'x' })];
  expect(messageOf(() => functional({ inputs: twice, outputs: add()(...twice) }))).toContain(
    'inputs named x, x',
  );
  const named = dense(1, { name: 'same' });
  expect(messageOf(() => sequential([named, dense(1, { name: 'same' })], { inputShape: [1] }))).toContain(
    "two layers named 'same'",
  );
});

test('a layer of one input that is called on several is refused, instead of losing them', () => {
  const [a, b] = [input([2], { name: 'a' }), input([2], { name: 'b' })];
  expect(() => functional({ inputs: [a, b], outputs: dense(1)(a, b) })).toThrow(
    "In layer 'dense': a call on 2 values, of which 1 is not read",
  );
  const both = concatenate()(add()(a, b), a);
  expect(functional({ inputs: [a, b], outputs: dense(1)(both) }).parameterCount).toBe(5);
});

test('a deep model does not overflow the stack', () => {
  const x = input([2]);
  let at = x;
  for (let i = 0; i < 3000; i++) at = activation('relu')(at);
  expect(functional({ inputs: [x], outputs: at }).parameterCount).toBe(0);
});

test('factors of a parameter scale its learning rate and its decay; state is not trained', async () => {
  const layer = defineLayer({
    type: 'mixed',
    parameters: () => ({
      plain: { shape: [1], initializer: ones() },
      slow: { shape: [1], initializer: ones(), learningRateFactor: 0.5 },
      kept: { shape: [1], initializer: ones(), decayFactor: 0 },
      state: { shape: [1], initializer: ones(), trainable: false },
    }),
    call: ([x], { parameter }) =>
      ['plain', 'slow', 'kept', 'state'].map(parameter).reduce((sum, w) => $.add(sum, $.multiply(x, w)), x),
  });
  const train = async (optimizer: Optimizer, x: number[][]) => {
    const model = sequential([layer], { inputShape: [1] });
    // The gradient of every weight is 2·5 where x = 1, and 0 where x = 0.
    await model.fit({ x, y: [0] }, { loss: 'meanSquaredError', optimizer, executor });
    return Object.fromEntries(model.getWeights().map(({ name, values }) => [name.slice(6), values[0]]));
  };
  const close = (got: Record<string, number>, wanted: Record<string, number>) => {
    expect(Object.keys(got).sort()).toEqual(Object.keys(wanted).sort());
    for (const [name, value] of Object.entries(wanted)) expect(got[name], name).toBeCloseTo(value, 12);
  };
  close(await train(sgd({ learningRate: 0.01 }), [[1]]), { plain: 0.9, slow: 0.95, kept: 0.9, state: 1 });
  close(await train(sgd({ learningRate: 0.1, weightDecay: 0.5 }), [[0]]), {
    plain: 0.95,
    slow: 0.975,
    kept: 1,
    state: 1,
  });
  close(await train(adamW({ learningRate: 0.1, weightDecay: 0.5 }), [[0]]), {
    plain: 0.95,
    slow: 0.975,
    kept: 1,
    state: 1,
  });
});

test('a model without parameters is trained in vain, and says its loss', async () => {
  const model = sequential([flatten()], { inputShape: [2] });
  const history = await model.fit(
    { x: [[1, 2]], y: [[0, 0]] },
    { loss: 'meanSquaredError', optimizer: 'adam' },
  );
  expect(history.epochs[0].loss).toBe(2.5);
});

test('a layer that the loss does not depend on is warned about', async () => {
  const idle = defineLayer({
    type: 'idle',
    parameters: () => ({ weight: { shape: [1], initializer: ones() } }),
    call: ([x]) => x,
  });
  const events: TrainingEvent[] = [];
  await sequential([idle, dense(1)]).fit(
    { x: [[1], [2]], y: [1, 2] },
    { loss: 'meanSquaredError', optimizer: 'adam', onEvent: (event) => events.push(event) },
  );
  expect(events.find(({ type }) => type === 'warning')).toEqual({
    type: 'warning',
    message: 'The loss does not depend on idle/weight, which will not be trained.',
  });
});

test('a name is a string', () => {
  expect(() => sequential([dense(1, { name: 3 as never })], { inputShape: [2] })).toThrow(
    'name is 3. Expected a string.',
  );
});

test('weights that are none, and what is no model, are refused', async () => {
  const model = sequential([dense(1)], { inputShape: [2] });
  for (const weights of [3, undefined, [null], [new Float32Array(2), new Float32Array(1)]]) {
    expect(() => model.setWeights(weights as never)).toThrow('as getWeights() gives');
  }
  for (const wrong of [3, undefined, await loadModel(await saveModel(model))]) {
    expect(() => extendModel(wrong as never, { head: [dense(2)] })).toThrow('for a model. Expected a Model');
  }
});
