import * as metrics from 'gradus/metrics';
import { expect, test } from 'vitest';
import { scorePredictions } from './scores.ts';

const truth = Int32Array.of(0, 1, 1, 0);
const scoresOf = () => [
  scorePredictions(
    { kind: 'class', classes: truth, probabilities: Float64Array.of(1, 0, 0, 1, 0, 1, 1, 0), warnings: [] },
    truth,
    0,
  ),
  scorePredictions(
    { kind: 'number', values: Float64Array.of(1, 2, 4), warnings: [] },
    Float64Array.of(1, 2, 3),
    0,
  ),
];

test('scores have the names of the functions of gradus/metrics, which say their direction', () => {
  const scores = scoresOf().flatMap(({ main, others }) => [main, ...others]);
  expect(scores.map(({ key }) => key)).toEqual([
    ...['accuracy', 'balancedAccuracy', 'f1', 'logLoss', 'rocAuc'],
    ...['r2', 'rootMeanSquaredError', 'meanAbsoluteError'],
  ]);
  for (const { key, higherIsBetter } of scores) {
    expect(Object.keys(metrics)).toContain(key);
    expect(higherIsBetter, key).toBe(!/(Error|Loss|Deviance)$/.test(key));
  }
});
