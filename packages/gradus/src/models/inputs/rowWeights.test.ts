import { expect, test } from 'vitest';
import { dense } from '../../nn/layers/dense.ts';
import { given } from '../../nn/weights/initializers.ts';
import { sgd } from '../../optim/sgd.ts';
import { normwise } from '../../testing/scores.ts';
import { executors, fixture } from '../../testing/trajectories.ts';
import type { AbortedError } from '../../train/errors.ts';
import { GradusError } from '../../util/errors.ts';
import { sequential } from '../build.ts';
import type { FitOptions } from '../fit/options.ts';
import type { Model } from '../model.ts';
import type { Dataset } from './inputs.ts';

interface Training {
  readonly losses: readonly number[];
  readonly validationLosses: readonly number[];
  readonly weights: readonly (readonly number[])[];
}

const truth = fixture<{
  readonly learningRate: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly x: number[][];
  readonly labels: number[];
  readonly bits: number[][];
  readonly sampleWeight: number[];
  readonly classWeight: number[];
  readonly parameters: readonly (readonly number[])[];
  readonly kerasClassWeight: Training;
  readonly kerasSampleAndClassWeight: Training;
  readonly kerasMultiLabel: Training;
  readonly pytorchClassWeight: Training & { readonly evaluation: number };
  readonly sklearnBalanced: readonly number[];
  readonly sklearnBalancedMultiLabel: readonly number[];
}>('weights');
const { x, labels, bits, sampleWeight, classWeight } = truth;

function network(): Model {
  const [kernel, bias, second, last] = truth.parameters.map((values) => given(values));
  return sequential(
    [
      dense(5, { activation: 'tanh', kernelInitializer: kernel, biasInitializer: bias }),
      dense(3, { kernelInitializer: second, biasInitializer: last }),
    ],
    { inputShape: [4] },
  );
}

const first = ({ x: rows, y, sampleWeight: weights }: Dataset): Dataset => ({
  x: (rows as number[][]).slice(0, 7),
  y: (y as number[]).slice(0, 7),
  sampleWeight: weights === undefined ? undefined : Array.from(weights).slice(0, 7),
});

for (const { executor, normwise: bound } of executors) {
  const options = {
    loss: 'softmaxCrossEntropy',
    optimizer: sgd({ learningRate: truth.learningRate }),
    epochs: truth.epochs,
    batchSize: truth.batchSize,
    shuffle: false,
    executor,
  } as const;
  const expectTraining = async (
    data: Dataset,
    own: Partial<FitOptions>,
    expected: Training,
  ): Promise<Model> => {
    const model = network();
    const history = await model.fit(data, { ...options, ...own });
    const losses = history.epochs.map(({ loss }) => loss);
    expect(normwise(losses, expected.losses)).toBeLessThanOrEqual(bound);
    model.getWeights().forEach(({ name, values }, i) => {
      expect(normwise(values, expected.weights[i]), name).toBeLessThanOrEqual(bound);
    });
    if (own.validation !== undefined) {
      const measured = history.epochs.map(({ validationLoss }) => validationLoss!);
      expect(normwise(measured, expected.validationLosses)).toBeLessThanOrEqual(bound);
    }
    return model;
  };

  test(`weights of rows and classes train as in Keras, within ${bound}: ${executor.name}`, async () => {
    await expectTraining({ x, y: labels }, { classWeight }, truth.kerasClassWeight);
    const data = { x, y: labels, sampleWeight };
    const both = { classWeight, validation: first(data) };
    await expectTraining(data, both, truth.kerasSampleAndClassWeight);
    const several = { x, y: bits, sampleWeight };
    const loss = { loss: 'binaryCrossEntropy', validation: first(several) } as const;
    await expectTraining(several, loss, truth.kerasMultiLabel);
  });

  test(`means over the weights train as in PyTorch, within ${bound}: ${executor.name}`, async () => {
    const weighting = { classWeight, meanOver: 'weights' } as const;
    const model = await expectTraining({ x, y: labels }, weighting, truth.pytorchClassWeight);
    const { loss } = await model.evaluate({ x, y: labels }, { loss: options.loss, ...weighting });
    expect(Math.abs(loss - truth.pytorchClassWeight.evaluation)).toBeLessThanOrEqual(bound);
  });
}

