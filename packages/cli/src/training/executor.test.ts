import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeBlas } from 'gradus/node';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { smallTable, Workplace } from '../testing/command.ts';

const place = new Workplace();
place.file('small.csv', smallTable());
afterAll(() => place.remove());
afterEach(() => vi.unstubAllEnvs());

const train = (...more: string[]) =>
  place.run(['train', 'small.csv', '--target', 'side', '--epochs', '3', ...more]);

test('--executor blas trains through the BLAS of this machine, and the run says so', async ({ skip }) => {
  const { libraries, problem } = describeBlas();
  skip(problem !== undefined, problem);
  const { code, stdout } = await train('--executor', 'blas', '--out', 'run');
  expect(code).toBe(0);
  expect(stdout).toContain('matrix products by BLAS');
  const config = JSON.parse(readFileSync(join(place.folder, 'run', 'config.json'), 'utf8'));
  expect(config.executor).toBe('blas');
  const report = readFileSync(join(place.folder, 'run', 'report.html'), 'utf8');
  expect(report).toContain(`blas-${libraries[0].name}`);
});

test('without a BLAS, --executor blas says so before anything is written', async () => {
  vi.stubEnv('GRADUS_BLAS', 'off');
  const { code, stderr } = await train('--executor', 'blas', '--out', 'none');
  expect(code).toBe(2);
  expect(stderr).toMatch(/^gradus: GRADUS_BLAS=off, which switches BLAS off\. Expected .*\n$/);
  expect(place.folders()).not.toContain('none');
});

test('a BLAS does not give the same bits on every machine', async () => {
  const { code, stderr } = await train('--executor', 'blas', '--numerics', 'portable');
  expect(code).toBe(2);
  expect(stderr).toContain('--executor blas together with --numerics portable');
});

test('a run of before the choice goes on in WebAssembly', async () => {
  const { readConfig } = await import('./config.ts');
  await train('--out', 'old');
  const text = readFileSync(join(place.folder, 'old', 'config.json'), 'utf8');
  const { executor, ...older } = JSON.parse(text);
  expect(executor).toBe('auto');
  expect(readConfig(JSON.stringify(older), 'config.json').executor).toBe('wasm');
});

test('--threads changes no result, and a number that cannot be is refused', async () => {
  const scores: unknown[] = [];
  for (const threads of ['1', '2']) {
    const { code } = await train('--threads', threads, '--out', `threads-${threads}`);
    expect(code).toBe(0);
    const text = readFileSync(join(place.folder, `threads-${threads}`, 'metrics.json'), 'utf8');
    scores.push(JSON.parse(text).test);
  }
  expect(scores[1]).toEqual(scores[0]);
  const { code, stderr } = await train('--threads', '0', '--out', 'none');
  expect(code).toBe(2);
  expect(stderr).toContain('--threads 0');
});
