import { expect, test } from 'vitest';
import { compile } from '../../compile/compile.ts';
import { differentiate } from '../../graph/differentiate.ts';
import * as $ from '../../graph/operations.ts';
import { sequential } from '../../models/build.ts';
import { lineUp, Network } from '../../models/network/network.ts';
import { loadModel, saveModel } from '../../models/savedModel.ts';
import { sgd } from '../../optim/sgd.ts';
import type { Executor } from '../../runtime/executor.ts';
import { StoreLayout } from '../../runtime/layout.ts';
import { ReferenceExecutor } from '../../runtime/reference/executor.ts';
import { createWasmExecutor } from '../../runtime/wasm/executor.ts';
import { fixture } from '../../testing/trajectories.ts';
import type { TrainingState } from '../../train/state.ts';
import { createStream } from '../../util/random.ts';
import type { Layer } from '../layer.ts';
import { embedding } from '../sequences/embedding.ts';
import { l1, l1l2, l2 } from '../weights/regularizers.ts';
import { activation } from './activation.ts';
import { dense } from './dense.ts';
import { batchNormalization, layerNormalization } from './normalization.ts';
import { prelu } from './prelu.ts';

type Named = Readonly<Record<string, number[]>>;

interface Step {
  readonly x: number[];
  readonly upstream: number[];
  readonly output: number[];
  /** By x, where that is no list of words. */
  readonly gradient?: number[];
  readonly gradients: Named;
  /** The state after the step. */
  readonly state: Named;
}

interface Case {
  readonly layer: 'batchNormalization' | 'layerNormalization' | 'prelu';
  readonly library: 'keras' | 'torch';
  readonly options: object;
  /** How many words an embedding in front knows, which masks the first. */
  readonly words?: number;
  readonly shape: number[];
  readonly parameters: Readonly<Record<string, { shape: number[]; values: number[] }>>;
  readonly steps: readonly Step[];
  readonly evaluation: Step;
}

interface Trajectory {
  readonly learningRate: number;
  readonly x: number[][];
  readonly y: number[][];
  readonly parameters: Case['parameters'];
  readonly losses: number[];
  readonly weights: Named;
  readonly prediction: number[];
}

const { cases: kerasCases, network: trajectory } = fixture<{
  readonly cases: readonly Case[];
  readonly network: Trajectory;
}>('normalization');
const cases = [...kerasCases, ...fixture<{ readonly cases: readonly Case[] }>('normalizationPytorch').cases];

const executors = [
  { executor: new ReferenceExecutor('float64'), bound: 1e-10 },
  { executor: new ReferenceExecutor('float32'), bound: 1e-5 },
  { executor: createWasmExecutor({ numerics: 'portable', threads: 1 }), bound: 1e-5 },
  { executor: createWasmExecutor({ numerics: 'fast', threads: 1 }), bound: 1e-5 },
].map((row) => ({ ...row, name: row.executor.name }));

const norm = (values: ArrayLike<number>): number =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));

/** ‖got − wanted‖ ≤ bound·‖wanted‖; `floor` is the scale of what should be 0. */
function expectNear(
  got: ArrayLike<number>,
  wanted: readonly number[],
  bound: number,
  what: string,
  floor = 0,
): void {
  expect(got.length, what).toBe(wanted.length);
  const difference = norm(wanted.map((value, i) => value - got[i]));
  expect(difference, what).toBeLessThanOrEqual(bound * Math.max(norm(wanted), floor));
}

const makers = { batchNormalization, layerNormalization, prelu };

