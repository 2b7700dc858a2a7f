import { pathToFileURL } from 'node:url';
import * as gradus from 'gradus';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { layerFactories } from '../packages/gradus/src/nn/registry.ts';
import { entriesOf } from '../scripts/entries.mjs';

const entries = ['gradus', 'io'].flatMap(entriesOf);
const program = ts.createProgram(
  entries.map(({ types }) => types),
  { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, skipLibCheck: true },
);
const checker = program.getTypeChecker();

/** The names of the values that declarations promise. */
function promised(declarations: string): string[] {
  const module = checker.getSymbolAtLocation(program.getSourceFile(declarations)!)!;
  return checker
    .getExportsOfModule(module)
    .filter((exported) => {
      const isTypeOnly = exported.declarations?.some(
        (declaration) => ts.isExportSpecifier(declaration) && ts.isTypeOnlyExportDeclaration(declaration),
      );
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      return !isTypeOnly && (symbol.flags & ts.SymbolFlags.Value) !== 0;
    })
    .map(({ name }) => name)
    .sort();
}

test.each(entries.flatMap(({ name, types, builds }) => builds.map((build) => [name, types, build] as const)))(
  '%s exports in every build what its types say, and nothing else',
  async (_, types, build) => {
    const module = await import(/* @vite-ignore */ pathToFileURL(build).href);
    expect(Object.keys(module).sort()).toEqual(promised(types));
  },
);

test('a layer in a model file has the name of its function', () => {
  expect(Object.keys(gradus)).toEqual(expect.arrayContaining(Object.keys(layerFactories())));
});
