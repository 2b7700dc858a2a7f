import { expect, test } from 'vitest';
import { experiment as adalineAutograd } from './adalineAutograd.ts';
import { experiment as adalineSgd } from './adalineSgd.ts';
import { misses, missingData, runQuietly } from './experiment.ts';
import { experiment as l2Logistic } from './l2Logistic.ts';
import { experiment as linearRegression } from './linearRegression.ts';
import { experiment as logistic } from './logistic.ts';
import { experiment as metrics } from './metrics.ts';
import { experiment as neurons } from './neurons.ts';
import { experiment as perceptron } from './perceptron.ts';
import { experiment as sigmoidNeuron } from './sigmoidNeuron.ts';
import { experiment as softmaxIris } from './softmaxIris.ts';
import { experiment as vectorization } from './vectorization.ts';

const experiments = [
  neurons,
  perceptron,
  vectorization,
  linearRegression,
  adalineSgd,
  adalineAutograd,
  sigmoidNeuron,
  logistic,
  softmaxIris,
  l2Logistic,
  metrics,
];

for (const experiment of experiments) {
  test(`${experiment.name} gives the published figures`, async ({ skip }) => {
    const missing = missingData(experiment);
    if (missing !== undefined) skip(missing);
    expect(misses(await runQuietly(experiment))).toEqual([]);
  });
}
