// @ts-check
// Joins the modules of packages/gradus into few files: Node reads two hundred small ones four times as slowly. They are
// read as TypeScript, so that enumerations become the numbers that they stand for. Does nothing where no module has
// changed.
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { isMain, root } from './platform.mjs';

const library = join(root, 'packages', 'gradus');
const sources = join(library, 'src');
/** What the compiler makes of each module when one changes. */
const modules = join(library, 'build');
const target = join(library, 'dist');
/** What the package exports or imports by condition; all else goes into these and what they share. */
const entries = ['index', 'node/index', 'node/platform'];
/** What stays as it is: the browser's worker is found by an address that the user's bundler must see. */
const copied = ['browser/platform', 'browser/threadWorker'];

/**
 * What stands in a file of its own: a bundler splits an application by files, and what is loaded only when it is needed
 * must not stand among what always is. Node takes about a millisecond for each.
 */
const groups = [
  { name: 'base', test: /[\\/]src[\\/]((util|graph|compile)[\\/](?!.*erf)|runtime[\\/]\w+\.ts)/ },
  { name: 'reference', test: /[\\/]runtime[\\/]reference[\\/]|[\\/]erf\.ts$/ },
  { name: 'losses', test: /[\\/]losses[\\/]further[\\/]/ },
  { name: 'library', test: /[\\/]src[\\/](?!node[\\/]|index\.ts|.*(diagnose|rowWeights|unreached))/ },
];

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
  mkdirSync(join(target, 'browser'), { recursive: true });
  for (const file of copied) copyFileSync(join(modules, `${file}.js`), join(target, `${file}.js`));
  await build({
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
        entry: Object.fromEntries(entries.map((entry) => [entry, join(sources, `${entry}.ts`)])),
        formats: ['es'],
      },
      rolldownOptions: {
        preserveEntrySignatures: 'allow-extension',
        external: ['#platform', /^node:/],
        output: {
          entryFileNames: '[name].js',
          chunkFileNames: 'chunks/[name].js',
          codeSplitting: { groups, includeDependenciesRecursively: false },
        },
      },
    },
  });
}

if (isMain(import.meta.url)) await bundleLibrary();
