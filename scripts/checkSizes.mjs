// @ts-check
// What an application downloads: each entry is bundled from the built package as Vite does for browsers, minified and
// compressed, and held against a ceiling. A ceiling moves only in the commit that spends it, which says what for.
// Vite's own helper around `import()`, which preloads what a part imports in turn, stands in every application that it
// bundles with such a part, 1.3 kB of it, and in none of other bundlers: it is left out, and what stays calls `import()`.
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { bundleLibrary } from './bundleLibrary.mjs';
import { isMain, root } from './platform.mjs';

/**
 * @typedef {object} Entry
 * @property {string} name
 * @property {string} code what an application imports
 * @property {number} ceiling in bytes, gzip
 */

/** The entries of the package that run in browsers, each as a namespace. */
const everyEntry = [
  "export * from 'gradus';",
  ...['tensor', 'losses', 'metrics', 'preprocess', 'select', 'estimators', 'inspect', 'data', 'formats'].map(
    (name) => `export * as ${name} from 'gradus/${name}';`,
  ),
].join('\n');

/** @type {readonly Entry[]} */
export const entries = [
  {
    name: 'train dense networks, kernels included',
    code: "export { adam, dense, sequential } from 'gradus'; export { softmaxCrossEntropy } from 'gradus/losses';",
    ceiling: 90_000,
  },
  { name: 'load a model and predict', code: "export { loadModel } from 'gradus';", ceiling: 110_000 },
  {
    name: 'gradients of functions',
    code: "export { add, grad, multiply } from 'gradus/tensor';",
    ceiling: 23_200,
  },
  { name: 'scores', code: "export { accuracy, rocAuc } from 'gradus/metrics';", ceiling: 1_500 },
  { name: 'models, layers and training', code: "export * from 'gradus';", ceiling: 125_000 },
  { name: 'every entry', code: everyEntry, ceiling: 160_000 },
];

/**
 * Bundle an entry and give what a page downloads before it runs: the size of its script, compressed.
 *
 * @param {string} code
 * @returns {Promise<number>} bytes
 */
export async function bundledSize(code) {
  const name = 'virtual:entry';
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    plugins: [
      {
        name: 'entry',
        resolveId: (id) => (id === name ? `${root}entry.js` : null),
        load: (id) => (id === `${root}entry.js` ? code : null),
      },
      {
        name: 'plain imports',
        enforce: 'pre',
        load: (id) =>
          id === '\0vite/preload-helper.js' ? 'export const __vitePreload = (load) => load();' : null,
      },
    ],
    worker: { format: 'es' },
    build: {
      write: false,
      target: 'es2022',
      reportCompressedSize: false,
      modulePreload: false,
      rolldownOptions: { input: name, preserveEntrySignatures: 'allow-extension' },
    },
  });
  if (Array.isArray(result) || !('output' in result)) throw new Error('Vite gave no bundle');
  const chunks = new Map(
    result.output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file]] : [])),
  );
  /** What is there before the entry runs: it, and all that it imports. @type {Set<string>} */
  const needed = new Set();
  const need = (/** @type {string} */ fileName) => {
    if (needed.has(fileName)) return;
    needed.add(fileName);
    for (const imported of chunks.get(fileName)?.imports ?? []) need(imported);
  };
  for (const { fileName, isEntry } of chunks.values()) if (isEntry) need(fileName);
  return [...needed].reduce(
    (sum, fileName) => sum + gzipSync(chunks.get(fileName)?.code ?? '', { level: 9 }).length,
    0,
  );
}

/**
 * Say which entries are too big.
 *
 * @param {readonly { name: string, size: number, ceiling: number }[]} measured
 * @returns {string[]}
 */
export const tooBig = (measured) =>
  measured
    .filter(({ size, ceiling }) => size > ceiling)
    .map(({ name, size, ceiling }) => `${name}: ${size} bytes (gzip); the ceiling is ${ceiling}`);

if (isMain(import.meta.url)) {
  await bundleLibrary();
  const measured = [];
  for (const { name, code, ceiling } of entries)
    measured.push({ name, size: await bundledSize(code), ceiling });
  const width = Math.max(...entries.map(({ name }) => name.length));
  for (const { name, size, ceiling } of measured) {
    process.stdout.write(`${name.padEnd(width)} ${String(size).padStart(7)} of ${ceiling} bytes\n`);
  }
  const problems = tooBig(measured);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
