import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sourceFiles } from '../scripts/checkImports.mjs';
import { examplesOfMarkdown, examplesOfSource, instrument } from '../scripts/examples.mjs';
import { root } from '../scripts/platform.mjs';

// Modules are written inside the checkout, where `gradus` means its sources.
const folder = join(root, '.cache', `examples-${process.pid}`);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const sources = ['gradus', 'io'].flatMap((name) => sourceFiles(join(root, 'packages', name, 'src')));
const fromSources = sources.flatMap((file) =>
  examplesOfSource(relative(root, file), readFileSync(file, 'utf8')),
);
const documents = ['README.md', 'packages/gradus/README.md'].filter((path) => existsSync(join(root, path)));
const fromDocuments = documents.flatMap((path) => examplesOfMarkdown(path, read(path)));

describe('examples', () => {
  test.each([...fromSources, ...fromDocuments])('$name', async ({ name, code }) => {
    const file = join(folder, `${name.replace(/[^A-Za-z0-9]/g, '_')}.ts`);
    const { code: module, checks } = instrument(code, '../../tests/exampleChecks.ts');
    writeFileSync(file, module);
    await import(/* @vite-ignore */ file);
    expect(checks, 'an example shows at least one result: `expression; // value`').toBeGreaterThan(0);
  });
});
