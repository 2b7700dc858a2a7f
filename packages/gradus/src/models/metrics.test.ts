import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { averagePrecision } from '../metrics/averagePrecision.ts';
import { dense } from '../nn/layers/dense.ts';
import type { LossName } from '../nn/losses/index.ts';
import { given } from '../nn/weights/initializers.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { type Metric, type MetricName, metricNames, resolveMetric } from '../train/metrics.ts';
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

interface Classification {
  truth: number[];
  probabilities: number[];
  accuracy: number;
  balancedAccuracy: number;
  averages: Record<string, { precision: number; recall: number; f1: number }>;
  logLoss: number;
  brier: number;
  rocAuc: number;
}
const fixtures: {
  classification: Classification[];
  regression: Record<'truth' | 'predicted', number[]>[];
} = JSON.parse(readFileSync(new URL('../../../../fixtures/metrics.json', import.meta.url), 'utf8'));
const rowsOf = (values: readonly number[], width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, row) => values.slice(row * width, (row + 1) * width));
const identity = (width: number) =>
  Array.from({ length: width * width }, (_, i) => (i % (width + 1) === 0 ? 1 : 0));

/** Evaluate a model that gives its inputs as its outputs. */
const evaluateOutputs = (
  outputs: number[][],
  y: number[][],
  loss: LossName,
  metrics: readonly MetricName[],
) => {
  const [{ length: width }] = outputs;
  const model = sequential([dense(width, { kernelInitializer: given(identity(width)) })], {
    inputShape: [width],
  });
  return model.evaluate({ x: outputs, y }, { loss, metrics, executor });
};

test.each(fixtures.classification)(
  'metrics of classes by their names equal scikit-learn to 1e-12: of class 1 of two, the mean of more (case %#)',
  async ({ truth, probabilities, averages, accuracy, balancedAccuracy, logLoss, brier, rocAuc }) => {
    const width = probabilities.length / truth.length;
    const y = truth.map((label) => Array.from({ length: width }, (_, k) => (k === label ? 1 : 0)));
    const { f1, precision, recall } = averages['binary'] ?? averages['macro'];
    const expected = {
      ...{ accuracy, balancedAccuracy, f1, precision, recall, rocAuc, logLoss, brierLoss: brier },
      averagePrecision: averagePrecision(truth, probabilities),
    };
    const measured = await evaluateOutputs(
      rowsOf(probabilities, width),
      y,
      'categoricalCrossEntropy',
      Object.keys(expected) as MetricName[],
    );
    for (const [name, value] of Object.entries(expected)) expect(measured[name], name).toBeCloseTo(value, 12);
  },
);

test.each(fixtures.regression)(
  'metrics of values by their names equal scikit-learn to 1e-12 (case %#)',
  async ({ truth, predicted, ...expected }) => {
    const column = (values: number[]): number[][] => values.map((value) => [value]);
    const names = Object.keys(expected) as MetricName[];
    const measured = await evaluateOutputs(column(predicted), column(truth), 'meanSquaredError', names);
    for (const name of names)
      expect(measured[name], name).toBeCloseTo((expected as Record<string, number>)[name], 12);
  },
);

test('the name of a metric says whether lower or higher is better', () => {
  const labels = { targets: [0, 1, 0, 1], good: [0, 1, 0, 1], bad: [1, 0, 0, 1] };
  const cases = {
    labels,
    probabilities: { ...labels, good: [0.9, 0.1, 0.2, 0.8, 0.8, 0.2, 0.1, 0.9], bad: Array(8).fill(0.5) },
    values: { targets: [1, 2, 3, 4], good: [1, 2, 3, 4.1], bad: [4, 3, 2, 1] },
  };
  for (const name of metricNames) {
    const { score, mode, reads } = resolveMetric(name);
    const { targets, good, bad } = cases[reads!];
    const gain = score(targets, good, 2) - score(targets, bad, 2);
    expect([name, Math.sign(gain)]).toEqual([name, mode === 'max' ? 1 : -1]);
  }
});
