import { expect, test } from 'vitest';
import * as $ from '../../graph/operations.ts';
import { dense } from '../../nn/layers/dense.ts';
import { dropout } from '../../nn/layers/dropout.ts';
import { flatten } from '../../nn/layers/reshape.ts';
import { l1, l1l2, l2 } from '../../nn/weights/regularizers.ts';
import { adam } from '../../optim/adam.ts';
import { sgd } from '../../optim/sgd.ts';
import { ReferenceExecutor } from '../../runtime/reference/executor.ts';
import { type Callback, earlyStopping } from '../../train/callbacks.ts';
import { DivergedError } from '../../train/divergedError.ts';
import type { EpochEvent, TrainingEvent } from '../../train/events.ts';
import { GradusError } from '../../util/errors.ts';
import { createStream } from '../../util/random.ts';
import { sequential } from '../build.ts';
import type { Dataset } from '../inputs/inputs.ts';
import type { FitOptions } from './options.ts';

const stream = createStream(5, 'data');
const x = Array.from({ length: 90 }, () => [stream.normal(), stream.normal(), stream.normal()]);
const labels = x.map(([a, b]) => (a > 0.5 ? 2 : b > 0 ? 1 : 0));
const values = x.map(([a, b, c]) => 2 * a - b + 0.5 * c);

const failure = (promise: Promise<unknown>): Promise<unknown> => promise.catch((reason: unknown) => reason);
const messageOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await failure(promise);
  expect(error).toBeInstanceOf(GradusError);
  return (error as GradusError).message;
};

test('linear regression reaches the least squares solution', async () => {
  const model = sequential([dense(1)]);
  const data = { x, y: values };
  const history = await model.fit(data, {
    loss: 'meanSquaredError',
    optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }),
    epochs: 400,
    batchSize: 90,
    metrics: ['r2'],
    executor: new ReferenceExecutor('float64'),
  });
  const [kernel, bias] = model.getWeights();
  [2, -1, 0.5].forEach((slope, i) => {
    expect(kernel.values[i]).toBeCloseTo(slope, 5);
  });
  expect(bias.values[0]).toBeCloseTo(0, 5);
  expect(history.epochs[399].metrics['r2']).toBeCloseTo(1, 8);
});

test('the loss of an epoch is the mean over its rows, also when the last batch is partial', async () => {
  const losses: number[] = [];
  const batches: number[] = [];
  for (const batchSize of [90, 32, 7]) {
    const model = sequential([dense(3)], { inputShape: [3] });
    const { epochs } = await model.fit(
      { x, y: labels },
      {
        loss: 'softmaxCrossEntropy',
        optimizer: sgd({ learningRate: 0 }),
        batchSize,
        executor: new ReferenceExecutor('float64'),
      },
    );
    losses.push(epochs[0].loss);
    batches.push(batchSize);
  }
  expect(losses[1]).toBeCloseTo(losses[0], 12);
  expect(losses[2]).toBeCloseTo(losses[0], 12);
});

test('regularizers stand in the loss, in training and in measuring', async () => {
  const kernel = { kernelInitializer: 'ones' } as const;
  for (const [regularizer, penalty] of [
    [l1(0.1), 0.1 * 3],
    [l2(0.2), 0.2 * 3],
    [l1l2({ l1: 1, l2: 0.5 }), 4.5],
  ] as const) {
    const executor = new ReferenceExecutor('float64');
    const data = { x, y: values };
    const plain = await sequential([dense(1, kernel)], { inputShape: [3] }).evaluate(data, {
      loss: 'meanSquaredError',
      executor,
    });
    const model = sequential([dense(1, { ...kernel, kernelRegularizer: regularizer })], { inputShape: [3] });
    const measured = await model.evaluate(data, { loss: 'meanSquaredError', executor });
    expect(measured['loss'] - plain['loss']).toBeCloseTo(penalty, 10);
    const { epochs } = await model.fit(data, {
      loss: 'meanSquaredError',
      optimizer: sgd({ learningRate: 0 }),
      executor,
    });
    expect(epochs[0].loss).toBeCloseTo(measured['loss'], 10);
  }
});

test('a loss of your own is a function of prediction and target', async () => {
  const model = sequential([dense(1)]);
  const executor = new ReferenceExecutor('float64');
  const own = await model.fit(
    { x, y: values },
    {
      loss: (prediction, target) => $.mean($.square($.subtract(prediction, target))),
      optimizer: 'sgd',
      epochs: 3,
      executor,
    },
  );
  const named = await sequential([dense(1)]).fit(
    { x, y: values },
    { loss: 'meanSquaredError', optimizer: 'sgd', epochs: 3, executor },
  );
  own.epochs.forEach(({ loss }, i) => {
    expect(loss).toBeCloseTo(named.epochs[i].loss, 12);
  });
});

