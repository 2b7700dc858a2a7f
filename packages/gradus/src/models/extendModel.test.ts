import { expect, test } from 'vitest';
import { input } from '../nn/layer.ts';
import { dense } from '../nn/layers/dense.ts';
import { dropout } from '../nn/layers/dropout.ts';
import { add } from '../nn/layers/merge.ts';
import { batchNormalization } from '../nn/layers/normalization.ts';
import { meanSquaredError } from '../nn/losses/index.ts';
import { l2 } from '../nn/weights/regularizers.ts';
import { sgd } from '../optim/sgd.ts';
import { StoreLayout } from '../runtime/layout.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { createWasmExecutor } from '../runtime/wasm/executor.ts';
import { createStream } from '../util/random.ts';
import { functional, modelFromConfig, sequential } from './build.ts';
import { extendModel } from './extendModel.ts';
import { insideOf, type Model } from './model.ts';
import { compileTraining, lossGraph } from './network/graphs.ts';
import { loadModel, saveModel } from './savedModel.ts';

const stream = createStream(8, 'data');
const table = (rows: number, width: number): number[][] =>
  Array.from({ length: rows }, () => Array.from({ length: width }, () => stream.normal()));
const data = { x: table(20, 4), y: table(20, 2) };
const common = { loss: 'meanSquaredError', optimizer: 'adam', epochs: 3, batchSize: 8 } as const;

const weightsOf = (model: Model) =>
  new Map(model.getWeights().map(({ name, values }) => [name, [...values]]));

const base = () =>
  sequential([dense(6, { activation: 'relu' }), batchNormalization(), dropout(0.2), dense(5), dense(2)], {
    inputShape: [4],
    seed: 1,
  });

const executors = [new ReferenceExecutor('float64'), createWasmExecutor({ threads: 1 })].map((executor) => ({
  executor,
  name: executor.name,
}));

test.each(executors)(
  'what is frozen stays as it is, to the last bit, and the rest learns: $name',
  async ({ executor }) => {
    const model = base();
    await model.fit(data, { ...common, executor });
    const before = weightsOf(model);
    model.freeze(['dense', 'batchNormalization']);
    await model.fit(data, { ...common, executor });
    const after = weightsOf(model);
    for (const [name, values] of before) {
      const isFrozen = name.startsWith('dense/') || name.startsWith('batchNormalization/');
      if (isFrozen) expect(after.get(name), name).toEqual(values);
      else expect(after.get(name), name).not.toEqual(values);
    }
    model.unfreeze('dense');
    await model.fit(data, { ...common, executor });
    expect(weightsOf(model).get('dense/kernel')).not.toEqual(after.get('dense/kernel'));
    expect(weightsOf(model).get('batchNormalization/movingMean')).toEqual(
      before.get('batchNormalization/movingMean'),
    );
  },
);

test('nothing is computed for the gradients of what is frozen', () => {
  const programOf = (model: Model) => {
    const { network } = insideOf(model);
    const loss = meanSquaredError();
    const graph = lossGraph(network, loss, { kind: 'values', width: 2 }, true);
    const layout = new StoreLayout(network.specs);
    return compileTraining(graph, { optimizer: sgd(), layout });
  };
  const productsOf = (model: Model) =>
    programOf(model).instructions.filter(({ op }) => op.startsWith('matmul')).length;
  const model = sequential([dense(6, { activation: 'relu' }), dense(5), dense(2)], { inputShape: [4] });
  // Forwards one product a layer, backwards one for each kernel and one for each input but the first.
  expect(productsOf(model)).toBe(3 + 3 + 2);
  model.freeze(['dense', 'dense_1']);
  expect(productsOf(model)).toBe(3 + 1);
  expect(programOf(model).instructions.filter(({ op }) => op === 'update')).toHaveLength(1);
  model.unfreeze('dense_1');
  expect(productsOf(model)).toBe(3 + 2 + 1);
});

test('a layer learns at a rate of its own: a tenth of the rate, a tenth of the step', async () => {
  const step = async (factor: number): Promise<number> => {
    const model = sequential([dense(3), dense(2)], { inputShape: [4], seed: 1 });
    const before = weightsOf(model).get('dense/kernel')!;
    model.unfreeze('dense', { learningRateFactor: factor });
    const executor = new ReferenceExecutor('float64');
    const once = { loss: 'meanSquaredError', optimizer: 'sgd', epochs: 1, batchSize: 20, executor } as const;
    await model.fit(data, once);
    return weightsOf(model).get('dense/kernel')![0] - before[0];
  };
  expect((await step(0.1)) / (await step(1))).toBeCloseTo(0.1, 9);
  expect(Math.abs(await step(0))).toBe(0);
});

