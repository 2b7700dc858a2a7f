import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createStream } from '../util/random.ts';
import { Adaline, LinearRegression, LogisticRegression, novikoffBound, Perceptron } from './index.ts';

interface Labelled {
  readonly features: number[][];
  readonly labels: number[];
}
interface Descent extends Labelled {
  readonly neuron: 'identity' | 'logistic' | 'softmax';
  readonly options: {
    readonly learningRate: number;
    readonly epochs: number;
    readonly batchSize: number;
    readonly reduction: 'mean' | 'sum';
    readonly penalty: number;
    readonly penalizeBias: boolean;
  };
  readonly weights: number[];
  readonly biases: number[];
  readonly costs: number[];
}
const fixtures: {
  perceptron: (Labelled & { epochs: number; weights: number[]; bias: number })[];
  descent: Descent[];
  logistic: (Labelled & { penalty: number; probabilities: number[] })[];
  leastSquares: { features: number[][]; targets: number[]; weights: number[]; bias: number; score: number }[];
  margin: (Labelled & { margin: number; radius: number })[];
} = JSON.parse(readFileSync(new URL('../../../../fixtures/linearModels.json', import.meta.url), 'utf8'));

/** ‖a − b‖ / ‖b‖ */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const norm = (values: number[]): number => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  expect(a.length).toBe(b.length);
  return norm(Array.from(a).map((value, i) => value - b[i])) / norm(Array.from(b));
}

test.each(fixtures.perceptron)(
  'a perceptron has scikit-learn’s weights to 1e-12 (case %#)',
  ({ features, labels, epochs, weights, bias }) => {
    const perceptron = new Perceptron({ shuffle: false, epochs }).fit(features, labels);
    expect(distance([...perceptron.weights, ...perceptron.biases], [...weights, bias])).toBeLessThan(1e-12);
  },
);

test.each(fixtures.descent)(
  'the delta rule goes PyTorch’s way to 1e-10: $neuron, batches of $options.batchSize',
  ({ neuron, features, labels, options, weights, biases, costs }) => {
    const { penalizeBias, reduction, ...others } = options;
    const model =
      neuron === 'identity'
        ? new Adaline({ ...others, shuffle: false })
        : new LogisticRegression({ ...options, shuffle: false, solver: 'gradientDescent' });
    model.fit(features, labels);
    expect(distance(model.weights, weights)).toBeLessThan(1e-10);
    expect(distance(model.biases, biases)).toBeLessThan(1e-10);
    expect(distance(model.costs, costs)).toBeLessThan(1e-10);
    if (neuron !== 'identity') return;
    const regression = new LinearRegression({ ...others, shuffle: false, solver: 'gradientDescent' });
    regression.fit(
      features,
      labels.map((label) => 2 * label - 1),
    );
    expect([...regression.weights, regression.bias]).toEqual([...model.weights, ...model.biases]);
  },
);

test.each(fixtures.logistic)(
  'logistic regression gives scikit-learn’s probabilities to 1e-8 (case %#)',
  ({ features, labels, penalty, probabilities }) => {
    const model = new LogisticRegression({ penalty, tolerance: 1e-10 }).fit(features, labels);
    expect(distance(model.predictProbabilities(features), probabilities)).toBeLessThan(1e-8);
    expect(model.costs).toEqual([]);
  },
);

test.each(fixtures.leastSquares)(
  'linear regression has scikit-learn’s weights to 1e-10 (case %#)',
  ({ features, targets, weights, bias, score }) => {
    const model = new LinearRegression().fit(features, targets);
    expect(distance([...model.weights, model.bias], [...weights, bias])).toBeLessThan(1e-10);
    expect(Math.abs(model.score(features, targets) - score)).toBeLessThan(1e-12);
  },
);

test.each(fixtures.margin)(
  'the widest margin is that of the quadratic program to 1e-5 (case %#)',
  ({ features, labels, margin, radius }) => {
    const found = novikoffBound(features, labels);
    expect(Math.abs(found.margin / margin - 1)).toBeLessThan(1e-5);
    expect(Math.abs(found.radius / radius - 1)).toBeLessThan(1e-12);
    expect(found.bound).toBe((found.radius * found.radius) / (found.margin * found.margin));
  },
);

