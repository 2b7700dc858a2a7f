import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { check, expected, train } from './mlpFromScratch.ts';
import { TorchRandom } from './torchRandom.ts';

interface Truth {
  readonly firstAndLastInitialWeights: readonly [readonly number[], readonly number[]];
  readonly firstRowsOfEpochs: readonly (readonly number[])[];
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

const data = process.env['GRADUS_DATA'];

test('50 epochs on MNIST give the published figures', { timeout: 600_000 }, async ({ skip }) => {
  if (data === undefined) skip('GRADUS_DATA is not set: MNIST is not at hand');
  check(await train(join(data as string, 'mnist'), 1), expected(1));
});
