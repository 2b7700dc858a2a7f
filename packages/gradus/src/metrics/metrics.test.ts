import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  type Average,
  accuracy,
  balancedAccuracy,
  brierLoss,
  confusionMatrix,
  f1,
  logLoss,
  meanAbsoluteError,
  meanSquaredError,
  precision,
  r2,
  recall,
  rocAuc,
  rootMeanSquaredError,
} from './index.ts';

interface Classification {
  truth: number[];
  predicted: number[];
  probabilities: number[];
  accuracy: number;
  balancedAccuracy: number;
  confusion: number[][];
  averages: Record<Average, { precision: number; recall: number; f1: number }>;
  logLoss: number;
  brier: number;
  rocAuc: number;
}
interface Regression {
  truth: number[];
  predicted: number[];
  r2: number;
  meanSquaredError: number;
  rootMeanSquaredError: number;
  meanAbsoluteError: number;
}
const fixtures: { classification: Classification[]; regression: Regression[] } = JSON.parse(
  readFileSync(new URL('../../../../fixtures/metrics.json', import.meta.url), 'utf8'),
);

const near = (actual: number, expected: number): void => {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-13 * Math.max(1, Math.abs(expected)));
};

test.each(fixtures.classification)('classification equals scikit-learn to 1e-13 (case %#)', (fixture) => {
  const { truth, predicted, probabilities } = fixture;
  near(accuracy(truth, predicted), fixture.accuracy);
  near(balancedAccuracy(truth, predicted), fixture.balancedAccuracy);
  expect(confusionMatrix(truth, predicted).matrix).toEqual(fixture.confusion);
  for (const [average, figures] of Object.entries(fixture.averages)) {
    const options = { average: average as Average };
    near(precision(truth, predicted, options), figures.precision);
    near(recall(truth, predicted, options), figures.recall);
    near(f1(truth, predicted, options), figures.f1);
  }
  near(logLoss(truth, probabilities), fixture.logLoss);
  near(brierLoss(truth, probabilities), fixture.brier);
  near(rocAuc(truth, probabilities), fixture.rocAuc);
});

test('for two classes the probability of the second is enough', () => {
  const { truth, probabilities } = fixtures.classification[0];
  const second = Float64Array.from(truth, (_, row) => probabilities[2 * row + 1]);
  near(logLoss(truth, second), fixtures.classification[0].logLoss);
  near(brierLoss(truth, second), fixtures.classification[0].brier);
  near(rocAuc(truth, second), fixtures.classification[0].rocAuc);
});

test('labels may be texts: the figures do not change', () => {
  const { truth, predicted, probabilities, averages, rocAuc: expected } = fixtures.classification[1];
  const name = (label: number): string => ['ant', 'bee', 'cat'][label];
  near(f1(truth.map(name), predicted.map(name), { average: 'macro' }), averages.macro.f1);
  near(rocAuc(truth.map(name), probabilities), expected);
  expect(confusionMatrix(['b', 'a'], ['b', 'B']).labels).toEqual(['B', 'a', 'b']);
});

test.each(fixtures.regression)('regression equals scikit-learn to 1e-13 (case %#)', (fixture) => {
  const { truth, predicted } = fixture;
  near(r2(truth, predicted), fixture.r2);
  near(meanSquaredError(truth, predicted), fixture.meanSquaredError);
  near(rootMeanSquaredError(truth, predicted), fixture.rootMeanSquaredError);
  near(meanAbsoluteError(truth, predicted), fixture.meanAbsoluteError);
});

test('the positive class is the last by default and can be chosen', () => {
  const truth = ['no', 'yes', 'yes', 'no'];
  const predicted = ['yes', 'yes', 'yes', 'no'];
  near(precision(truth, predicted), 2 / 3);
  near(precision(truth, predicted, { positiveLabel: 'no' }), 1);
  expect(recall([0, 0], [0, 0], { positiveLabel: 1 })).toBe(0);
});

test('classes that do not occur take part where they are named', () => {
  expect(recall([0, 1], [0, 1], { average: 'macro', labels: [0, 1, 2, 3] })).toBe(0.5);
  near(logLoss([0, 2], [0.5, 0.25, 0.25, 0.5, 0.25, 0.25], { labels: [0, 1, 2] }), Math.log(8) / 2);
});

test('the area under the curve is 1/2 where all scores tie, and 0 or 1 where they separate', () => {
  expect(rocAuc([0, 1, 0, 1], [3, 3, 3, 3])).toBe(0.5);
  expect(rocAuc([0, 0, 1], [1, 2, 3])).toBe(1);
  expect(rocAuc([1, 1, 0], [1, 2, Number.POSITIVE_INFINITY])).toBe(0);
});

test('R² of a constant truth is 1 or 0', () => {
  expect(r2([2, 2], [2, 2])).toBe(1);
  expect(r2([2, 2], [2, 3])).toBe(0);
});

test('certain and wrong gives a large loss, not an infinite one', () => {
  near(logLoss([0, 1], [1, 0, 1, 0]), (52 * Math.LN2) / 2);
});

test('what cannot be scored is refused', () => {
  expect(() => accuracy([], [])).toThrow('no rows to score. Expected at least one.');
  expect(() => accuracy([1], [1, 2])).toThrow('1 true and 2 predicted values');
  expect(() => meanSquaredError([1, 2], [1, Number.NaN])).toThrow(
    'NaN among the predicted values, at index 1',
  );
  expect(() => r2([1], [1])).toThrow('at least two');
  expect(() => f1([0, 1, 2], [0, 1, 2])).toThrow("Choose the average 'macro'");
  expect(() => rocAuc([1, 1], [0.1, 0.2], { labels: [0, 1] })).toThrow('rows of one class only');
  expect(() => rocAuc([1, 0], [0.1, Number.NaN])).toThrow('the score NaN in row 1');
  expect(() => logLoss([1, 0], [0.1, Number.NaN])).toThrow('probability NaN at index 1');
  expect(() => logLoss([1, 1], [0.1, 0.9])).toThrow('two classes or more');
  expect(() => confusionMatrix([0, 5], [0, 0], { labels: [0, 1] })).toThrow('the label 5 at index 1');
});