test('no perceptron makes more mistakes than Novikoff’s bound, on 200 random separable tables', () => {
  for (let seed = 0; seed < 200; seed++) {
    const stream = createStream(seed, 'data');
    const rows = 2 + stream.integer(40);
    const width = 1 + stream.integer(5);
    const normal = Array.from({ length: width + 1 }, () => stream.normal());
    const features: number[][] = [];
    const labels: boolean[] = [];
    while (features.length < rows) {
      const row = Array.from({ length: width }, () => 3 * stream.normal());
      const sum = row.reduce((total, value, i) => total + value * normal[i], normal[width]);
      if (Math.abs(sum) < 0.2) continue;
      features.push(row);
      labels.push(sum > 0);
    }
    if (new Set(labels).size < 2) continue;
    const perceptron = new Perceptron({ seed, epochs: 100_000 }).fit(features, labels);
    const total = perceptron.mistakes.reduce((sum, mistakes) => sum + mistakes, 0);
    expect(perceptron.mistakes.at(-1)).toBe(0);
    expect(perceptron.score(features, labels)).toBe(1);
    const { bound, margin } = novikoffBound(features, labels);
    expect(total).toBeLessThanOrEqual(bound);
    const separator = [...perceptron.weights, ...perceptron.biases];
    const other = novikoffBound(features, labels, { separator });
    expect(other.margin).toBeLessThanOrEqual(margin * (1 + 1e-6));
    expect(total).toBeLessThanOrEqual(other.bound);
  }
});

const corners = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];

test('a perceptron never comes to rest on XOR, for which there is no bound', () => {
  const perceptron = new Perceptron({ epochs: 200 }).fit(corners, [0, 1, 1, 0]);
  expect(perceptron.mistakes).toHaveLength(200);
  expect(Math.min(...perceptron.mistakes)).toBeGreaterThan(0);
  expect(() => novikoffBound(corners, [0, 1, 1, 0])).toThrow('classes that no plane separates');
});

test('each unit of several classes is the perceptron of its class against the rest', () => {
  const stream = createStream(4, 'data');
  const labels = Array.from({ length: 60 }, (_, row) => 'abc'[row % 3]);
  const features = labels.map((_, row) => [stream.normal() + (row % 3) * 4, stream.normal() - (row % 3) * 2]);
  const all = new Perceptron({ epochs: 20, shuffle: false }).fit(features, labels);
  ['a', 'b', 'c'].forEach((label, unit) => {
    const one = new Perceptron({ epochs: 20, shuffle: false }).fit(
      features,
      labels.map((own) => own === label),
    );
    expect(all.weights.slice(unit * 2, unit * 2 + 2)).toEqual(one.weights);
    expect(all.biases[unit]).toBe(one.biases[0]);
  });
  expect(all.classes).toEqual(['a', 'b', 'c']);
  expect(all.decisionFunction(features)).toHaveLength(180);
});

test('the analytical Adaline has no gradient left, one class against the rest', () => {
  const stream = createStream(9, 'data');
  const labels = Array.from({ length: 45 }, (_, row) => row % 3);
  const features = labels.map((label) => [stream.normal() + label, stream.normal(), 5]);
  const collinear = new Adaline({ solver: 'analytical' });
  expect(() => collinear.fit(features, labels)).toThrow('Raise the penalty');
  const penalty = 0.1;
  const model = new Adaline({ solver: 'analytical', penalty, targets: [0, 1] }).fit(features, labels);
  const sums = model.decisionFunction(features);
  for (let unit = 0; unit < 3; unit++) {
    const errors = labels.map((label, row) => sums[row * 3 + unit] - (label === unit ? 1 : 0));
    expect(Math.abs(errors.reduce((sum, error) => sum + error, 0))).toBeLessThan(1e-10);
    for (let i = 0; i < 3; i++) {
      const slope = errors.reduce((sum, error, row) => sum + (2 / 45) * error * features[row][i], 0);
      expect(Math.abs(slope + penalty * model.weights[unit * 3 + i])).toBeLessThan(1e-10);
    }
  }
});

