import { expect, test } from 'vitest';
import { compile } from '../../compile/compile.ts';
import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { sequential } from '../../models/build.ts';
import { lineUp, Network } from '../../models/network/network.ts';
import { loadModel, saveModel } from '../../models/savedModel.ts';
import { StoreLayout } from '../../runtime/layout.ts';
import { interpret } from '../../runtime/reference/interpret.ts';
import { createWasmExecutor } from '../../runtime/wasm/executor.ts';
import { gradientError, point } from '../../testing/centralDifferences.ts';
import type { TrainingState } from '../../train/state.ts';
import { createStream } from '../../util/random.ts';
import { defineLayer, type Layer } from '../layer.ts';
import { activation } from '../layers/activation.ts';
import { dense } from '../layers/dense.ts';
import { dropout } from '../layers/dropout.ts';
import { add, concatenate } from '../layers/merge.ts';
import { flatten } from '../layers/reshape.ts';
import { given, zeros } from '../weights/initializers.ts';
import { l2 } from '../weights/regularizers.ts';
import { bidirectional } from './bidirectional.ts';
import { embedding } from './embedding.ts';
import { gru } from './gru.ts';
import { lstm } from './lstm.ts';
import { masking } from './masking.ts';
import { simpleRnn } from './simpleRnn.ts';

const stream = createStream(7, 'data');
const near = (): number => stream.normal();

/** Evaluate what a network gives, dropout at work, for one input. */
function valuesOf(layers: readonly Layer[], shape: readonly number[], x: readonly number[], step = 0) {
  const network = new Network(lineUp(layers, shape));
  const { prediction } = network.trace(true);
  const parameters = new Map(
    [...network.parameters].map(([name, { shape: own, initializer }]) => [
      name,
      initializer.values(own, createStream(1, 'init')),
    ]),
  );
  const rows = x.length / shape.reduce((a, b) => a * b, 1);
  const [result] = interpret(
    [prediction],
    { inputs: { input: Float64Array.from(x) }, parameters: (name) => parameters.get(name)! },
    { rows, step, seed: 5 },
  );
  return result;
}

test('gradients of every layer, |a − n| ≤ 1e-6·max(|a|, |n|, 1e-3·‖g‖∞), first and second order', () => {
  const layers: Readonly<Record<string, Layer>> = {
    simpleRnn: simpleRnn(3, { returnSequences: true }),
    lstm: lstm(3),
    'lstm of other functions': lstm(2, { activation: 'softplus', recurrentActivation: 'tanh' }),
    gru: gru(3, { returnSequences: true, goBackwards: true }),
    'gru, reset before': gru(3, { resetAfter: false }),
    bidirectional: bidirectional(lstm(2, { returnSequences: true }), { merge: 'multiply' }),
    'lstm with dropout': lstm(3, { dropout: 0.3, recurrentDropout: 0.3 }),
  };
  const x = [2, 3, 2];
  const mask = $.constant([1, 0, 1, 0, 1, 1], [2, 3]);
  for (const [name, { definition }] of Object.entries(layers)) {
    const declared = Object.entries(definition.parameters?.([x]) ?? {});
    const points = [x, ...declared.map(([, { shape }]) => shape)].map((shape) => point(shape, near));
    for (const masks of [[undefined], [mask]]) {
      const build = (input: Tensor, ...given: Tensor[]): Tensor =>
        definition.call([input], {
          name,
          training: true,
          trainable: true,
          masks,
          parameter: (own) => given[declared.findIndex(([key]) => key === own)],
          assign: () => {},
          stream: (purpose) => purpose,
        });
      for (const order of [1, 2] as const) {
        const { worst, where } = gradientError(build, points, order);
        if (!(worst <= 1)) expect.fail(`${name}, order ${order}: ${worst} times the bound at ${where}`);
      }
    }
  }
}, 60_000);

test('dropout of a sequence takes the same inputs at every step, and others in every training step', () => {
  const identity = { kernelInitializer: given([1, 0, 0, 0, 1, 0, 0, 0, 1]), recurrentInitializer: zeros() };
  const layer = () =>
    simpleRnn(3, { activation: 'identity', returnSequences: true, dropout: 0.5, ...identity });
  const masks = [0, 1].map((step) => {
    const { values } = valuesOf([layer()], [4, 3], new Array(20 * 4 * 3).fill(1), step);
    const first = Array.from({ length: 60 }, (_, i) => values[Math.floor(i / 3) * 12 + (i % 3)]);
    for (let i = 0; i < values.length; i++)
      expect(values[i]).toBe(first[Math.floor(i / 12) * 3 + ((i % 12) % 3)]);
    expect([...new Set(first)].sort()).toEqual([0, 2]);
    return first;
  });
  expect(masks[0]).not.toEqual(masks[1]);
});