const loss = 'softmaxCrossEntropy';
const { executor: double } = executors[0];

/** What the loss of each row is multiplied by, found by measuring it alone. */
async function weightsOf(data: Dataset, own: Pick<FitOptions, 'loss' | 'classWeight'>): Promise<number[]> {
  const model = network();
  const losses = async (d: Dataset, options: typeof own, only: number): Promise<number> => {
    const alone = labels.map((_, row) => (row === only ? 1 : 0));
    return (await model.evaluate({ ...d, sampleWeight: alone }, { ...options, executor: double })).loss;
  };
  const ratios: number[] = [];
  for (let row = 0; row < labels.length; row++) {
    ratios.push((await losses(data, own, row)) / (await losses(data, { loss: own.loss }, row)));
  }
  return ratios;
}

test("'balanced' weighs classes as scikit-learn does, several yes/no questions by their product", async () => {
  const one = await weightsOf({ x, y: labels }, { loss, classWeight: 'balanced' });
  expect(normwise(one, truth.sklearnBalanced)).toBeLessThan(1e-10);
  const hot = labels.map((label) => [0, 1, 2].map((k) => (k === label ? 1 : 0)));
  expect(await weightsOf({ x, y: hot }, { loss, classWeight: 'balanced' })).toEqual(one);
  const several = await weightsOf({ x, y: bits }, { loss: 'binaryCrossEntropy', classWeight: 'balanced' });
  expect(normwise(several, truth.sklearnBalancedMultiLabel)).toBeLessThan(1e-10);
  const bytes = { values: Uint8Array.from(bits.flat(), (bit) => 255 * bit), width: 3, scale: 1 / 255 };
  expect(await weightsOf({ x, y: bytes }, { loss: 'binaryCrossEntropy', classWeight: 'balanced' })).toEqual(
    several,
  );
});

test("'balanced' counts the training rows only, and a share held out is measured with its weights", async () => {
  const history = await network().fit(
    { x, y: labels },
    {
      loss,
      optimizer: sgd({ learningRate: 0 }),
      classWeight: 'balanced',
      validation: 0.3,
      meanOver: 'weights',
      executor: double,
    },
  );
  const apart = await network().fit(
    { x, y: labels },
    { loss, optimizer: sgd({ learningRate: 0 }), validation: 0.3, executor: double },
  );
  expect(history.epochs[0].validationLoss).not.toBe(apart.epochs[0].validationLoss);
  // Weights that are all alike change nothing once their mean is 1.
  const alike = await network().fit(
    { x, y: labels, sampleWeight: labels.map(() => 7) },
    { loss, optimizer: sgd({ learningRate: 0 }), validation: 0.3, meanOver: 'weights', executor: double },
  );
  expect(alike.epochs[0].validationLoss).toBeCloseTo(apart.epochs[0].validationLoss!, 12);
  expect(alike.epochs[0].loss).toBeCloseTo(apart.epochs[0].loss, 12);
});

test('a batch whose rows weigh nothing teaches nothing', async () => {
  const weights = labels.map((_, row) => (row < 8 ? 0 : 1));
  for (const meanOver of ['rows', 'weights'] as const) {
    const model = network();
    const before = model.getWeights();
    await model.fit(
      { x: x.slice(0, 9), y: labels.slice(0, 9), sampleWeight: weights.slice(0, 9) },
      {
        loss,
        optimizer: sgd({ learningRate: 1, momentum: 0 }),
        batchSize: 8,
        shuffle: false,
        meanOver,
        order: () => Int32Array.from([0, 1, 2, 3, 4, 5, 6, 7, 8]),
      },
    );
    const whole = network();
    await whole.fit(
      { x: x.slice(8, 9), y: labels.slice(8, 9) },
      { loss, optimizer: sgd({ learningRate: 1 }), batchSize: 8 },
    );
    model.getWeights().forEach(({ values }, i) => {
      expect([...values]).toEqual([...whole.getWeights()[i].values]);
      expect([...values]).not.toEqual([...before[i].values]);
    });
  }
});