test('an order of one’s own replaces the shuffling; a seed fixes it', () => {
  const labels = [0, 1, 1, 1];
  const options = { learningRate: 0.1, epochs: 3, batchSize: 1 };
  const fitted = (more: object): number[] => [
    ...new Adaline({ ...options, ...more }).fit(corners, labels).weights,
  ];
  expect(fitted({ order: () => [0, 1, 2, 3] })).toEqual(fitted({ shuffle: false }));
  expect(fitted({ order: () => [3, 2, 1, 0] })).not.toEqual(fitted({ shuffle: false }));
  expect(fitted({ seed: 5 })).toEqual(fitted({ seed: 5 }));
  expect(fitted({ seed: 5 })).not.toEqual(fitted({ seed: 6 }));
  expect(() => fitted({ order: () => [0, 1, 2] })).toThrow('4 row indices from 0 to 3');
  expect(() => fitted({ order: () => [0, 1, 2, 4] })).toThrow('4 row indices from 0 to 3');
});

test('labels of any kind come back', () => {
  expect(new Perceptron().fit(corners, ['no', 'yes', 'yes', 'yes']).predict([[1, 0]])).toEqual(['yes']);
  expect(new Adaline({ solver: 'analytical' }).fit(corners, [7, 9, 9, 9]).predict(corners)).toEqual([
    7, 9, 9, 9,
  ]);
  expect(new LogisticRegression().fit(corners, [false, true, true, true]).predict([[1, 1]])).toEqual([true]);
  expect(new LogisticRegression().fit(corners, [1, 2, 3, 3]).predictProbabilities([])).toHaveLength(0);
});

test('what cannot be learnt from is refused, with what to do', () => {
  expect(() => new Perceptron().fit([[1]], ['a'])).toThrow("every label is 'a'");
  expect(() => new Adaline().fit([[1], [2]], [1, 1])).toThrow('two classes or more');
  expect(() => new Perceptron().fit([[1], [2]], [1])).toThrow('1 labels as y for 2 rows of x');
  expect(() => new Perceptron().fit([[1], [Number.NaN]], [1, 0])).toThrow('NaN in row 2');
  expect(() => new Perceptron().fit([[1], [2]], [1, Number.NaN])).toThrow('the label NaN in row 2');
  expect(() => new Perceptron().fit([], [])).toThrow('without rows');
  expect(() => new LinearRegression().fit([[1], [2]], [1, Number.POSITIVE_INFINITY])).toThrow(
    'Infinity in row 2',
  );
  expect(() => new Perceptron().predict([[1]])).toThrow('Call fit(x, y) first');
  expect(() => new LinearRegression().predict([[1]])).toThrow('Call fit(x, y) first');
  expect(() => new Perceptron().fit(corners, [0, 1, 1, 1]).predict([[1]])).toThrow('2, as in training');
  expect(() => new Perceptron({ epochs: 0 })).toThrow('epochs is 0');
  expect(() => new Adaline({ targets: [1, 0] })).toThrow('the smaller one first');
  expect(() => new LogisticRegression({ solver: 'newton' as 'lbfgs' })).toThrow('lbfgs, gradientDescent');
  expect(() => new Adaline({ learningRate: 1e9, epochs: 100 }).fit(corners, [0, 1, 1, 1])).toThrow(
    'Lower the learning rate',
  );
  expect(() => novikoffBound(corners, [0, 1, 1, 1], { separator: [1, 1, 0] })).toThrow('does not separate');
  expect(() => novikoffBound(corners, [0, 1, 1, 1], { separator: [1, 1] })).toThrow('the bias last');
  expect(() => novikoffBound(corners, [0, 1, 2, 1])).toThrow('3 classes');
});
