import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createStream } from '../util/random.ts';
import { ridgeRegression, softmaxRegression, trivialClassifier, trivialRegressor } from './index.ts';

interface Logistic {
  features: number[];
  truth: number[];
  penalty: number;
  probabilities: number[];
}
interface Ridge {
  features: number[];
  targets: number[];
  penalty: number;
  predicted: number[];
}
const fixtures: { logistic: Logistic[]; ridge: Ridge[] } = JSON.parse(
  readFileSync(new URL('../../../../fixtures/baselines.json', import.meta.url), 'utf8'),
);
const matrixOf = (features: number[], rows: number) => ({
  values: Float32Array.from(features),
  rows,
  width: features.length / rows,
});
const farthest = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((most, value, index) => Math.max(most, Math.abs(value - b[index])), 0);

test.each(fixtures.logistic)(
  'logistic regression gives scikit-learn’s probabilities to 1e-6 (case %#)',
  (fixture) => {
    const matrix = matrixOf(fixture.features, fixture.truth.length);
    const model = softmaxRegression(matrix, fixture.truth, { penalty: fixture.penalty, tolerance: 1e-10 });
    expect(farthest(model.predictProbabilities(matrix), fixture.probabilities)).toBeLessThan(1e-6);
  },
);

test.each(fixtures.ridge)(
  'ridge regression gives scikit-learn’s predictions to 1e-6 (case %#)',
  (fixture) => {
    const matrix = matrixOf(fixture.features, fixture.targets.length);
    const model = ridgeRegression(matrix, fixture.targets, { penalty: fixture.penalty });
    expect(farthest(model.predict(matrix), fixture.predicted)).toBeLessThan(1e-6);
  },
);

test('the gradient of the logistic loss vanishes at the solution, ten classes, separable', () => {
  const stream = createStream(5, 'init');
  const [rows, width, classes] = [150, 8, 10];
  const targets = Int32Array.from({ length: rows }, (_, row) => row % classes);
  const features = Float32Array.from(
    { length: rows * width },
    (_, i) => stream.normal() * 0.2 + ((targets[Math.floor(i / width)] * (i % width)) % 7),
  );
  const penalty = 1e-3;
  const model = softmaxRegression({ values: features, rows, width }, targets, {
    penalty,
    tolerance: 1e-7,
    maximumIterations: 2000,
  });
  const probabilities = model.predictProbabilities({ values: features, rows, width });
  for (let index = 0; index < classes; index++) {
    for (let i = 0; i < width; i++) {
      let gradient = penalty * model.weights[index * width + i];
      for (let row = 0; row < rows; row++) {
        const error = probabilities[row * classes + index] - (targets[row] === index ? 1 : 0);
        gradient += (error * features[row * width + i]) / rows;
      }
      expect(Math.abs(gradient)).toBeLessThan(2e-7);
    }
  }
});

test('without features the linear baselines are the trivial ones', () => {
  const nothing = { values: new Float32Array(0), rows: 4, width: 0 };
  const shares = softmaxRegression(nothing, [0, 1, 1, 1], { tolerance: 1e-9 }).predictProbabilities(nothing);
  expect(farthest(shares, trivialClassifier([0, 1, 1, 1], 2).predictProbabilities(nothing))).toBeLessThan(
    1e-8,
  );
  expect(ridgeRegression(nothing, [1, 2, 3, 6]).predict(nothing)).toEqual(
    trivialRegressor([1, 2, 3, 6]).predict(nothing),
  );
});

test('a class without rows gets the least probability', () => {
  const matrix = matrixOf([-1, 1, -2, 2], 4);
  const probabilities = softmaxRegression(matrix, [0, 1, 0, 1], { classes: 3 }).predictProbabilities(matrix);
  for (let row = 0; row < 4; row++) expect(probabilities[row * 3 + 2]).toBeLessThan(0.01);
});

test('the trivial classifier takes the first of equally frequent classes', () => {
  expect(trivialClassifier([2, 1, 1, 2], 3).majority).toBe(1);
});

test('data that cannot be learned from is refused', () => {
  const matrix = matrixOf([1, 2], 2);
  expect(() => softmaxRegression(matrix, [0])).toThrow('a target for each row');
  expect(() => softmaxRegression(matrix, [0, 0.5], { classes: 2 })).toThrow('the target 0.5 in row 1');
  expect(() => ridgeRegression(matrix, [1, 2]).predict(matrixOf([1, 2], 1))).toThrow(
    'rows × 1, as in training',
  );
  expect(() => ridgeRegression(matrixOf([1, 1, 2, 2], 2), [1, 2], { penalty: 0 })).toThrow(
    'Raise the penalty',
  );
  expect(() => trivialRegressor([])).toThrow('at least one row');
});