test('a resumed training wants the weights that it began with', async () => {
  const options = { loss, optimizer: 'adam', epochs: 4, batchSize: 8, executor: double } as const;
  const signal = { aborted: false };
  const stopped = network().fit(
    { x, y: labels, sampleWeight },
    {
      ...options,
      signal,
      onEvent({ type }) {
        if (type === 'epoch') signal.aborted = true;
      },
    },
  );
  const { state } = (await stopped.catch((error: unknown) => error)) as AbortedError;
  const refused = (data: Dataset, own: Partial<FitOptions> = {}) =>
    network().fit(data, { ...options, ...own, resume: state });
  await expect(refused({ x, y: labels })).rejects.toThrow('a training state whose data is');
  await expect(refused({ x, y: labels, sampleWeight: [...sampleWeight].reverse() })).rejects.toThrow(
    'whose data',
  );
  await expect(refused({ x, y: labels, sampleWeight }, { meanOver: 'weights' })).rejects.toThrow(
    'a training state whose meanOver is "rows". Expected "weights"',
  );
  const whole = network();
  await whole.fit({ x, y: labels, sampleWeight }, options);
  const resumed = network();
  await resumed.fit({ x, y: labels, sampleWeight }, { ...options, resume: state });
  expect(resumed.getWeights()).toEqual(whole.getWeights());
});

test('weights that cannot be are refused', async () => {
  const few = labels.slice(1);
  const with2 = (value: unknown) => sampleWeight.map((weight, row) => (row === 1 ? value : weight));
  const wrong: readonly (readonly [object, object, string])[] = [
    [{ sampleWeight: few }, {}, 'sampleWeight of 19 numbers. Expected 20 numbers, one a row of y'],
    [{ sampleWeight: 2 }, {}, 'sampleWeight that is 2'],
    [{ sampleWeight: with2(-1) }, {}, '-1 in row 2 of sampleWeight. Expected a number of at least 0'],
    [{ sampleWeight: with2(Number.NaN) }, {}, 'NaN in row 2 of sampleWeight'],
    [{ sampleWeight: with2('1') }, {}, "'1' in row 2 of sampleWeight"],
    [{ sampleWeight: with2(1e300) }, {}, '1e+300 in row 2, column 1 of sampleWeight. Expected a number that'],
    [{ sampleWeight: labels.map(() => 0) }, {}, 'sampleWeight that leaves every row a weight of 0'],
    [{}, { classWeight: [1, 2] }, "a classWeight of 2 numbers: 1, 2. Expected 'balanced', or 3 numbers"],
    [{}, { classWeight: [1, 2, -3] }, 'a classWeight of 3 numbers: 1, 2, -3'],
    [{}, { classWeight: [0, 0, 0] }, 'classWeight that leaves every row a weight of 0'],
    [
      {},
      { classWeight: 'even' },
      "classWeight is 'even'. Expected 'balanced', or 3 numbers of at least 0, one a class, such as [1, 5, …]",
    ],
    [{}, { classWeight: { 0: 1 } }, 'classWeight is an object'],
    [{}, { meanOver: 'classes' }, "meanOver is 'classes'. Expected 'rows' or 'weights'"],
    [
      { y: bits },
      { classWeight: [1, 2], loss: 'binaryCrossEntropy' },
      '3 lists of 2 numbers of at least 0, one a class, such as [[1, 5], …]',
    ],
    [
      { y: bits },
      { classWeight: [1, 2, 3], loss: 'meanSquaredError' },
      'classWeight with a loss over values',
    ],
    [{}, { validation: { x, y: labels, sampleWeight: few } }, 'sampleWeight of the validation of 19 numbers'],
  ];
  for (const [data, own, message] of wrong) {
    const options = { loss, optimizer: 'sgd', ...own } as FitOptions;
    const error = await network()
      .fit({ x, y: labels, ...data } as Dataset, options)
      .catch((reason: unknown) => reason);
    expect(error, message).toBeInstanceOf(GradusError);
    expect((error as Error).message).toContain(message);
  }
});