test('events come in order and say what happened; the history holds the same epochs', async () => {
  const events: TrainingEvent[] = [];
  const history = await sequential([dense(8, { activation: 'relu' }), dense(3)]).fit(
    { x, y: labels },
    {
      loss: 'softmaxCrossEntropy',
      optimizer: 'adam',
      epochs: 3,
      validation: 0.2,
      metrics: ['accuracy', 'balancedAccuracy'],
      onEvent: (event) => events.push(event),
      checkpoint: { everyEpochs: 2, save: () => {} },
    },
  );
  expect(events.map(({ type }) => type)).toEqual(['start', 'epoch', 'epoch', 'checkpoint', 'epoch', 'end']);
  expect(events[0]).toMatchObject({
    rows: 72,
    validationRows: 18,
    epochs: 3,
    batchSize: 32,
    parameterCount: 59,
  });
  const epochs = events.filter((event): event is EpochEvent => event.type === 'epoch');
  expect(epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  expect(Object.keys(epochs[0].metrics)).toEqual([
    'accuracy',
    'validationAccuracy',
    'validationBalancedAccuracy',
  ]);
  expect(epochs.map(({ validationLoss }) => validationLoss)).toEqual(
    history.epochs.map(({ validationLoss }) => validationLoss),
  );
  expect(events[5]).toEqual({
    type: 'end',
    reason: 'all epochs done',
    epoch: 3,
    bestEpoch: history.bestEpoch,
  });
});

test('early stopping ends training and restores the best weights', async () => {
  const options: FitOptions = {
    loss: 'softmaxCrossEntropy',
    optimizer: adam({ learningRate: 0.3 }),
    epochs: 200,
    validation: 0.3,
    seed: 2,
  };
  const data: Dataset = { x, y: labels };
  const model = sequential([dense(30, { activation: 'relu' }), dense(3)]);
  const history = await model.fit(data, { ...options, callbacks: [earlyStopping({ patience: 4 })] });
  expect(history.reason).toBe('no better validationLoss in 4 epochs');
  expect(history.epochs).toHaveLength(history.bestEpoch + 4);
  const best = Math.min(...history.epochs.map(({ validationLoss = Number.NaN }) => validationLoss));
  expect(history.epochs[history.bestEpoch - 1].validationLoss).toBe(best);
  const again = sequential([dense(30, { activation: 'relu' }), dense(3)]);
  await again.fit(data, { ...options, epochs: history.bestEpoch });
  expect(model.getWeights()).toEqual(again.getWeights());
});

test('a callback may stop and set the learning rate', async () => {
  const halve: Callback = {
    name: 'halve',
    onEpoch(event, control) {
      control.setLearningRate(event.learningRate / 2);
      if (event.epoch === 3) control.stop('enough');
    },
  };
  const history = await sequential([dense(1)]).fit(
    { x, y: values },
    { loss: 'meanSquaredError', optimizer: sgd({ learningRate: 0.1 }), epochs: 9, callbacks: [halve] },
  );
  expect(history.reason).toBe('enough');
  expect(history.epochs.map(({ learningRate }) => learningRate)).toEqual([0.1, 0.05, 0.025]);
});

test('the seed decides everything, and an order of your own replaces the shuffle', async () => {
  const train = async (options: Partial<FitOptions>) => {
    const model = sequential([dense(6, { activation: 'tanh' }), dropout(0.2), dense(3)]);
    await model.fit(
      { x, y: labels },
      { loss: 'softmaxCrossEntropy', optimizer: 'adam', epochs: 2, ...options },
    );
    return model.getWeights();
  };
  expect(await train({ seed: 4 })).toEqual(await train({ seed: 4 }));
  expect(await train({ seed: 4 })).not.toEqual(await train({ seed: 5 }));
  const shuffle = (epoch: number) => createStream(4, 'shuffle').split(epoch).permutation(90);
  expect(await train({ seed: 4, order: shuffle })).toEqual(await train({ seed: 4 }));
  expect(await train({ seed: 4, shuffle: false })).not.toEqual(await train({ seed: 4 }));
  expect(await messageOf(train({ order: () => new Int32Array(89) }))).toContain('an order of 89 rows');
  expect(await messageOf(train({ order: () => new Int32Array(90).fill(90) }))).toContain(
    'row 90 in the order',
  );
});

test('a learning rate that is far too large: the error names epoch, step, layer and what to do', async () => {
  const model = sequential([dense(8), dense(8), dense(1)]);
  const before: number[][] = [];
  const error = await failure(
    model.fit(
      { x, y: values },
      { loss: 'meanSquaredError', optimizer: sgd({ learningRate: 1e6 }), epochs: 50, batchSize: 30 },
    ),
  );
  before.push(...model.getWeights().map((tensor) => [...tensor.values]));
  expect(error).toBeInstanceOf(DivergedError);
  const { message, code, place } = error as DivergedError;
  expect(code).toBe('diverged');
  expect(place.step).toBeGreaterThan(1);
  expect(place.epoch).toBe(Math.ceil(place.step / 3));
  expect(message).toMatch(/^Training diverged in epoch \d+, step \d+: the first number that is not finite/);
  expect(message).toContain('Lower the learning rate (it is 1000000; try 0.01)');
  expect(message).toMatch(/layer '(dense(_\d)?|loss)'/);
  // The failed step has not been made.
  expect(before.flat().every(Number.isFinite)).toBe(true);
});

test('a logarithm of 0 in a loss of your own is named as such', async () => {
  const error = await failure(
    sequential([dense(1, { activation: 'relu', kernelInitializer: 'zeros' })]).fit(
      { x, y: values },
      {
        loss: (prediction, target) => $.mean($.multiply(target, $.log(prediction))),
        optimizer: 'sgd',
      },
    ),
  );
  expect(error).toBeInstanceOf(DivergedError);
  expect((error as DivergedError).place).toEqual({ epoch: 1, step: 1, layer: 'loss' });
  expect((error as DivergedError).message).toContain('the log of a number outside its domain');
});

test('a second softmax in front of the loss is warned about', async () => {
  const events: TrainingEvent[] = [];
  const { warnings } = await sequential([dense(3, { activation: 'softmax' })]).fit(
    { x, y: labels },
    { loss: 'softmaxCrossEntropy', optimizer: 'sgd', onEvent: (event) => events.push(event) },
  );
  expect(warnings).toEqual([expect.stringContaining('ends with softmax')]);
  expect(events.find(({ type }) => type === 'warning')).toEqual({ type: 'warning', message: warnings[0] });
  const flat = sequential([dense(3, { activation: 'sigmoid' }), flatten()], { inputShape: [3] });
  const y = x.map((row) => row.map((value) => (value > 0 ? 1 : 0)));
  const bits = await flat.fit({ x, y }, { loss: 'binaryCrossEntropy', optimizer: 'sgd' });
  expect(bits.warnings).toEqual([expect.stringContaining('ends with sigmoid')]);
});

test('where every layer is frozen, a warning says that nothing is trained', async () => {
  const model = sequential([dense(3)], { inputShape: [3] });
  model.freeze();
  const { warnings } = await model.fit({ x, y: labels }, { loss: 'softmaxCrossEntropy', optimizer: 'adam' });
  expect(warnings).toEqual([expect.stringContaining('Call unfreeze')]);
});

test('a model predicts while it is trained, from the last finished step', async () => {
  const model = sequential([dense(4, { activation: 'tanh' }), dense(3)]);
  const seen: Promise<unknown>[] = [];
  await model.fit(
    { x, y: labels },
    {
      loss: 'softmaxCrossEntropy',
      optimizer: 'adam',
      epochs: 3,
      onEvent: (event) => {
        if (event.type === 'epoch') seen.push(model.predict(x));
      },
    },
  );
  expect(await Promise.all(seen)).toHaveLength(3);
  expect(
    await messageOf(
      Promise.all(
        [0, 1].map(() => model.fit({ x, y: labels }, { loss: 'softmaxCrossEntropy', optimizer: 'sgd' })),
      ),
    ),
  ).toContain("another fit for 'sequential' while a fit is running");
});

test('predictions that run side by side do not meet', async () => {
  const executor = new ReferenceExecutor('float64');
  const model = sequential([dense(40, { activation: 'tanh' }), dense(2)], { inputShape: [30] });
  const many = (seed: number) => {
    const own = createStream(seed, 'data');
    return { values: Float64Array.from({ length: 1500 * 30 }, () => own.normal()), width: 30 };
  };
  const inputs = [1, 2, 3].map(many);
  const together = await Promise.all(inputs.map((input) => model.predict(input, { executor })));
  for (const [i, input] of inputs.entries()) {
    expect(await model.predict(input, { executor })).toEqual(together[i]);
  }
});

test('a measure that nobody measures cannot be watched, and is refused before training', async () => {
  const events: TrainingEvent[] = [];
  const model = sequential([dense(3)]);
  const message = await messageOf(
    model.fit(
      { x, y: labels },
      {
        loss: 'softmaxCrossEntropy',
        optimizer: 'sgd',
        metrics: ['accuracy'],
        callbacks: [earlyStopping()],
        onEvent: (event) => events.push(event),
      },
    ),
  );
  expect(message).toContain("the measure 'validationLoss' to watch. Expected one of loss, accuracy");
  expect(events).toEqual([]);
});

test('a fit that was refused leaves the model as it was', async () => {
  const model = sequential([dense(3)]);
  await messageOf(model.fit({ x: [[1], [2]], y: [0, 7] }, { loss: 'softmaxCrossEntropy', optimizer: 'sgd' }));
  expect(() => model.getWeights()).toThrow('inputShape');
  await model.fit({ x, y: labels }, { loss: 'softmaxCrossEntropy', optimizer: 'sgd' });
  expect(model.parameterCount).toBe(12);
});

test('checkpoints by time are saved between steps', async () => {
  const steps: number[] = [];
  await sequential([dense(3)]).fit(
    { x, y: labels },
    {
      loss: 'softmaxCrossEntropy',
      optimizer: 'sgd',
      epochs: 2,
      checkpoint: { everySeconds: 0, save: ({ step }) => void steps.push(step) },
    },
  );
  expect(steps.length).toBeGreaterThanOrEqual(2);
  expect(steps[steps.length - 1]).toBe(6);
});

test('targets of one class are warned about', async () => {
  const warnings = async (y: readonly number[], others: Partial<FitOptions> = {}): Promise<string[]> => {
    const heard: string[] = [];
    await sequential([dense(3)], { inputShape: [3] }).fit(
      { x, y },
      {
        loss: 'softmaxCrossEntropy',
        optimizer: 'sgd',
        onEvent: (event) => event.type === 'warning' && heard.push(event.message),
        ...others,
      },
    );
    return heard;
  };
  expect(await warnings(labels)).toEqual([]);
  const ones = new Array<number>(90).fill(1);
  expect(await warnings(ones)).toEqual([
    'All 90 training targets are class 1, so the model can only learn to answer that. Look at how y was made.',
  ]);
  expect(await warnings(ones.map((_, row) => (row === 5 ? 2 : 1)))).toEqual([]);
  // A class of one row stays in training; another row of class 1 does not make two classes.
  expect(await warnings(ones, { validation: 0.2 })).toHaveLength(1);
  const bits = async (y: readonly number[]): Promise<number> => {
    let heard = 0;
    await sequential([dense(1)]).fit(
      { x, y },
      {
        loss: 'binaryCrossEntropy',
        optimizer: 'sgd',
        onEvent: ({ type }) => {
          if (type === 'warning') heard++;
        },
      },
    );
    return heard;
  };
  expect(await bits(new Array<number>(90).fill(0))).toBe(1);
  expect(await bits(labels.map((label) => (label > 0 ? 1 : 0)))).toBe(0);
});

test('a fit that was refused changes neither the seed of first weights nor the numerics', async () => {
  const make = () => sequential([dense(3)], { inputShape: [3], seed: 3 });
  const model = make();
  const wrong = { x, y: [0] };
  const refused = model.fit(wrong, {
    loss: 'softmaxCrossEntropy',
    optimizer: 'sgd',
    seed: 9,
    numerics: 'portable',
  });
  expect(await messageOf(refused)).toContain('1 rows of y');
  expect(model.numerics).toBeUndefined();
  expect(model.getWeights()).toEqual(make().getWeights());
});

test('a gradient of an earlier fit does not move a parameter that the loss no longer depends on', async () => {
  const model = sequential([dense(3)], { inputShape: [3] });
  await model.fit({ x, y: labels }, { loss: 'softmaxCrossEntropy', optimizer: 'sgd' });
  const before = model.getWeights();
  const data = { x, y: x };
  await model.fit(data, { loss: (_, target) => $.mean(target), optimizer: 'sgd' });
  expect(model.getWeights()).toEqual(before);
});

test('a loss of your own may leave the targets alone', async () => {
  const model = sequential([dense(3)], { inputShape: [3] });
  const loss: FitOptions['loss'] = (prediction) => $.mean($.square(prediction));
  const { epochs } = await model.fit(
    { x, y: x },
    { loss, optimizer: 'sgd', epochs: 20, validation: 0.2, batchSize: 8 },
  );
  expect(epochs[19].loss).toBeLessThan(epochs[0].loss / 2);
  const { loss: measured } = await model.evaluate({ x, y: x }, { loss });
  const { values: outputs } = await model.predict(x);
  expect(measured).toBeCloseTo(outputs.reduce((sum, value) => sum + value * value, 0) / outputs.length, 6);
});
