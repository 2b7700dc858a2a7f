// @ts-check
// Start-up in fresh processes: import the library, make mnist-100 ready, take the first step. Medians, in milliseconds.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findNewestNode } from '../scripts/newestNode.mjs';
import { isMain } from '../scripts/platform.mjs';

/** How many processes each Node is started in. */
const ROUNDS = 9;

/**
 * Milliseconds: `import` of the library; `kernels`, what making the module and its instance takes of the first step;
 * `firstStep`, from there to the end of a model's first training step, `kernels` included; `secondModel`, the same
 * once more in the same process, where kernels and code are warm.
 *
 * @typedef {{ import: number, kernels: number, firstStep: number, secondModel: number }} StartupTimes
 */

const program = `
  const start = performance.now();
  const { adam, createWasmExecutor, dense, sequential } = await import('gradus');
  const { softmaxCrossEntropy } = await import('gradus/losses');
  const imported = performance.now();
  const values = Float32Array.from({ length: 128 * 784 }, (_, i) => (i % 97) / 97);
  const y = Int32Array.from({ length: 128 }, (_, i) => i % 10);
  const options = { loss: softmaxCrossEntropy(), optimizer: adam(), epochs: 1, batchSize: 128 };
  const train = async () => {
    const begun = performance.now();
    const model = sequential([dense(100, { activation: 'relu' }), dense(10)], { inputShape: [784] });
    await model.fit({ x: { values, width: 784 }, y }, options);
    return performance.now() - begun;
  };
  const { Module, Instance } = WebAssembly;
  let kernels = 0;
  const timed = (Original) => new Proxy(Original, {
    construct(target, args) {
      const begun = performance.now();
      const made = new target(...args);
      kernels += performance.now() - begun;
      return made;
    },
  });
  WebAssembly.Module = timed(Module);
  WebAssembly.Instance = timed(Instance);
  const firstStep = await train();
  const inKernels = kernels;
  const secondModel = await train();
  console.log(JSON.stringify({ import: imported - start, kernels: inKernels, firstStep, secondModel }));
  process.exit(0);
`;

/** @param {readonly number[]} values */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/**
 * Start a Node and read what it measures.
 *
 * @param {string} node
 * @returns {StartupTimes}
 */
function measureOnce(node) {
  const { status, stdout, stderr } = spawnSync(node, ['--input-type=module', '--eval', program], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the start-up benchmark failed:\n${stderr}`);
  return JSON.parse(stdout);
}

/** @param {string} node */
const versionOf = (node) => spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();

/**
 * Measure the start-up on this Node and, where it is there, the newest one, in turns.
 *
 * @param {{ rounds?: number }} [options]
 * @returns {Promise<{ node: string, times: StartupTimes }[]>} medians
 */
export async function measureStartup({ rounds = ROUNDS } = {}) {
  const newest = findNewestNode();
  const nodes = [process.execPath, ...(newest === undefined || newest === process.execPath ? [] : [newest])];
  const measured = nodes.map(() => /** @type {StartupTimes[]} */ ([]));
  for (let round = 0; round < rounds; round++) {
    for (const [i, node] of nodes.entries()) measured[i].push(measureOnce(node));
  }
  return nodes.map((node, i) => {
    const of = (/** @type {keyof StartupTimes} */ name) => median(measured[i].map((times) => times[name]));
    return {
      node: versionOf(node),
      times: {
        import: of('import'),
        kernels: of('kernels'),
        firstStep: of('firstStep'),
        secondModel: of('secondModel'),
      },
    };
  });
}

if (isMain(import.meta.url)) {
  for (const { node, times } of await measureStartup()) {
    const [imported, kernels, first, second] = Object.values(times).map((time) => time.toFixed(1));
    console.log(
      `${node.padEnd(9)} import ${imported} ms, first step of mnist-100 ${first} ms (kernels ${kernels}), of a second model ${second} ms`,
    );
  }
}