test('recurrent dropout takes the same outputs on their way to every next step', () => {
  const counting = { kernelInitializer: given([1, 1]), recurrentInitializer: given([1, 0, 0, 1]) };
  const layer = simpleRnn(2, { activation: 'identity', recurrentDropout: 0.5, ...counting });
  // With h ← 1 + m·h over three steps: 1 where m = 0, 1 + 2 + 4 where m = 2.
  const { values } = valuesOf([layer], [3, 1], new Array(60).fill(1));
  expect([...new Set(values)].sort()).toEqual([1, 7]);
});

test('masks go through what keeps time, end where time ends, and join where sequences join', () => {
  const seen: (readonly (number | undefined)[])[] = [];
  const probe = () =>
    defineLayer({
      type: 'probe',
      call([x, ...others], { masks }) {
        seen.push(masks.map((mask) => mask?.shape[1]));
        return others.reduce((a, b) => $.add(a, b), x);
      },
    });
  const sequence = () => [masking(), dense(2), activation('tanh'), dropout(0.5)];
  sequential([...sequence(), probe(), lstm(2, { returnSequences: true }), probe()], { inputShape: [5, 3] });
  sequential([...sequence(), flatten(), probe()], { inputShape: [5, 3] });
  sequential([...sequence(), lstm(2), probe()], { inputShape: [5, 3] });
  expect(seen).toEqual([[5], [5], [undefined], [undefined]]);
});

test('a step counts in a sum that counts in one of its terms', () => {
  const [zero, one] = [masking(0), masking(1)];
  const x = [0, 0, 1, 1, 0, 1];
  const network = new Network({
    inputs: [{ name: 'input', shape: [3, 2] }],
    layers: [zero, one, add(), simpleRnn(1, { returnSequences: true })].map(({ definition }, i) => ({
      name: `l${i}`,
      definition,
      trainable: true,
      learningRateFactor: 1,
    })),
    calls: [
      { layer: 0, inputs: [0] },
      { layer: 1, inputs: [0] },
      { layer: 2, inputs: [1, 2] },
      { layer: 3, inputs: [3] },
    ],
    output: 4,
  });
  const ones = (name: string) => new Float64Array(name.endsWith('kernel') ? 2 : 1).fill(1);
  const [{ values }] = interpret(
    [network.trace(false).prediction],
    { inputs: { input: Float64Array.from(x) }, parameters: ones },
    { rows: 1 },
  );
  // Every step counts in one of the two, so that none is held.
  expect(new Set(values).size).toBe(3);
});

test('concatenated sequences keep their masks, one after the other and side by side', () => {
  const x = [0, 5, 0, 7];
  const masked = [masking(), masking(5)].map(({ definition }) => definition);
  const maskOf = (axis: number, second: number): number[] | undefined => {
    const joint = concatenate({ axis });
    const layers = [...masked, joint.definition].map((definition, i) => ({
      name: `l${i}`,
      definition,
      trainable: true,
      learningRateFactor: 1,
    }));
    const calls = [
      { layer: 0, inputs: [0] },
      { layer: 1, inputs: [0] },
      { layer: 2, inputs: [1, second] },
    ];
    const network = new Network({ inputs: [{ name: 'input', shape: [4, 1] }], layers, calls, output: 3 });
    const { mask } = network.trace(false);
    if (mask === undefined) return undefined;
    const inputs = { input: Float64Array.from(x) };
    const [{ values }] = interpret([mask], { inputs, parameters: () => new Float64Array(0) }, { rows: 1 });
    return [...values];
  };
  // As in Keras: what has no mask counts.
  for (const axis of [1, -2]) {
    expect(maskOf(axis, 2)).toEqual([0, 1, 0, 1, 1, 0, 1, 1]);
    expect(maskOf(axis, 0)).toEqual([0, 1, 0, 1, 1, 1, 1, 1]);
  }
  expect(maskOf(-1, 2)).toEqual([1, 1, 1, 1]);
  expect(maskOf(-1, 1)).toEqual([0, 1, 0, 1]);
  expect(maskOf(-1, 0)).toBeUndefined();
});

