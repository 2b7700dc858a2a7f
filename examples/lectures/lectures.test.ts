import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { experimentNames, loadExperiment } from './discover.ts';
import { atLeast, atMost, exactly, misses, missingData, near, runQuietly, stated } from './experiment.ts';
import { measured } from './page.ts';
import { cells, columns, headings } from './table.ts';
import { TorchRandom } from './torchRandom.ts';
import { experiment as xor } from './xor.ts';

test('every experiment is called as its file, and says where it comes from', async () => {
  for (const name of experimentNames()) {
    const { deck, title, about, minutes } = await loadExperiment(name);
    for (const text of [deck, title, about]) expect(text.trim().length, name).toBeGreaterThan(4);
    expect(minutes, name).toBeGreaterThan(0);
  }
});

test('the exclusive or gives all 50 published costs', async ({ skip }) => {
  const reason = missingData(xor);
  skip(reason !== undefined, reason);
  expect(misses(await runQuietly(xor))).toEqual([]);
});

test('figures keep their bounds, and NaN keeps none', () => {
  expect(near('a', 1.05, 1, 0.1).passes).toBe(true);
  expect(near('a', 1.15, 1, 0.1).passes).toBe(false);
  expect(exactly('a', 0.12344, 0.1234).passes).toBe(true);
  expect(exactly('a', 0.12346, 0.1234).passes).toBe(false);
  expect(atLeast('a', 98.3, 98.3).passes).toBe(true);
  expect(atMost('a', 5.01, 5).passes).toBe(false);
  for (const figure of [near('a', Number.NaN, 1, 9), exactly('a', Number.NaN, 1), stated('a', Number.NaN)]) {
    expect(figure.passes).toBe(false);
  }
  expect(misses([atMost('error', 6, 5, { published: 5 }), stated('time', 3)])).toEqual([
    'error: 6, published 5, bound ≤ 5',
  ]);
});

test('a figure as cells, in columns and on the page', () => {
  const figure = near('accuracy', 94.4912, 94.5, 0.3, { digits: 2, unit: '%' });
  expect(cells(figure)).toEqual(['accuracy', '94.50 %', '94.49 %', '-0.01', '± 0.3', 'kept']);
  expect(cells(stated('time', 3, { digits: 0, unit: 's' }))).toEqual(['time', '–', '3 s', '', '', '']);
  expect(columns([headings, cells(figure)]).split('\n')).toEqual([
    '          published     ours  difference  bound',
    'accuracy    94.50 %  94.49 %       -0.01  ± 0.3  kept',
  ]);
  const page = measured([
    {
      experiment: { ...xor, about: 'Settings.' },
      record: { name: 'xor', figures: [figure], plots: [], seconds: 75 },
    },
  ]);
  expect(page).toContain(
    '| [The exclusive or, with and without ReLU](#xor) | STAT 479, L09 | 1 of 1 | 75 s |',
  );
  expect(page).toContain('| accuracy | 94.50 % | 94.49 % | -0.01 | ± 0.3 | kept |');
});

test('masks follow the multiplicative generator, its numbers rounded to float32', () => {
  const modulus = 2n ** 31n - 1n;
  for (const seed of [1, 7, 123]) {
    const drawn = new TorchRandom(seed).bernoulli(1000, 0.3);
    // The word that seeds the generator, from its 24 low bits as `uniform` gives them and the 8 others by search.
    const low = new TorchRandom(seed).uniform() * 2 ** 24;
    const fits = Array.from({ length: 256 }, (_, high) => BigInt(high * 2 ** 24 + low)).filter((word) => {
      let x = word % modulus;
      return drawn.every((value) => {
        const expected = Math.fround(Number(x)) / 2 ** 31 < 0.3 ? 1 : 0;
        x = (1132489760n * x) % modulus;
        return value === expected;
      });
    });
    expect(fits).toHaveLength(1);
  }
});

test('nonsense on the command line is told in a sentence, with the usage and status 2', () => {
  const run = (...args: string[]) => {
    const script = fileURLToPath(new URL('../run.mjs', import.meta.url));
    const { status, stderr } = spawnSync(process.execPath, [script, 'lectures/main', ...args], {
      encoding: 'utf8',
    });
    return { status, first: stderr.split('\n')[0], usage: stderr.includes('npm run lectures -- [NAME…]') };
  };
  expect(run('xor', 'perceptrno')).toEqual({
    status: 2,
    first: expect.stringMatching(/^No experiment 'perceptrno'\. Expected one of .*perceptron/),
    usage: true,
  });
  expect(run('--seeds', 'many')).toEqual({
    status: 2,
    first: '--seeds many. Expected whole numbers such as 1,2,3.',
    usage: true,
  });
});
