import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium, withoutChromium } from '../scripts/chromium.mjs';
import { findNewestNode, withoutNewestNode } from '../scripts/newestNode.mjs';
import { root } from '../scripts/platform.mjs';
import { compileConsumer, copyConsumer, installPacked, type PackedProject } from './support/packed.ts';
import { openPage } from './support/page.ts';

let project: PackedProject;
beforeAll(() => {
  project = installPacked();
});
afterAll(() => project?.remove());

const { version } = JSON.parse(readFileSync(join(root, 'packages', 'gradus', 'package.json'), 'utf8'));

/** Run the consumer's program with a Node, which must say nothing else, and give what it prints. */
function runIn(node: string): unknown {
  const folder = compileConsumer(project, ['run', 'node']);
  const { stdout, stderr } = spawnSync(node, [join(folder, 'node.js')], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

/** Build the consumer's page as an application would and give the folder to serve. */
async function buildPage(): Promise<string> {
  const folder = copyConsumer(project, 'page');
  await build({
    root: folder,
    configFile: false,
    logLevel: 'error',
    build: { target: 'es2022' },
    worker: { format: 'es' },
  });
  return join(folder, 'dist');
}

test('the package holds compiled modules, types, a licence and nothing else', () => {
  expect(project.files).toContain('dist/index.js');
  expect(project.files).toContain('dist/index.d.ts');
  expect(project.files).toContain('LICENSE');
  const strays = project.files.filter(
    (path) => !/^(dist\/.*\.(js|d\.ts)|LICENSE|README\.md|package\.json)$/.test(path),
  );
  expect(strays).toEqual([]);
  expect(project.files.filter((path) => /\.test\.|testing/.test(path))).toEqual([]);
});

test('installed in an empty project, it learns XOR', () => {
  expect(runIn(process.execPath)).toMatchObject({ version, accuracy: 1, slope: 6 });
});

test('it trains to the same bits in the newest Node', ({ skip }) => {
  const newest = findNewestNode();
  skip(newest === undefined, withoutNewestNode);
  expect(runIn(newest as string)).toEqual(runIn(process.execPath));
});

test('without SIMD it says what is missing and what would do', () => {
  const folder = compileConsumer(project, ['run', 'node']);
  const withoutSimd = 'data:text/javascript,WebAssembly.validate = () => false';
  const { status, stderr } = spawnSync(process.execPath, ['--import', withoutSimd, join(folder, 'node.js')], {
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toMatch(/UnsupportedError: .*without WebAssembly SIMD\. Expected Node .*\. .*executor/);
});

test.each([
  ['node16', 'node16'],
  ['esnext', 'bundler'],
])('its types hold under module %s, resolution %s', (module, moduleResolution) => {
  const folder = copyConsumer(project, `types-${moduleResolution}`);
  const compilerOptions = {
    ...{ module, moduleResolution, target: 'es2022', strict: true, noEmit: true, types: [] },
    ...{
      lib: ['es2022'],
      skipLibCheck: false,
      exactOptionalPropertyTypes: true,
      allowImportingTsExtensions: true,
    },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['run.ts'] }));
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  try {
    execFileSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
  } catch (error) {
    expect((error as { stdout: string }).stdout).toBe('');
  }
});

const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'";
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
};

test('built with Vite, it trains to the same bits in a page and its worker, under a strict policy', async ({
  skip,
}) => {
  skip(findChromium() === undefined, withoutChromium);
  const folder = await buildPage();
  const inNode = runIn(process.execPath);
  for (const headers of [{}, isolation]) {
    const { result, complaints } = await openPage(folder, { 'content-security-policy': policy, ...headers });
    expect(complaints).toEqual([]);
    const isolated = headers === isolation;
    // Threads need memory that can be shared: a worker's in an isolated page.
    const threads = isolated ? Math.min(8, availableParallelism()) - 1 : 0;
    expect(result).toEqual({ isolated, page: inNode, worker: { result: inNode, threads } });
  }
});

test('threads keep no process alive', () => {
  const folder = compileConsumer(project, ['run', 'node']);
  const { status, signal } = spawnSync(process.execPath, [join(folder, 'node.js')], { timeout: 60_000 });
  expect({ status, signal }).toEqual({ status: 0, signal: null });
});
