import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { checkImports, findCycles } from './checkImports.mjs';
import { libraryLayers, packageRules } from './importRules.mjs';

/** Check a tree of files, given by path and text. */
function check(files: Record<string, string>): string[] {
  const top = mkdtempSync(join(tmpdir(), 'gradus-imports-'));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(top, path)), { recursive: true });
      writeFileSync(join(top, path), text);
    }
    return checkImports(top);
  } finally {
    rmSync(top, { recursive: true, force: true });
  }
}

const library = (path: string, text: string) => check({ [`packages/gradus/src/${path}`]: text });

test('a downward import passes, an upward one is found with its line and reason', () => {
  expect(library('graph/a.ts', `import { x } from '../util/x.ts';`)).toEqual([]);
  const [problem, ...more] = library('graph/a.ts', `\nimport type { X } from '../models/x.ts';`);
  expect(problem).toMatch(/^packages\/gradus\/src\/graph\/a\.ts:2: graph imports models: /);
  expect(more).toEqual([]);
});

test('re-exports, import() and type imports count as imports', () => {
  expect(library('util/a.ts', `export * from '../graph/x.ts';`)).toHaveLength(1);
  expect(library('util/a.ts', `await import('../graph/x.ts');`)).toHaveLength(1);
  expect(library('util/a.ts', `let x: import('../graph/x.ts').X;`)).toHaveLength(1);
});

test('the library imports no package and no built-in module outside src/node', () => {
  expect(library('data/a.ts', `import 'papaparse';`)).toHaveLength(1);
  expect(library('data/a.ts', `import 'node:fs';`)).toHaveLength(1);
  expect(library('node/a.ts', `import 'node:fs';`)).toEqual([]);
  expect(library('browser/a.ts', `import 'node:fs';`)).toHaveLength(1);
});

test('platform code is reached through #platform only, from the layers that may', () => {
  expect(library('runtime/a.ts', `import { x } from '#platform';`)).toEqual([]);
  expect(library('nn/a.ts', `import { x } from '#platform';`)).toHaveLength(1);
  expect(library('runtime/a.ts', `import { x } from '../node/x.ts';`)).toHaveLength(1);
  expect(library('node/a.ts', `import { x } from '../graph/x.ts';`)).toHaveLength(1);
});

test('packages reach each other by name and downwards', () => {
  expect(
    check({ 'packages/cli/src/a.ts': `import 'gradus'; import '@gradus/io'; import 'node:fs';` }),
  ).toEqual([]);
  expect(check({ 'packages/io/src/a.ts': `import '@gradus/cli';` })).toHaveLength(1);
  expect(check({ 'packages/io/src/a.ts': `import '../../gradus/src/index.ts';` })).toHaveLength(1);
  expect(check({ 'packages/other/src/a.ts': 'export const x = 1;' })).toHaveLength(1);
});

test('a folder without a rule is found', () => {
  expect(library('stray/a.ts', 'export const x = 1;')).toHaveLength(1);
});

test.each([
  ['Math.random()', 'Math.random'],
  ['Math.exp(1)', 'Math.exp'],
  ['const { exp } = Math;', 'Math is read as a whole'],
  ['const e = Math["exp"];', 'Math is read as a whole'],
  ['Date.now()', 'Date.now'],
  ['new Date()', 'new Date'],
  ['"a".localeCompare("b")', 'localeCompare'],
  ['let y = 3; y = y ** 2;', '**'],
  ['setTimeout(() => 0)', 'setTimeout'],
  ['process.exit()', 'process'],
])('%s is found', (text, named) => {
  const problems = library('util/a.ts', text);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(named);
});

test('portable mathematics, constants, local names and comments pass', () => {
  const text = `
    // Math.exp in a comment, and 'Math.random' in a string
    export const text = 'Math.random()';
    export const size = Math.max(1, Math.PI) * 2 ** -24;
    export const call = (process: { module: number }) => process.module;
  `;
  expect(library('util/a.ts', text)).toEqual([]);
});

test('tests may do as they like', () => {
  expect(library('util/a.test.ts', `import 'node:fs'; Math.exp(1);`)).toEqual([]);
  expect(library('testing/a.ts', `import 'node:fs'; Math.exp(1);`)).toEqual([]);
  expect(library('util/a.ts', `import '../testing/a.ts';`)).toHaveLength(1);
});

test('a cycle through a type import is found', () => {
  const files = {
    'packages/gradus/src/util/a.ts': `import type { B } from './b.ts';`,
    'packages/gradus/src/util/b.ts': `import { a } from './a.ts';`,
  };
  expect(check(files)).toHaveLength(1);
});

test('an import cycle is found once, with its files', () => {
  const problems = check({
    'packages/gradus/src/util/a.ts': `import './b.ts';`,
    'packages/gradus/src/util/b.ts': `import './c.ts';`,
    'packages/gradus/src/util/c.ts': `import './a.ts';`,
  });
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/a\.ts → .*b\.ts → .*c\.ts → .*a\.ts$/);
  expect(
    findCycles(
      new Map([
        ['x', ['y']],
        ['y', []],
      ]),
    ),
  ).toEqual([]);
});

test('every rule gives a reason, and no layer may import one that may import it', () => {
  for (const rule of [...libraryLayers, ...packageRules]) expect(rule.because.length).toBeGreaterThan(10);
  const peers = new Set(['train', 'inspect', 'formats']);
  for (const rule of libraryLayers) {
    for (const name of rule.may) {
      const other = libraryLayers.find((candidate) => candidate.from === name);
      const mutual = other?.may.includes(rule.from) === true && name !== rule.from;
      expect(mutual && !(peers.has(name) && peers.has(rule.from)), `${rule.from} ↔ ${name}`).toBe(false);
    }
  }
});