/** Run one layer by itself, or after an embedding: its output, the gradients of Σ upstream·output, its next state. */
function runner(
  layer: Layer,
  { words, shape, parameters }: Omit<Case, 'steps' | 'evaluation'>,
  executor: Executor,
) {
  const [front, inputShape] =
    words === undefined
      ? [[], shape.slice(1)]
      : [[embedding(words, shape[shape.length - 1], { maskZero: true })], shape.slice(1, -1)];
  const network = new Network(lineUp([...front, layer], inputShape));
  const store = executor.createStore(new StoreLayout(network.specs), 0);
  const pathOf = (own: string): string =>
    own === 'embeddings' ? 'embedding/embeddings' : `${layer.definition.type}/${own}`;
  for (const [own, { values }] of Object.entries(parameters)) store.write(pathOf(own), values);
  const sessionFor = (training: boolean) => {
    const { prediction, values, assignments } = network.trace(training);
    const loss = $.sum($.multiply(prediction, $.input('upstream', prediction.shape)));
    const [gradient] = differentiate(new Map([[loss, $.constant(1)]]), [values[0]]);
    const program = compile({
      loss,
      outputs: gradient === undefined ? { prediction } : { prediction, gradient },
      trainable: network.specs.filter(({ trainable }) => trainable).map((spec) => spec.name),
      assignments,
    });
    return executor.createSession(program, { store, rowCapacity: shape[0] });
  };
  const [training, evaluation] = [sessionFor(true), sessionFor(false)];
  return {
    run({ x, upstream }: Pick<Step, 'x' | 'upstream'>, isTraining = true) {
      const session = isTraining ? training : evaluation;
      session.write('input', x);
      session.write('upstream', upstream);
      expect(session.runOnce(shape[0])).toBe('done');
      const gradient = words === undefined ? session.read('gradient') : [];
      return { output: session.read('prediction'), gradient };
    },
    read: (own: string) => store.read(pathOf(own)),
    write: (own: string, values: ArrayLike<number>) => store.write(pathOf(own), values),
    gradient: (own: string) => store.read(pathOf(own), 'gradient'),
  };
}

/** PyTorch's moving variance takes n/(n − 1) times the batch's: give what it would be without. */
function withoutCorrection({ steps, parameters, shape }: Case): number[][] {
  const count = shape.slice(0, -1).reduce((a, b) => a * b, 1);
  let before = parameters['movingVariance'].values;
  let plain = before;
  return steps.map(({ state: { movingVariance: after } }) => {
    plain = after.map((value, k) => 0.9 * plain[k] + ((value - 0.9 * before[k]) * (count - 1)) / count);
    before = after;
    return plain;
  });
}

test.each(executors)('layers are those of Keras and PyTorch: $name within $bound', ({ executor, bound }) => {
  for (const given of cases) {
    const { layer, library, options, words, shape, steps, evaluation } = given;
    const what = `${library} ${layer} ${JSON.stringify(options)} [${shape}]${words === undefined ? '' : ' masked'}`;
    const { run, read, write, gradient: gradientOf } = runner(makers[layer](options), given, executor);
    const isUncorrected = library === 'torch' && layer === 'batchNormalization';
    const variances = isUncorrected
      ? withoutCorrection(given)
      : steps.map(({ state }) => state['movingVariance']);
    const expectStep = (step: Step, isTraining: boolean): void => {
      const scale = norm(step.upstream);
      const { output, gradient } = run(step, isTraining);
      const mode = `${what}${isTraining ? '' : ', evaluated'}:`;
      expectNear(output, step.output, bound, `${mode} output`);
      // A normalised value may hardly depend on x: its gradient is then a difference of larger ones.
      if (step.gradient) expectNear(gradient, step.gradient, bound, `${mode} gradient of x`, scale);
      for (const [name, values] of Object.entries(step.gradients))
        expectNear(gradientOf(name), values, bound, `${mode} gradient of ${name}`, scale);
    };
    steps.forEach((step, i) => {
      expectStep(step, true);
      for (const [name, values] of Object.entries(step.state)) {
        const wanted = name === 'movingVariance' ? variances[i] : values;
        expectNear(read(name), wanted, bound, `${what} ${name}`);
      }
    });
    // The moving statistics that the library has come to, which are PyTorch's own.
    for (const [name, values] of Object.entries(evaluation.state)) write(name, values);
    expectStep(evaluation, false);
  }
});

