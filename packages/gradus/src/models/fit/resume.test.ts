import { expect, test } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint } from '../../formats/checkpoint.ts';
import { dense } from '../../nn/layers/dense.ts';
import { dropout } from '../../nn/layers/dropout.ts';
import { adam } from '../../optim/adam.ts';
import { adamW } from '../../optim/adamW.ts';
import type { Optimizer } from '../../optim/optimizer.ts';
import { sgd } from '../../optim/sgd.ts';
import { ReferenceExecutor } from '../../runtime/reference/executor.ts';
import { createWasmExecutor } from '../../runtime/wasm/executor.ts';
import { earlyStopping } from '../../train/callbacks.ts';
import { AbortedError } from '../../train/errors.ts';
import type { TrainingEvent } from '../../train/events.ts';
import type { TrainingState } from '../../train/state.ts';
import { createStream } from '../../util/random.ts';
import { sequential } from '../build.ts';
import type { Dataset } from '../inputs/inputs.ts';
import type { Model } from '../model.ts';
import type { FitOptions } from './options.ts';

const rows = 103;
const width = 5;
const stream = createStream(3, 'data');
const values = Float32Array.from({ length: rows * width }, () => stream.normal());
const data: Dataset = {
  x: { values, width },
  y: Int32Array.from({ length: rows }, (_, row) =>
    values[row * width] + values[row * width + 1] > 0 ? 1 : 0,
  ),
};

const make = (): Model => sequential([dense(9, { activation: 'relu' }), dropout(0.3), dense(2)]);

const bitsOf = (model: Model): number[] =>
  model
    .getWeights()
    .flatMap(({ values: numbers }) => [
      ...new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength),
    ]);

const executors = [
  new ReferenceExecutor('float32'),
  new ReferenceExecutor('float64'),
  createWasmExecutor({ numerics: 'portable' }),
  createWasmExecutor({ numerics: 'fast' }),
];
const optimizers: readonly Optimizer[] = [
  adam({ learningRate: 0.01 }),
  adamW({ learningRate: (step) => 0.02 / (1 + step) }),
  sgd({ learningRate: 0.05, momentum: 0.9, dampening: 0.1 }),
];

/** Train until a number of steps, and give the state that the abort left. */
async function interrupted(options: FitOptions, steps: number): Promise<TrainingState> {
  const controller = new AbortController();
  const error: unknown = await make()
    .fit(data, {
      ...options,
      signal: controller.signal,
      checkpoint: { everySteps: steps, save: () => controller.abort() },
    })
    .catch((reason: unknown) => reason);
  if (!(error instanceof AbortedError)) throw error;
  expect(error.state.step).toBe(steps);
  return error.state;
}

for (const executor of executors) {
  test(`a run resumed from a checkpoint has the same bits, wherever it stopped: ${executor.name}`, async () => {
    for (const optimizer of optimizers) {
      const options: FitOptions = {
        loss: 'softmaxCrossEntropy',
        optimizer,
        epochs: 6,
        batchSize: 16,
        validation: 0.2,
        metrics: ['accuracy'],
        seed: 11,
        executor,
      };
      const whole = make();
      const history = await whole.fit(data, { ...options, callbacks: [earlyStopping({ patience: 20 })] });
      // 82 training rows: 6 batches an epoch, the last of 2 rows.
      for (const steps of [1, 6, 9, 17, 23]) {
        const state = await interrupted({ ...options, callbacks: [earlyStopping({ patience: 20 })] }, steps);
        const model = make();
        const resumed = await model.fit(data, {
          ...options,
          callbacks: [earlyStopping({ patience: 20 })],
          resume: decodeCheckpoint(encodeCheckpoint(state)),
        });
        expect(bitsOf(model), `${optimizer.name} after ${steps} steps`).toEqual(bitsOf(whole));
        const measures = ({ epochs }: typeof history) =>
          epochs.map(({ epoch, loss, validationLoss, metrics, best }) => ({
            epoch,
            loss,
            validationLoss,
            metrics,
            best,
          }));
        expect(measures(resumed)).toEqual(measures(history));
        expect(resumed.bestEpoch).toBe(history.bestEpoch);
      }
    }
  });
}

test('how work is sliced does not change a bit', async () => {
  const options: FitOptions = {
    loss: 'softmaxCrossEntropy',
    optimizer: 'adam',
    epochs: 5,
    batchSize: 16,
    executor: createWasmExecutor({ numerics: 'portable' }),
  };
  const whole = make();
  await whole.fit(data, options);
  for (const everySteps of [1, 2, 5]) {
    const model = make();
    await model.fit(data, { ...options, checkpoint: { everySteps, save: () => {} } });
    expect(bitsOf(model)).toEqual(bitsOf(whole));
  }
});

test('a run that was aborted before it began, or between epochs, tells so in events', async () => {
  const events: TrainingEvent[] = [];
  const error: unknown = await make()
    .fit(data, {
      loss: 'softmaxCrossEntropy',
      optimizer: 'sgd',
      epochs: 3,
      signal: AbortSignal.abort(),
      onEvent: (event) => events.push(event),
    })
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(AbortedError);
  expect(events.map(({ type }) => type)).toEqual(['start', 'end']);
  expect(events[1]).toEqual({ type: 'end', reason: 'aborted', epoch: 0, bestEpoch: 0 });
});

