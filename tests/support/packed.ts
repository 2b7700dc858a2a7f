import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import { npmCommand, root } from '../../scripts/platform.mjs';

const consumer = join(root, 'tests', 'consumer');

/** Run npm in a folder and give what it prints. */
export function npm(args: readonly string[], cwd: string): string {
  const [program, ...first] = npmCommand();
  // Settings that the outer npm passes down belong to this workspace, not to the folder in question.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config|package)_/i.test(name)),
  );
  return execFileSync(program, [...first, ...args], {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** An empty project with the packed library installed. */
export interface PackedProject {
  /** The project's folder. */
  readonly folder: string;
  /** The paths inside the package. */
  readonly files: readonly string[];
  /** Remove the project. */
  remove(): void;
}

/**
 * Pack the library as it would be published and install the archive in an empty project, without any network.
 */
export function installPacked(): PackedProject {
  const folder = mkdtempSync(join(tmpdir(), 'gradus-package-'));
  const library = join(root, 'packages', 'gradus');
  if (!existsSync(join(library, 'dist', 'index.js'))) {
    throw new Error('packages/gradus is not compiled: run `npm run build` first');
  }
  const [archive] = JSON.parse(
    npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], library),
  );
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  npm(
    ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', join(folder, archive.filename)],
    folder,
  );
  return {
    folder,
    files: archive.files.map((file: { path: string }) => file.path),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Copy the consumer's sources, a page and modules that use the library, into a folder of the project. */
export function copyConsumer(project: PackedProject, name: string): string {
  const target = join(project.folder, name);
  cpSync(consumer, target, { recursive: true });
  return target;
}

/** Compile the consumer's modules one by one to JavaScript that Node runs. */
export function compileConsumer(project: PackedProject, names: readonly string[]): string {
  const target = join(project.folder, 'compiled');
  mkdirSync(target, { recursive: true });
  for (const name of names) {
    const { outputText } = ts.transpileModule(readFileSync(join(consumer, `${name}.ts`), 'utf8'), {
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        rewriteRelativeImportExtensions: true,
      },
    });
    writeFileSync(join(target, `${name}.js`), outputText);
  }
  return target;
}