test.each(executors)(
  'a network trains as in Keras, penalties included: $name',
  async ({ executor, bound }) => {
    const { learningRate, x, y, parameters, losses, weights, prediction } = trajectory;
    const layers = [
      dense(7, { kernelRegularizer: l1(0.01) }),
      batchNormalization({ momentum: 0.8 }),
      prelu(),
      dense(5, { kernelRegularizer: l2(0.02), biasRegularizer: l2(0.03) }),
      layerNormalization(),
      dense(3, { kernelRegularizer: l1l2({ l1: 0.003, l2: 0.004 }) }),
    ];
    const model = sequential(layers, { inputShape: [4] });
    model.setWeights(
      Object.entries(parameters).map(([name, { shape, values }]) => ({
        name,
        shape,
        values: Float64Array.from(values),
      })),
    );
    const { epochs } = await model.fit(
      { x, y },
      {
        loss: 'meanSquaredError',
        optimizer: sgd({ learningRate }),
        epochs: 5,
        batchSize: 11,
        shuffle: false,
        executor,
      },
    );
    expectNear(
      epochs.map(({ loss }) => loss),
      losses,
      bound,
      'losses',
    );
    for (const { name, values } of model.getWeights()) expectNear(values, weights[name], bound, name);
    const { values } = await model.predict(x, { executor });
    // Predictions leave in float32, whatever computed them.
    expectNear(values, prediction, Math.max(bound, 1e-7), 'prediction');
  },
);

const table = (rows: number, width: number): number[][] => {
  const stream = createStream(5, 'data');
  return Array.from({ length: rows }, () => Array.from({ length: width }, () => stream.normal()));
};

const data = { x: table(70, 6), y: table(70, 3) };
const small = () =>
  sequential([dense(40, { activation: 'relu' }), batchNormalization(), layerNormalization(), dense(3)], {
    inputShape: [6],
    seed: 3,
  });
const common = { loss: 'meanSquaredError', optimizer: 'adam', batchSize: 16, seed: 4 } as const;
const bitsOf = (model: ReturnType<typeof small>) => model.getWeights().map(({ values }) => [...values]);

test('any number of threads gives the same bits, and an interrupted training goes on with them', async () => {
  const runs = await Promise.all(
    [1, 2, 3].map(async (threads) => {
      const model = small();
      await model.fit(data, { ...common, epochs: 4, numerics: 'portable', threads });
      return bitsOf(model);
    }),
  );
  expect(runs[1]).toEqual(runs[0]);
  expect(runs[2]).toEqual(runs[0]);
  let state: TrainingState | undefined;
  const save = (saved: TrainingState) => {
    state ??= saved;
  };
  const checkpoint = { everySteps: 7, save };
  await small().fit(data, { ...common, epochs: 4, numerics: 'portable', threads: 1, checkpoint });
  const resumed = small();
  await resumed.fit(data, { ...common, epochs: 4, numerics: 'portable', threads: 1, resume: state });
  expect(bitsOf(resumed)).toEqual(runs[0]);
});

test('threads that share the work of large layers change no bit', async () => {
  const rows = table(512, 64);
  const [first, ...others] = await Promise.all(
    [1, 2, 4].map(async (threads) => {
      const layers = [dense(512), batchNormalization(), layerNormalization(), prelu(), dense(3)];
      const model = sequential(layers, { inputShape: [64] });
      const large = { x: rows, y: rows.map((row) => row.slice(0, 3)) };
      await model.fit(large, { ...common, epochs: 2, batchSize: 256, numerics: 'portable', threads });
      return bitsOf(model);
    }),
  );
  for (const other of others) expect(other).toEqual(first);
});

