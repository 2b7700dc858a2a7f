// @ts-check
// Makes the JavaScript of packages/gradus in two forms. For Node the modules that `gradus` needs are joined, and so are
// the others: two hundred small files take four times as long. Engines read all of a file before it runs, so comments
// are left out and local names are short; lines stay, as a stack trace shows them. For bundlers each module stays a file: they leave out, and load on
// demand, by files. The modules are read as TypeScript, so that enumerations become the numbers that they stand for. Does
// nothing where no module has changed.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { isMain, root } from './platform.mjs';

const library = join(root, 'packages', 'gradus');
const sources = join(library, 'src');
/** What the compiler makes of each module when one changes. */
const modules = join(library, 'build');
const target = join(library, 'dist');
const { exports } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8'));
/** The modules that the package exports, without `./src/` and `.ts`. @type {readonly string[]} */
const exported = Object.values(exports).flatMap(
  ({ source }) => source?.match(/^\.\/src\/(.*)\.ts$/)?.[1] ?? [],
);
/** What the package exports, or imports by condition, in Node. */
const entries = [...exported, 'node/platform'];
const exportedFiles = new Set(exported.map((name) => join(sources, `${name}.ts`)));
/** What stays as it is: the browser's worker is found by an address that the user's bundler must see. */
const copied = ['browser/platform', 'browser/threadWorker'];

/** What is loaded only when it is needed. */
const onDemand = /[\\/]diagnose\.ts$/;

/** The modules that `gradus` itself imports, directly or not: those that a reader of `import` statements finds. */
const neededByIndex = closureOf(join(sources, 'index.ts'));

/** @param {string} entry */
function closureOf(entry) {
  const found = new Set([entry]);
  for (const file of found) {
    for (const [, from] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export)\s(?!type\b)[^;]*?from\s+'(\.[^']+)'/gms,
    ))
      found.add(join(file, '..', from));
  }
  return found;
}

/** The time of the newest compiled module. */
const newestModule = () =>
  readdirSync(modules, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.js'))
    .reduce((newest, path) => Math.max(newest, statSync(join(modules, path)).mtimeMs), 0);

const isCurrent = () =>
  [...entries, ...copied].every((entry) => existsSync(join(target, `${entry}.js`))) &&
  entries.every((entry) => statSync(join(target, `${entry}.js`)).mtimeMs >= newestModule());

/** Bundle the library from packages/gradus/src into packages/gradus/dist, beside its types. */
export async function bundleLibrary() {
  if (isCurrent()) return;
  for (const folder of ['chunks', 'modules']) rmSync(join(target, folder), { recursive: true, force: true });
  mkdirSync(join(target, 'browser'), { recursive: true });
  for (const file of copied) copyFileSync(join(modules, `${file}.js`), join(target, `${file}.js`));
  await write(entries, {
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    comments: { jsdoc: false, annotation: false, legal: false },
    minify: {
      compress: { keepNames: { function: true, class: true } },
      mangle: { keepNames: { function: true, class: true } },
      codegen: { removeWhitespace: false },
    },
    codeSplitting: {
      groups: [
        { name: 'library', test: (id) => neededByIndex.has(id) && !exportedFiles.has(id) },
        {
          name: 'tables',
          test: (id) => !onDemand.test(id) && !/[\\/]src[\\/]node[\\/]/.test(id) && !exportedFiles.has(id),
        },
      ],
      includeDependenciesRecursively: false,
    },
  });
  await write(
    exported.filter((name) => name !== 'node/index'),
    {
      entryFileNames: 'modules/[name].js',
      preserveModules: true,
      preserveModulesRoot: sources,
    },
  );
}

/**
 * Translate the modules that some entries need.
 *
 * @param {readonly string[]} names of the entries
 * @param {import('vite').Rolldown.OutputOptions} output which files are written
 */
const write = (names, output) =>
  build({
    root: library,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    // Vite would turn TypeScript into JavaScript file by file, and enumerations into objects.
    oxc: false,
    build: {
      target: 'es2022',
      outDir: target,
      emptyOutDir: false,
      minify: false,
      lib: {
        entry: Object.fromEntries(names.map((name) => [name, join(sources, `${name}.ts`)])),
        formats: ['es'],
      },
      rolldownOptions: {
        preserveEntrySignatures: 'allow-extension',
        external: ['#platform', /^node:/],
        output,
      },
    },
  });

if (isMain(import.meta.url)) await bundleLibrary();
