import { expect, test } from 'vitest';
import { dense } from '../nn/dense.ts';
import { given } from '../nn/initializers.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import type { Metric } from '../train/metrics.ts';
import { sequential } from './build.ts';

const executor = new ReferenceExecutor('float64');

/** A model that gives its two inputs as its two outputs. */
const through = () => sequential([dense(2, { kernelInitializer: given([1, 0, 0, 1]) })], { inputShape: [2] });

/** A metric that keeps what it is given. */
function spy(reads?: 'labels' | 'probabilities' | 'values') {
  const seen: { targets: number[]; predictions: number[] }[] = [];
  const metric: Metric = {
    name: 'spy',
    mode: 'max',
    ...(reads === undefined ? {} : { reads }),
    score(targets, predictions) {
      seen.push({ targets: Array.from(targets), predictions: Array.from(predictions) });
      return 7;
    },
  };
  return { metric, seen };
}

const x = [
  [2, 0],
  [0, 1],
  [1, 3],
];

test('metrics over classes get labels by default, also from rows of probabilities', async () => {
  for (const y of [
    [0, 1, 0],
    [
      [1, 0],
      [0.2, 0.8],
      [0.6, 0.4],
    ],
  ]) {
    const { metric, seen } = spy();
    const measured = await through().evaluate(
      { x, y },
      { loss: 'softmaxCrossEntropy', metrics: [metric], executor },
    );
    expect(measured['spy']).toBe(7);
    expect(seen).toEqual([{ targets: [0, 1, 0], predictions: [0, 1, 1] }]);
  }
});

test('probabilities are the softmax of the outputs, one row a sample; values are the outputs', async () => {
  const { metric, seen } = spy('probabilities');
  await through().evaluate({ x, y: [0, 1, 0] }, { loss: 'softmaxCrossEntropy', metrics: [metric], executor });
  const [{ targets, predictions }] = seen;
  expect(targets).toEqual([0, 1, 0]);
  const second = [0, 1, 2].map((row) => Math.exp(x[row][1]) / (Math.exp(x[row][0]) + Math.exp(x[row][1])));
  second.forEach((p, row) => {
    expect(predictions[2 * row + 1]).toBeCloseTo(p, 14);
    expect(predictions[2 * row]).toBeCloseTo(1 - p, 14);
  });
  const values = spy('values');
  await through().evaluate(
    { x, y: [0, 1, 0] },
    { loss: 'softmaxCrossEntropy', metrics: [values.metric], executor },
  );
  expect(values.seen[0].predictions).toEqual(x.flat());
});

test('yes/no questions: labels are 1 above a probability of one half', async () => {
  const { metric, seen } = spy();
  const y = [
    [1, 0],
    [0, 1],
    [1, 0],
  ];
  const logits = [
    [2, -1],
    [-1, 1],
    [0, 3],
  ];
  const result = await through().evaluate(
    { x: logits, y },
    { loss: 'binaryCrossEntropy', metrics: [metric, 'accuracy'], executor },
  );
  expect(seen).toEqual([{ targets: [1, 0, 0, 1, 1, 0], predictions: [1, 0, 0, 1, 0, 1] }]);
  expect(result['accuracy']).toBeCloseTo(4 / 6, 14);
});

test('metrics over values get outputs and targets row by row, and bytes as they are meant', async () => {
  const { metric, seen } = spy();
  const y = { values: Uint8Array.of(0, 255, 51, 102, 255, 0), width: 2, scale: 1 / 255 };
  await through().evaluate({ x, y }, { loss: 'meanSquaredError', metrics: [metric], executor });
  expect(seen[0].predictions).toEqual(x.flat());
  [0, 1, 0.2, 0.4, 1, 0].forEach((value, i) => {
    expect(seen[0].targets[i]).toBeCloseTo(value, 14);
  });
});

test('accuracy in training, on validation rows and by evaluate is one number', async () => {
  const data = { x, y: [0, 1, 0] };
  const options = { loss: 'softmaxCrossEntropy', metrics: ['accuracy'], executor } as const;
  const model = through();
  const before = await model.evaluate(data, options);
  const { epochs } = await model.fit(data, { ...options, optimizer: 'sgd', validation: data });
  expect(before['accuracy']).toBeCloseTo(2 / 3, 14);
  expect(epochs[0].metrics['accuracy']).toBeCloseTo(2 / 3, 14);
  const after = await model.evaluate(data, options);
  expect(epochs[0].metrics['validationAccuracy']).toBe(after['accuracy']);
  expect(epochs[0].validationLoss).toBe(after['loss']);
});

test('labels asked of a loss over values, and unknown names, are refused', async () => {
  const y = [
    [0, 0],
    [0, 0],
    [0, 0],
  ];
  const evaluate = (metrics: readonly ('accuracy' | Metric)[]) =>
    through().evaluate({ x, y }, { loss: 'meanSquaredError', metrics, executor });
  await expect(evaluate(['accuracy'])).rejects.toThrow("the metric 'accuracy', which needs labels");
  await expect(evaluate(['other' as never])).rejects.toThrow("the metric 'other'. Expected one of accuracy");
});
