import { expect, test } from 'vitest';
import { logSoftmax, mean, multiply, negate, sum } from '../../graph/operations.ts';
import { dense } from '../../nn/layers/dense.ts';
import { dropout } from '../../nn/layers/dropout.ts';
import type { LossFunction } from '../../nn/losses/index.ts';
import { adam } from '../../optim/adam.ts';
import { sgd } from '../../optim/sgd.ts';
import { ReferenceExecutor } from '../../runtime/reference/executor.ts';
import { createWasmExecutor } from '../../runtime/wasm/executor.ts';
import { DivergedError } from '../../train/divergedError.ts';
import { createStream } from '../../util/random.ts';
import { sequential } from '../build.ts';
import type { Model } from '../model.ts';
import { batchTrainer } from './batchTrainer.ts';

const stream = createStream(3, 'data');
const rows = 23;
const x = Array.from({ length: rows }, () => Array.from({ length: 5 }, () => stream.normal()));
const labels = x.map((_, row) => row % 3);
const values = x.map(([a, b]) => [a * b]);
const network = (outputs: number): Model =>
  sequential([dense(7, { activation: 'tanh' }), dropout(0.3), dense(outputs)], { inputShape: [5] });
const bitsOf = (model: Model): number[] => model.getWeights().flatMap((tensor) => [...tensor.values]);
const batches = [0, 8, 16].map((first) => ({ first, last: Math.min(rows, first + 8) }));

const executors = {
  portable: createWasmExecutor({ numerics: 'portable' }),
  fast: createWasmExecutor({ numerics: 'fast' }),
  reference: new ReferenceExecutor('float64'),
};
const kinds = [
  { loss: 'softmaxCrossEntropy', outputs: 3, y: labels },
  { loss: 'meanSquaredError', outputs: 1, y: values },
] as const;

for (const [name, executor] of Object.entries(executors)) {
  test.each(kinds)(
    `${name}: steps have the bits of fit, with dropout and a partial batch: $loss`,
    async (kind) => {
      const { loss, outputs, y } = kind;
      const optimizer = adam({ learningRate: (step) => 0.05 / (1 + step) });
      const clipGradient = { globalNorm: 0.5 };
      const fitted = network(outputs);
      const history = await fitted.fit(
        { x, y },
        { loss, optimizer, epochs: 3, batchSize: 8, clipGradient, shuffle: false, seed: 4, executor },
      );
      const stepped = network(outputs);
      const trainer = await batchTrainer(stepped, {
        loss,
        optimizer,
        batchSize: 8,
        clipGradient,
        seed: 4,
        executor,
      });
      let total = 0;
      for (let epoch = 0; epoch < 3; epoch++) {
        total = 0;
        for (const { first, last } of batches) {
          const cost = trainer.step({ x: x.slice(first, last), y: y.slice(first, last) });
          total += cost * (last - first);
        }
      }
      expect(bitsOf(stepped)).toEqual(bitsOf(fitted));
      expect(total / rows).toBe(history.epochs[2].loss);
      expect(trainer.steps).toBe(9);
      expect(stepped.outputMeaning).toEqual(fitted.outputMeaning);
      expect((await stepped.predict(x)).values).toEqual((await fitted.predict(x)).values);
      trainer.dispose();
      expect((await stepped.predict(x)).values).toEqual((await fitted.predict(x)).values);
    },
  );
}

test('typed arrays, bytes with a scale, and lists are the same batch', async () => {
  const bytes = Uint8Array.from({ length: 40 }, (_, i) => (i * 37) % 256);
  const reals = Float32Array.from(bytes, (byte) => byte / 128);
  const y = Array.from({ length: 8 }, (_, row) => row % 3);
  const forms = [
    { values: bytes, width: 5, scale: 1 / 128 },
    { values: reals, width: 5 },
    Array.from({ length: 8 }, (_, row) => [...reals.subarray(5 * row, 5 * row + 5)]),
  ];
  const ends = [];
  for (const order of [forms, [forms[0], forms[0], forms[0]], [forms[2], forms[1], forms[0]]]) {
    const model = network(3);
    const trainer = await batchTrainer(model, { loss: 'softmaxCrossEntropy', optimizer: 'sgd' });
    for (const form of order) trainer.step({ x: form, y });
    ends.push(bitsOf(model));
  }
  expect(ends[1]).toEqual(ends[0]);
  expect(ends[2]).toEqual(ends[0]);
});