test('the mask of a sequence turned round is turned round', () => {
  const back = { goBackwards: true, returnSequences: true } as const;
  const copy = {
    kernelInitializer: given([1]),
    recurrentInitializer: given([1]),
    activation: 'identity',
  } as const;
  // Sums from the end, then sums of those from their end, padding passed over.
  const layers = [masking(9), simpleRnn(1, { ...back, ...copy }), simpleRnn(1, { ...back, ...copy })];
  const { values } = valuesOf(layers, [4, 1], [9, 1, 2, 4]);
  // First: 4, 6, 7, (7 held); its mask 1 1 1 0; backwards over 7: held at 0, then 7, 13, 17.
  expect([...values]).toEqual([0, 7, 13, 17]);
});

test('an index outside of the vocabulary is refused with its row and column, before anything is trained', async () => {
  const model = sequential([embedding(10, 2), flatten(), dense(1)], { inputShape: [3] });
  const y = [0, 1];
  const options = { loss: 'meanSquaredError', optimizer: 'sgd', epochs: 1 } as const;
  const before = model.getWeights().map(({ values }) => [...values]);
  for (const [bad, word] of [
    [10, '10'],
    [-1, '-1'],
    [1.5, '1.5'],
  ] as const) {
    const x = [
      [1, 2, 3],
      [4, bad, 6],
    ];
    const message = `the index ${word} in row 2, column 2 of x. Expected a whole number from 0 to 9, as the embedding has 10 vectors`;
    await expect(model.fit({ x, y }, options)).rejects.toThrow(message);
    await expect(model.predict(x)).rejects.toThrow(message);
    await expect(model.evaluate({ x, y }, { loss: options.loss })).rejects.toThrow(message);
    const predictor = await model.predictor({ rows: 2 });
    expect(() => predictor.predict(x.flat())).toThrow(message);
  }
  await expect(model.predict([[[1, 2], 3, 4]] as never)).rejects.toThrow('row.flat()');
  const bytes = { values: Uint8Array.of(1, 2, 200), width: 3 };
  await expect(model.predict(bytes)).rejects.toThrow('the index 200 in row 1, column 3');
  expect(model.getWeights().map(({ values }) => [...values])).toEqual(before);
});

const small = () =>
  sequential(
    [
      embedding(20, 6, { maskZero: true, embeddingsRegularizer: l2(1e-3) }),
      bidirectional(lstm(8, { returnSequences: true, dropout: 0.2, recurrentDropout: 0.2 })),
      gru(9, { returnSequences: true, resetAfter: false, recurrentRegularizer: l2(1e-3) }),
      simpleRnn(5, { goBackwards: true }),
      dense(1),
    ],
    { inputShape: [7], seed: 3 },
  );
const rows = Array.from({ length: 70 }, () =>
  Array.from({ length: 7 }, (_, i) => (i < stream.integer(5) ? 0 : 1 + stream.integer(19))),
);
const data = { x: rows, y: rows.map((row) => (row.includes(7) ? 1 : 0)) };
const common = { loss: 'binaryCrossEntropy', optimizer: 'adam', batchSize: 16, seed: 4 } as const;
const bitsOf = (model: ReturnType<typeof small>) => model.getWeights().map(({ values }) => [...values]);

test('any number of threads gives the same bits', async () => {
  // Large enough that threads share the products of a step and the gates.
  const wide = () =>
    sequential([embedding(200, 32), bidirectional(lstm(48, { returnSequences: true })), gru(32), dense(1)], {
      inputShape: [10],
      seed: 3,
    });
  const words = Array.from({ length: 256 }, () => Array.from({ length: 10 }, () => stream.integer(200)));
  const table = { x: words, y: words.map((row) => (row.some((word) => word < 10) ? 1 : 0)) };
  const runs = await Promise.all(
    [1, 2, 4].map(async (threads) => {
      const model = wide();
      await model.fit(table, { ...common, batchSize: 64, epochs: 4, numerics: 'portable', threads });
      return bitsOf(model);
    }),
  );
  expect(runs[1]).toEqual(runs[0]);
  expect(runs[2]).toEqual(runs[0]);
});

