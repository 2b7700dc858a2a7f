import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import ts from 'typescript';
import { afterAll, describe, expect, test } from 'vitest';
import { sourceFiles } from '../scripts/checkImports.mjs';
import { examplesOfMarkdown, examplesOfSource, instrument } from '../scripts/examples.mjs';
import { root } from '../scripts/platform.mjs';

// Modules are written inside the checkout, where `gradus` means its sources.
const folder = join(root, '.cache', `examples-${process.pid}`);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (path: string) => readFileSync(path, 'utf8');
const sources = ['gradus', 'io'].flatMap((name) => sourceFiles(join(root, 'packages', name, 'src')));
const documents = [
  join(root, 'README.md'),
  join(root, 'packages', 'gradus', 'README.md'),
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(root, 'docs', name)),
];

/** Make the relative imports of an example, which a part that is not public may use, hold in the folder of the modules. */
const rebase = (code: string, home: string) =>
  code.replace(/(from|import) '(\.[^']+)'/g, (_, keyword: string, path: string) => {
    return `${keyword} '${relative(folder, resolve(home, path))}'`;
  });

const examples = [
  ...sources.flatMap((file) => examplesOfSource(relative(root, file), read(file))),
  ...documents.flatMap((file) => examplesOfMarkdown(relative(root, file), read(file))),
].map(({ name, code }) => {
  const file = join(folder, `${name.replace(/[^A-Za-z0-9]/g, '_')}.ts`);
  const { code: module, checks } = instrument(
    rebase(code, dirname(join(root, name))),
    '../../tests/exampleChecks.ts',
  );
  writeFileSync(file, module);
  return { name, file, checks };
});

describe('examples', () => {
  test.each(examples.map((example) => [example.name, example] as const))(
    '%s',
    async (_, { file, checks }) => {
      await import(/* @vite-ignore */ file);
      expect(checks, 'an example shows at least one result: `expression; // value`').toBeGreaterThan(0);
    },
  );

  test('all have the types that they claim', () => {
    const names = new Map(examples.map(({ file, name }) => [file, name]));
    const program = ts.createProgram([...names.keys()], {
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2023.d.ts'],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      customConditions: ['source'],
      allowImportingTsExtensions: true,
      noEmit: true,
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: true,
      types: ['node'],
    });
    const problems = program.getSourceFiles().flatMap((source) => {
      const name = names.get(source.fileName);
      if (name === undefined) return [];
      const diagnostics = [
        ...program.getSyntacticDiagnostics(source),
        ...program.getSemanticDiagnostics(source),
      ];
      return diagnostics.map(
        ({ messageText }) => `${name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      );
    });
    expect(problems).toEqual([]);
  });
});