test('a loss function of one’s own takes targets of any width, and predictors see each step', async () => {
  const model = sequential([dense(2)], { inputShape: [5] });
  const masked: LossFunction = (logits, worth) =>
    negate(mean(sum(multiply(worth, logSoftmax(logits)), { axes: 1 })));
  const trainer = await batchTrainer(model, { loss: masked, optimizer: sgd({ learningRate: 0.5 }) });
  const predictor = await model.predictor();
  const probability = (): number => {
    const [a, b] = predictor.predict(x[0]);
    return Math.exp(a) / (Math.exp(a) + Math.exp(b));
  };
  let last = probability();
  for (let step = 0; step < 5; step++) {
    trainer.step({ x: [x[0]], y: [[1, 0]] });
    expect(probability()).toBeGreaterThan(last);
    last = probability();
  }
  const wide: LossFunction = (prediction, target) => mean(multiply(sum(prediction), sum(target)));
  const other = await batchTrainer(model, { loss: wide, optimizer: 'sgd' });
  other.step({ x: [x[0]], y: [[1, 2, 3, 4, 5]] });
  expect(() => other.step({ x: [x[0]], y: [[1, 2]] })).toThrow('5 numbers a row, as in the first step');
});

test('what reads the model between steps sees the last one, whoever computes', async () => {
  const model = network(3);
  const trainer = await batchTrainer(model, { loss: 'softmaxCrossEntropy', optimizer: 'adam' });
  const data = { x, y: labels };
  for (let step = 0; step < 3; step++) {
    trainer.step(data);
    const twin = network(3);
    twin.setWeights(model.getWeights());
    const executor = new ReferenceExecutor('float64');
    expect((await model.predict(x, { executor })).values).toEqual(
      (await twin.predict(x, { executor })).values,
    );
    const options = { loss: 'softmaxCrossEntropy', metrics: ['accuracy'], executor } as const;
    expect(await model.evaluate(data, options)).toEqual(await twin.evaluate(data, options));
  }
});

test('a step that is not finite changes nothing', async () => {
  const model = network(1);
  const trainer = await batchTrainer(model, {
    loss: 'meanSquaredError',
    optimizer: sgd({ learningRate: 1e30 }),
  });
  const batch = { x, y: values };
  trainer.step({ x: x.slice(0, 8), y: values.slice(0, 8) });
  const before = bitsOf(model);
  const again = (): number => trainer.step({ x: batch.x.slice(0, 8), y: batch.y.slice(0, 8) });
  expect(again).toThrow(DivergedError);
  expect(again).toThrow('in step 2');
  expect(bitsOf(model)).toEqual(before);
  expect(trainer.steps).toBe(1);
});

test('one training at a time', async () => {
  const model = network(3);
  const options = { loss: 'softmaxCrossEntropy', optimizer: 'adam' } as const;
  const first = await batchTrainer(model, options);
  const second = await batchTrainer(model, options);
  const batch = { x: x.slice(0, 4), y: labels.slice(0, 4) };
  expect(() => first.step(batch)).toThrow('something else has trained since');
  expect(second.step(batch)).toBeGreaterThan(0);
  const fitting = model.fit({ x, y: labels }, { ...options, epochs: 2 });
  await expect(batchTrainer(model, options)).rejects.toThrow('Await the fit first');
  await fitting;
  expect(() => second.step(batch)).toThrow('something else has trained since');
  second.dispose();
  expect(() => second.step(batch)).toThrow('a trainer that was disposed');
  expect(model.setWeights(model.getWeights())).toBeUndefined();
});

test('batches and options that cannot be are refused', async () => {
  const model = network(3);
  const options = { loss: 'softmaxCrossEntropy', optimizer: 'sgd', batchSize: 4 } as const;
  const trainer = await batchTrainer(model, options);
  expect(() => trainer.step({ x: x.slice(0, 5), y: labels.slice(0, 5) })).toThrow('batchSize: 5');
  expect(() => trainer.step({ x: [], y: [] })).toThrow('at least one row');
  expect(() => trainer.step({ x: [[1, 2]], y: [0] })).toThrow('5, which the model takes');
  expect(() => trainer.step({ x: [x[0]], y: [3] })).toThrow('a class number from 0 to 2');
  expect(() => trainer.step({ x: [[1, 2, 3, 4, Number.NaN]], y: [0] })).toThrow('NaN in row 1');
  expect(() => trainer.step({ x: [x[0]], y: [0], sampleWeight: [1] } as never)).toThrow('sampleWeight');
  trainer.step({ x: [x[0]], y: [0] });
  expect(() => trainer.step({ x: [x[0]], y: [[1, 0, 0]] })).toThrow('class numbers, as in the first step');
  await expect(batchTrainer(model, { ...options, batchSize: 0 })).rejects.toThrow('batchSize is 0');
  await expect(batchTrainer(model, { ...options, epochs: 1 } as never)).rejects.toThrow(
    "'epochs' of batchTrainer",
  );
  await expect(batchTrainer(sequential([dense(1)]), options)).rejects.toThrow('inputShape');
});
