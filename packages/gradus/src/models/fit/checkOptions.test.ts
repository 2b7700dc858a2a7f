import { expect, test } from 'vitest';
import { dense } from '../../nn/layers/dense.ts';
import { softmaxCrossEntropy } from '../../nn/losses/index.ts';
import { ReferenceExecutor } from '../../runtime/reference/executor.ts';
import { earlyStopping } from '../../train/callbacks.ts';
import { GradusError } from '../../util/errors.ts';
import { sequential } from '../build.ts';
import type { Dataset } from '../inputs/inputs.ts';
import type { FitOptions } from './options.ts';

const data: Dataset = {
  x: [
    [0, 1],
    [1, 0],
    [1, 1],
    [0, 0],
  ],
  y: [0, 1, 1, 0],
};

/** The message of a fit with options, or data, that are wrong. */
async function messageOf(wrong: unknown, given: unknown = data): Promise<string> {
  const options: FitOptions = { loss: 'softmaxCrossEntropy', optimizer: 'adam' };
  const all = typeof wrong === 'object' ? { ...options, ...wrong } : wrong;
  const error: unknown = await sequential([dense(2)])
    .fit(given as Dataset, all as FitOptions)
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(GradusError);
  return (error as GradusError).message;
}

test.each<[unknown, string]>([
  [undefined, 'undefined as the options of fit'],
  [{ epoch: 3 }, "the option 'epoch' of fit. Expected one of loss, optimizer, epochs"],
  [{ batch_size: 3 }, "Did you mean 'batchSize'?"],
  [{ validation_split: 0.2 }, "Did you mean 'validation'?"],
  [{ epochs: '3' }, "epochs is '3'. Expected a whole number of at least 0."],
  [{ epochs: Number.POSITIVE_INFINITY }, 'epochs is Infinity'],
  [{ seed: 0.5 }, 'seed is 0.5. Expected a whole number.'],
  [{ validation: '0.2' }, "validation that is '0.2'"],
  [{ validation: null }, 'validation that is null'],
  [{ validation: 0 }, 'a validation share of 0'],
  [{ loss: undefined }, 'no loss. Expected one of meanSquaredError'],
  [{ loss: 'mse' }, "the loss 'mse'. Expected one of"],
  [{ loss: 'mse' }, "Did you mean 'meanSquaredError'?"],
  [{ loss: {} }, 'the loss an object'],
  [{ optimizer: undefined }, 'no optimizer. Expected one of adadelta, adagrad, adam, adamW'],
  [{ optimizer: 'Adamw' }, "Did you mean 'adamW'?"],
  [{ optimizer: () => 1 }, 'the optimizer a function'],
  [{ loss: softmaxCrossEntropy }, 'Write softmaxCrossEntropy() with its brackets'],
  [{ shuffle: 'batch' }, "shuffle is 'batch'. Expected true or false."],
  [{ metrics: 'accuracy' }, "metrics that are 'accuracy'. Expected a list"],
  [{ metrics: [null] }, 'the metric null'],
  [{ metrics: ['acuracy'] }, "Did you mean 'accuracy'?"],
  [{ metrics: ['r2'] }, "the metric 'r2', which needs values, with the loss 'softmaxCrossEntropy'"],
  [{ callbacks: earlyStopping() }, 'callbacks that are an object. Expected a list'],
  [{ callbacks: [() => 1] }, 'a function among the callbacks'],
  [{ callbacks: [earlyStopping(), earlyStopping()] }, 'Rename one'],
  [{ signal: new AbortController() }, 'Give controller.signal'],
  [{ checkpoint: { everyEpochs: 1 } }, 'checkpoint.save is undefined'],
  [{ checkpoint: { save: () => {} } }, 'a checkpoint that says nothing about when'],
  [{ checkpoint: { everyEpochs: 0, save: () => {} } }, 'everyEpochs is 0'],
  [{ checkpoint: { everySeconds: -1, save: () => {} } }, 'everySeconds is -1'],
  [{ resume: null }, 'resume is null. Expected the state of an AbortedError or of a checkpoint.'],
  [{ resume: { version: 1 } }, 'resume is an object'],
  [{ onEvent: 'log' }, "onEvent is 'log'. Expected a function."],
  [{ order: () => Array.from({ length: 4 }, () => 0.5) }, 'row 0.5 in the order of epoch 1'],
  [{ executor: 'wams' }, "the executor 'wams'"],
  [{ executor: 'blas', numerics: 'portable' }, "executor: 'blas' together with numerics: 'portable'"],
  [{ numerics: 'exact' }, "numerics 'exact'"],
  [{ threads: 0 }, 'threads: 0'],
  [{ threads: 2, executor: new ReferenceExecutor('float64') }, 'threads together with an executor'],
  [
    { numerics: 'portable', executor: new ReferenceExecutor('float64') },
    'numerics together with an executor',
  ],
])('fit refuses %j', async (wrong, message) => {
  expect(await messageOf(wrong)).toContain(message);
});

test('fit refuses what is no data', async () => {
  expect(await messageOf({}, null)).toBe('data that is null. Expected inputs and targets, { x, y }.');
  expect(await messageOf({}, data.x)).toContain('Write fit({ x, y }, options)');
  expect(await messageOf({}, {})).toContain('x that is undefined');
});

test('evaluate wants data and a loss', async () => {
  const model = sequential([dense(2)], { inputShape: [2] });
  await expect(model.evaluate(null as never, { loss: 'meanSquaredError' })).rejects.toThrow(
    'data that is null',
  );
  await expect(
    model.evaluate(data, { loss: 'meanSquaredError', classWeights: [1] } as never),
  ).rejects.toThrow("the option 'classWeights' of evaluate. Expected one of loss, metrics, classWeight");
  await expect(model.evaluate(data, undefined as never)).rejects.toThrow('no loss');
});

test('a wrong option leaves the model as it was', async () => {
  const model = sequential([dense(2)], { inputShape: [2] });
  const before = model.getWeights();
  const wrong = { loss: 'softmaxCrossEntropy', optimizer: 'adam', metrics: ['r2'], seed: 7 } as const;
  await expect(model.fit(data, wrong)).rejects.toThrow("the metric 'r2'");
  expect(model.getWeights()).toEqual(before);
  expect(model.outputMeaning).toBeUndefined();
});

test('options may be undefined', async () => {
  const history = await sequential([dense(2, { activation: undefined, name: undefined })], {
    inputShape: undefined,
  }).fit(data, {
    loss: 'softmaxCrossEntropy',
    optimizer: 'adam',
    validation: undefined,
    epochs: undefined,
    signal: undefined,
  });
  expect(history.epochs).toHaveLength(1);
});
