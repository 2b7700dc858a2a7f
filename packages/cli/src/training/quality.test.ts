import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { Workplace } from '../testing/command.ts';

// docs/quality.md has all figures; bench/quality.mjs measures them. Here stand those that take seconds.
const place = new Workplace();
afterAll(() => place.remove());

const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length;

/** Scores of the network and of the linear baseline for the seeds 0 to 9. */
async function scores(...args: string[]): Promise<{ network: number[]; linear: number[] }> {
  const network: number[] = [];
  const linear: number[] = [];
  for (let seed = 0; seed < 10; seed++) {
    const { stdout } = await place.run(['train', ...args, '--seed', String(seed), '--json']);
    const { test, baselines } = JSON.parse(stdout);
    network.push(test.value);
    linear.push(baselines[1].value);
  }
  return { network, linear };
}

test('penguins: at least 0.96 with seed 0, a mean of at least 0.985 over seeds 0 to 9', async () => {
  const { network, linear } = await scores('penguins');
  expect(network[0]).toBeGreaterThanOrEqual(0.96);
  expect(mean(network)).toBeGreaterThanOrEqual(0.985);
  expect(mean(network)).toBeGreaterThanOrEqual(mean(linear) - 0.01);
});

const folder = process.env['GRADUS_DATA'];
const because = 'needs the tables that GRADUS_DATA names the folder of';

describe.skipIf(folder === undefined || !existsSync(folder))(`real tables, seeds 0 to 9 (${because})`, () => {
  test('titanic: a mean accuracy of at least 0.79', async () => {
    const drop = 'alive,class,who,adult_male,embark_town,alone,deck';
    const file = join(folder ?? '', 'seaborn', 'titanic.csv');
    const { network, linear } = await scores(file, '--target', 'survived', '--drop', drop);
    expect(mean(network)).toBeGreaterThanOrEqual(0.79);
    expect(mean(network)).toBeGreaterThanOrEqual(mean(linear) - 0.01);
  });

  test('mpg: a mean R² of at least 0.85', async () => {
    const file = join(folder ?? '', 'seaborn', 'mpg.csv');
    const { network, linear } = await scores(file, '--target', 'mpg', '--drop', 'name');
    expect(mean(network)).toBeGreaterThanOrEqual(0.85);
    expect(mean(network)).toBeGreaterThanOrEqual(mean(linear) - 0.01);
  });
});