test('a model file keeps moving statistics and options: the copy predicts and trains with the same bits', async () => {
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

test('a batch of one row becomes beta, and its gradients are 0 but for that of beta', () => {
  const shape = [1, 3];
  const parameters = {
    gamma: { shape: [3], values: [2, 3, 4] },
    beta: { shape: [3], values: [5, 6, 7] },
    movingMean: { shape: [3], values: [1, 1, 1] },
    movingVariance: { shape: [3], values: [1, 1, 1] },
  };
  for (const { executor } of executors) {
    const one = { ...cases[0], shape, parameters };
    const layer = runner(batchNormalization({ momentum: 0.5 }), one, executor);
    const { output, gradient } = layer.run({ x: [10, -20, 30], upstream: [1, 2, 3] });
    expect([...output]).toEqual([5, 6, 7]);
    expect([...gradient].map(Math.abs)).toEqual([0, 0, 0]);
    expect([...layer.gradient('gamma')].map(Math.abs)).toEqual([0, 0, 0]);
    expect([...layer.gradient('beta')]).toEqual([1, 2, 3]);
    expect([...layer.read('movingMean')]).toEqual([5.5, -9.5, 15.5]);
    expect([...layer.read('movingVariance')]).toEqual([0.5, 0.5, 0.5]);
  }
});

test('training warns of batches that the statistics of one row make useless', async () => {
  const warningsOf = async (rows: number, batchSize: number, trainable = true): Promise<string[]> => {
    const messages: string[] = [];
    const model = sequential([batchNormalization({ trainable }), dense(1)], { inputShape: [2] });
    const x = table(rows, 2);
    await model.fit(
      { x, y: x.map(([value]) => value) },
      {
        ...common,
        epochs: 1,
        batchSize,
        onEvent: (event) => void (event.type === 'warning' && messages.push(event.message)),
      },
    );
    return messages;
  };
  expect(await warningsOf(9, 4)).toEqual([
    "The layer 'batchNormalization' learns nothing from fewer than 2 rows, and the last batch of an epoch has 1. Choose another batchSize.",
  ]);
  expect((await warningsOf(3, 1))[0]).toContain('batches have 1');
  expect(await warningsOf(10, 4)).toEqual([]);
  expect(await warningsOf(9, 4, false)).toEqual([]);
});

test('a shared layer moves its statistics once a call, the second from where the first has left them', () => {
  const layer = batchNormalization({ momentum: 0.5 });
  const network = new Network(lineUp([layer, activation('identity'), layer], [2]));
  const { assignments } = network.trace(true);
  expect(assignments.map(([name]) => name)).toEqual([
    'batchNormalization/movingMean',
    'batchNormalization/movingVariance',
  ]);
  const executor = new ReferenceExecutor('float64');
  const store = executor.createStore(new StoreLayout(network.specs), 0);
  store.write('batchNormalization/movingMean', [8, 8]);
  const session = executor.createSession(compile({ assignments }), { store, rowCapacity: 2 });
  session.write('input', [2, 4, 4, 8]);
  session.runOnce(2);
  // The first call leaves (8 + 3)/2 and (8 + 6)/2; the second sees gamma = 0, so beta = 0, and halves them.
  expect([...store.read('batchNormalization/movingMean')]).toEqual([2.75, 3.5]);
});

test('a layer that is frozen normalises by its moving statistics, and keeps them', async () => {
  const model = sequential([batchNormalization({ trainable: false }), dense(1)], { inputShape: [2] });
  const executor = new ReferenceExecutor('float64');
  await model.fit({ x: [[3], [5]].map(([v]) => [v, -v]), y: [1, 2] }, { ...common, epochs: 3, executor });
  const weights = new Map(model.getWeights().map(({ name, values }) => [name, [...values]]));
  expect(weights.get('batchNormalization/movingMean')).toEqual([0, 0]);
  expect(weights.get('batchNormalization/gamma')).toEqual([1, 1]);
  expect(weights.get('dense/kernel')).not.toEqual([0, 0]);
});

test('options are checked', () => {
  expect(() => batchNormalization({ momentum: 1 })).toThrow('momentum is 1. Expected a number of at least 0');
  expect(() => batchNormalization({ epsilon: 0 })).toThrow('epsilon is 0');
  expect(() => layerNormalization({ momentum: 0.9 } as never)).toThrow("the option 'momentum' of layerNorm");
  expect(() => layerNormalization({ decayFactor: -1 })).toThrow('decayFactor is -1');
  expect(() => batchNormalization({ trainable: 1 as never })).toThrow('trainable is 1');
});