test('penalties of what is frozen do not count', async () => {
  const model = sequential([dense(3, { kernelRegularizer: l2(1) }), dense(2)], { inputShape: [4], seed: 1 });
  const withPenalty = await model.evaluate(data, { loss: 'meanSquaredError' });
  model.freeze('dense');
  const without = await model.evaluate(data, { loss: 'meanSquaredError' });
  const kernel = weightsOf(model).get('dense/kernel')!;
  const penalty = kernel.reduce((sum, value) => sum + value * value, 0);
  expect(withPenalty['loss'] - without['loss']).toBeCloseTo(penalty, 4);
});

test('a model file keeps what is frozen and at which rate a layer learns', async () => {
  const model = base();
  model.freeze('dense');
  model.unfreeze('dense_1', { learningRateFactor: 0.25 });
  const { model: copy } = loadModel(saveModel(model));
  expect(copy.config()).toEqual(model.config());
  expect(
    copy.config().layers.map(({ trainable, learningRateFactor }) => [trainable, learningRateFactor]),
  ).toEqual([
    [false, undefined],
    [undefined, undefined],
    [undefined, undefined],
    [undefined, 0.25],
    [undefined, undefined],
  ]);
  await Promise.all([model.fit(data, common), copy.fit(data, common)]);
  expect(weightsOf(copy)).toEqual(weightsOf(model));
  for (const damage of [{ trainable: 'no' }, { learningRateFactor: -1 }, { learningRateFactor: null }]) {
    const config = model.config();
    const layers = config.layers.map((layer) => ({ ...layer, ...damage }));
    expect(() => modelFromConfig({ ...config, layers } as never)).toThrow('a model description with a layer');
  }
});

test('the layers of a trained model carry a new head, with their weights', async () => {
  const model = base();
  await model.fit(data, common);
  const trained = weightsOf(model);
  const other = extendModel(model, { head: [dense(7, { activation: 'relu' }), dense(1)], seed: 5 });
  expect(other.layerNames).toEqual([
    'dense',
    'batchNormalization',
    'dropout',
    'dense_1',
    'dense_2',
    'dense_3',
  ]);
  expect(other.outputShape).toEqual([1]);
  const start = weightsOf(other);
  for (const layer of ['dense', 'batchNormalization', 'dense_1'])
    for (const [name, values] of start)
      if (name.startsWith(`${layer}/`)) expect(values, name).toEqual(trained.get(name));
  await other.fit({ x: data.x, y: data.y.map(([value]) => value) }, common);
  const tuned = weightsOf(other);
  expect(tuned.get('dense_1/kernel')).toEqual(trained.get('dense_1/kernel'));
  expect(tuned.get('dense_2/kernel')).not.toEqual(start.get('dense_2/kernel'));
  // The first model has not noticed.
  expect(weightsOf(model)).toEqual(trained);
});

test('a branch of a functional model can be taken over; shared layers stay shared', async () => {
  const [a, b] = [input([4], { name: 'a' }), input([4], { name: 'b' })];
  const shared = dense(3, { name: 'shared' });
  const sum = add()(shared(a), shared(b));
  const model = functional({ inputs: [a, b], outputs: dense(2)(dense(3, { name: 'top' })(sum)) });
  const whole = extendModel(model, { head: [dense(1)] });
  expect(whole.layerNames).toEqual(['shared', 'add', 'top', 'dense']);
  expect((await whole.predict({ a: data.x, b: data.x })).shape).toEqual([20, 1]);
  const residual = functional({ inputs: [a], outputs: add({ name: 'sum' })(shared(a), dense(3)(a)) });
  expect(() => extendModel(residual, { head: [dense(1)] })).toThrow('Name the last layer to take over');
  const branch = extendModel(residual, { head: [], upTo: 'shared', freeze: false });
  expect(branch.layerNames).toEqual(['shared']);
  expect((await branch.predict(data.x)).shape).toEqual([20, 3]);
  expect(branch.parameterCount).toBe(15);
});

test('wrong names and a running fit are refused', async () => {
  const model = base();
  expect(() => model.freeze('dens')).toThrow("the layer 'dens'. Expected one of dense, batchNormalization");
  expect(() => model.unfreeze('dense', { learningRateFactor: -1 })).toThrow('learningRateFactor is -1');
  expect(() => extendModel(model, { head: [dense(1)], upTo: 'dense_9' })).toThrow("the layer 'dense_9'");
  expect(() => extendModel(model, { layers: [] } as never)).toThrow("the option 'layers' of extendModel");
  expect(() => extendModel(sequential([dense(1)]), { head: [] })).toThrow(
    'does not know the shape of its input',
  );
  const fit = model.fit(data, common);
  expect(() => model.freeze('dense')).toThrow('while a fit is running');
  await fit;
});
