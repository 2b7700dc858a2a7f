import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { misses, missingData, runQuietly } from './experiment.ts';
import { experiment, train } from './mlpFromScratch.ts';
import { TorchRandom } from './torchRandom.ts';

interface Truth {
  readonly firstAndLastInitialWeights: readonly [readonly number[], readonly number[]];
  readonly firstRowsOfEpochs: readonly (readonly number[])[];
  readonly trainMeanSquaredError: readonly number[];
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
}

const { seeds } = JSON.parse(
  readFileSync(new URL('../../fixtures/lectureMlp.json', import.meta.url), 'utf8'),
) as { seeds: Record<string, Truth> };

for (const [seed, truth] of Object.entries(seeds)) {
  test(`PyTorch 1.0's random numbers with seed ${seed}: weights, and the rows of two epochs`, () => {
    const random = new TorchRandom(Number(seed));
    const hidden = random.normal(50 * 784, 0.1);
    const output = random.normal(10 * 50, 0.1);
    [...hidden.subarray(0, 4)].forEach((value, i) => {
      expect(Math.abs(value - truth.firstAndLastInitialWeights[0][i])).toBeLessThan(1e-7);
    });
    [...output.subarray(-4)].forEach((value, i) => {
      expect(Math.abs(value - truth.firstAndLastInitialWeights[1][i])).toBeLessThan(1e-7);
    });
    for (const rows of truth.firstRowsOfEpochs) {
      expect([...random.loaderOrder(60_000).subarray(0, 5)]).toEqual(rows);
      random.loaderOrder(60_000);
    }
  });
}

const skipped = missingData(experiment);

test('50 epochs on MNIST give the published figures', { timeout: 600_000 }, async ({ skip }) => {
  skip(skipped !== undefined, skipped);
  expect(misses(await runQuietly(experiment))).toEqual([]);
});

test('50 epochs with seed 2 give the figures of NumPy within 2e-5', { timeout: 600_000 }, async ({
  skip,
}) => {
  skip(skipped !== undefined, skipped);
  const ours = await train(process.env['GRADUS_DATA'] as string, 2);
  const truth = seeds['2'];
  truth.trainMeanSquaredError.forEach((value, i) => {
    expect(Math.abs(ours.meanSquaredErrors[i] - value)).toBeLessThan(2e-5);
  });
  expect(ours.trainAccuracy).toBeCloseTo(100 * truth.trainAccuracy, 10);
  expect(ours.testAccuracy).toBeCloseTo(100 * truth.testAccuracy, 10);
});