test('a state is refused by a run with other data or options, which are named', async () => {
  const options: FitOptions = { loss: 'softmaxCrossEntropy', optimizer: 'adam', epochs: 4, batchSize: 16 };
  const resume = await interrupted(options, 5);
  const refused = (other: Partial<FitOptions>, dataset = data): Promise<unknown> =>
    make()
      .fit(dataset, { ...options, ...other, resume })
      .catch((reason: Error) => reason.message);
  expect(await refused({ batchSize: 8 })).toContain('a training state whose batchSize is 16. Expected 8');
  expect(await refused({ seed: 1 })).toContain('whose seed is 0. Expected 1');
  expect(await refused({ optimizer: 'sgd' })).toContain('whose optimizer is {"name":"adam"');
  expect(await refused({ loss: 'softmaxCrossEntropy', executor: new ReferenceExecutor() })).toContain(
    'executor',
  );
  const changed = { x: { values: values.map((v, i) => (i === 7 ? v + 1 : v)), width }, y: data.y };
  expect(await refused({}, changed)).toContain('whose data is');
});

test('a state is refused by a model that computes or trains otherwise', async () => {
  const options: FitOptions = { loss: 'softmaxCrossEntropy', optimizer: sgd(), epochs: 4, batchSize: 16 };
  const resume = await interrupted(options, 5);
  const otherRate = sequential([dense(9, { activation: 'relu' }), dropout(0.4), dense(2)]);
  const otherActivation = sequential([dense(9, { activation: 'tanh' }), dropout(0.3), dense(2)]);
  const frozen = sequential([dense(9, { activation: 'relu', trainable: false }), dropout(0.3), dense(2)]);
  for (const model of [otherRate, otherActivation, frozen]) {
    await expect(model.fit(data, { ...options, resume })).rejects.toThrow(/whose model is .* the layers/);
  }
  await make().fit(data, { ...options, resume });
});

test('a run aborted whenever, also within a long step, goes on with the same bits', async () => {
  const own = createStream(6, 'data');
  const wide = Float32Array.from({ length: 600 * 200 }, () => own.normal());
  const dataset: Dataset = {
    x: { values: wide, width: 200 },
    y: Int32Array.from({ length: 600 }, () => own.integer(3)),
  };
  const options: FitOptions = {
    loss: 'softmaxCrossEntropy',
    optimizer: 'adam',
    epochs: 2,
    batchSize: 256,
    numerics: 'portable',
  };
  const build = () => sequential([dense(200, { activation: 'relu' }), dropout(0.5), dense(3)]);
  const whole = build();
  await whole.fit(dataset, options);
  for (const turns of [0, 1, 3]) {
    const controller = new AbortController();
    let left = turns;
    const tick = (): void => {
      if (left-- === 0) controller.abort();
      else setImmediate(tick);
    };
    const model = build();
    const outcome: unknown = await model
      .fit(dataset, {
        ...options,
        signal: controller.signal,
        onEvent: ({ type }) => {
          if (type === 'start') setImmediate(tick);
        },
      })
      .catch((reason: unknown) => reason);
    // A fast machine may have been done before.
    if (outcome instanceof AbortedError) await model.fit(dataset, { ...options, resume: outcome.state });
    expect(bitsOf(model)).toEqual(bitsOf(whole));
  }
});

test('a state that is refused leaves the model as it was', async () => {
  const options: FitOptions = { loss: 'softmaxCrossEntropy', optimizer: 'sgd', epochs: 2 };
  const resume = await interrupted(options, 2);
  const model = make();
  await expect(model.fit(data, { ...options, seed: 1, resume })).rejects.toThrow('seed is 0');
  expect(model.outputMeaning).toBeUndefined();
  expect(() => model.getWeights()).toThrow('does not know the shape');
  const trained = make();
  await trained.fit(data, { ...options, seed: 5 });
  const [before, meaning] = [bitsOf(trained), trained.outputMeaning];
  const wrong = { ...data, y: Array.from({ length: rows }, () => [0, 1]) };
  await expect(trained.fit(wrong, { ...options, loss: 'meanSquaredError', resume })).rejects.toThrow(
    'as in this run',
  );
  expect(bitsOf(trained)).toEqual(before);
  expect(trained.outputMeaning).toEqual(meaning);
});

test('a state whose numbers do not fit together is refused, and what runs later takes no harm', async () => {
  const options: FitOptions = { loss: 'softmaxCrossEntropy', optimizer: adam(), epochs: 3, batchSize: 16 };
  const state = await interrupted(options, 9);
  const damages: readonly (readonly [Partial<TrainingState>, string])[] = [
    [{ batch: 1e9 }, '9 steps in 1 epochs and 1000000000 batches'],
    [{ batch: 7, step: 14 }, '14 steps in 1 epochs and 7 batches'],
    [{ step: 2 ** 40 }, '1099511627776 steps'],
    [{ records: new Float64Array(9) }, '9 numbers recorded in 2 batches'],
    [{ records: new Float64Array(0) }, '0 numbers recorded'],
    [{ history: [] }, '0 epochs of history behind epoch 1'],
    [{ slots: [] }, '0 slots of adam'],
    [{ learningRate: -1 }, 'a learning rate of -1'],
  ];
  for (const [damage, told] of damages) {
    await expect(make().fit(data, { ...options, resume: { ...state, ...damage } })).rejects.toThrow(told);
  }
  await expect(make().fit(data, { ...options, metrics: ['accuracy'], resume: state })).rejects.toThrow(
    'Resume with the metrics that the run began with',
  );
  await make().fit(data, { ...options, resume: state });
});