test('slices of any budget give the same bits as one go', () => {
  const network = new Network(
    lineUp(
      [embedding(9, 5, { maskZero: true }), bidirectional(lstm(6, { returnSequences: true })), gru(4)],
      [5],
    ),
  );
  const { prediction } = network.trace(true);
  const executor = createWasmExecutor({ numerics: 'portable', threads: 1 });
  const specs = network.specs;
  const program = compile({
    loss: $.mean($.square(prediction)),
    trainable: specs.map(({ name }) => name),
    gathered: true,
  });
  const gradientsBy = (work: number): number[][] => {
    const store = executor.createStore(new StoreLayout(specs), 0);
    for (const [name, { shape, initializer }] of network.parameters)
      store.write(name, initializer.values(shape, createStream(2, 'init')));
    const session = executor.createSession(program, { store, rowCapacity: 8 });
    const values = Float64Array.from({ length: 40 }, (_, i) => (i * 7) % 9);
    session.bind('input', executor.createData({ values, width: 5 }));
    session.start({ range: 'valueAndGradient', steps: 1, batchSize: 8, rowCount: 8 });
    while (session.advance(work) === 'paused');
    const gradients = specs.map(({ name }) => [...store.read(name, 'gradient')]);
    session.dispose();
    return gradients;
  };
  const whole = gradientsBy(1e9);
  expect(whole.flat().some((g) => g !== 0)).toBe(true);
  for (const work of [1, 200]) expect(gradientsBy(work)).toEqual(whole);
});

test('an interrupted training goes on with the same bits', async () => {
  const model = small();
  const options = { ...common, epochs: 4, numerics: 'portable', threads: 1 } as const;
  await model.fit(data, options);
  let state: TrainingState | undefined;
  const save = (saved: TrainingState) => {
    state ??= saved;
  };
  await small().fit(data, { ...options, checkpoint: { everySteps: 7, save } });
  const resumed = small();
  await resumed.fit(data, { ...options, resume: state });
  expect(bitsOf(resumed)).toEqual(bitsOf(model));
});

test('a model file keeps all options: the copy predicts and trains with the same bits', async () => {
  const model = small();
  await model.fit(data, { ...common, epochs: 2 });
  const { model: copy } = loadModel(saveModel(model));
  expect(copy.config()).toEqual(model.config());
  const [before, after] = [await model.predict(data.x), await copy.predict(data.x)];
  expect([...after.values]).toEqual([...before.values]);
  await model.fit(data, { ...common, epochs: 1 });
  await copy.fit(data, { ...common, epochs: 1 });
  expect(bitsOf(copy)).toEqual(bitsOf(model));
});

test('a layer that is walked in both directions is trained as it says itself', () => {
  const inner = lstm(2, { trainable: false, learningRateFactor: 0.5 });
  const { trainable, learningRateFactor } = bidirectional(inner).definition;
  expect([trainable, learningRateFactor]).toEqual([false, 0.5]);
  expect(bidirectional(inner, { trainable: true }).definition.trainable).toBe(true);
});

test('options are checked', () => {
  expect(() => lstm(0)).toThrow('units is 0');
  expect(() => lstm(2, { dropout: 1 })).toThrow('dropout is 1. Expected a number of at least 0 and below 1');
  expect(() => lstm(2, { recurrentActivation: 'sigmid' as never })).toThrow("the activation 'sigmid'");
  expect(() => gru(2, { unitForgetBias: true } as never)).toThrow("the option 'unitForgetBias' of gru");
  expect(() => simpleRnn(2, { kernelRegularizer: 0.1 as never })).toThrow('the regularizer 0.1');
  expect(() => bidirectional(dense(2))).toThrow("bidirectional of a layer 'dense'");
  expect(() => bidirectional(lstm(2, { goBackwards: true }))).toThrow('going forwards');
  expect(() => bidirectional(lstm(2), { merge: 'concat' as never })).toThrow("the merge 'concat'");
  expect(() => embedding(2 ** 25, 2)).toThrow('at most 16777216');
  expect(() => sequential([lstm(2)], { inputShape: [3] })).toThrow('Expected [rows, time, inputs]');
  expect(() => sequential([masking()], { inputShape: [3] })).toThrow('Expected [rows, time, inputs]');
});

test('biases begin with 1 in the forget gate, recurrent kernels orthogonal', () => {
  const weights = new Map(
    sequential([lstm(3)], { inputShape: [2, 2] })
      .getWeights()
      .map(({ name, values }) => [name, [...values]]),
  );
  expect(weights.get('lstm/bias')).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
  const kernel = weights.get('lstm/recurrentKernel')!;
  const dot = (a: number, b: number): number =>
    Array.from({ length: 12 }, (_, i) => kernel[12 * a + i] * kernel[12 * b + i]).reduce((x, y) => x + y, 0);
  for (const a of [0, 1, 2]) for (const b of [0, 1, 2]) expect(dot(a, b)).toBeCloseTo(a === b ? 1 : 0, 6);
});
