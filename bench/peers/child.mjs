// @ts-check
// A JavaScript contestant in a process of its own: node child.mjs <contestant as JSON>. Each line of standard input is a
// message, each line of standard output an answer; between them the process waits and does nothing.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createContestant } from './contestant.mjs';

/** @typedef {{ engine: 'gradus' | 'tensorflow' | 'jaxJs', threads?: number, numerics?: 'fast' | 'portable', blas?: boolean, predictor?: boolean }} ChildOptions */

/** @type {ChildOptions} */
const options = JSON.parse(process.argv[2]);

/** Whatever a library says must not stand between the answers. */
console.log = console.error;

async function createGradusExecutor() {
  const { createWasmExecutor } = await import('gradus');
  const { threads = 1, numerics = 'fast', blas = false } = options;
  if (!blas) {
    const executor = createWasmExecutor(/** @type {any} */ ({ numerics, threads }));
    if (threads > 1 && !('threads' in executor)) throw new Error('this build of Gradus has no threads');
    return executor;
  }
  const { createBlasExecutor } = /** @type {any} */ (await import('gradus/node'));
  if (createBlasExecutor === undefined) throw new Error('this build of Gradus has no BLAS executor');
  return createBlasExecutor({ threads });
}

/** Say which BLAS an executor computes with, where it has one and tells. */
function describeLibrary(/** @type {object} */ executor) {
  const { library } = /** @type {{ library?: { description?: { version?: string, coreType?: string } } }} */ (
    executor
  );
  const { version, coreType } = library?.description ?? {};
  return {
    ...(version === undefined ? {} : { library: version }),
    ...(coreType === undefined ? {} : { coreType }),
  };
}

/** @type {Record<ChildOptions['engine'], () => Promise<import('./contestant.mjs').Engine>>} */
const engines = {
  async gradus() {
    const { createEngine } = await import('./gradus.mjs');
    const { version } = await import('gradus');
    const executor = await createGradusExecutor();
    const about = { version, threads: options.threads ?? 1, ...describeLibrary(executor) };
    return createEngine(executor, { predictor: options.predictor, about });
  },
  async tensorflow() {
    const { createEngine } = /** @type {any} */ (await import('./tensorflow.mjs'));
    const folder = dirname(
      createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/package.json'),
    );
    return createEngine({ wasmPath: join(folder, 'dist', '/') });
  },
  async jaxJs() {
    const { createEngine } = /** @type {any} */ (await import('./jaxJs.mjs'));
    const { dependencies } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8'));
    const engine = await createEngine();
    return { ...engine, about: { version: dependencies['@jax-js/jax'], ...engine.about, threads: 1 } };
  },
};

/** Reads lines, and as many bytes as a line announces. */
class Reader {
  #chunks = process.stdin[Symbol.asyncIterator]();
  #rest = Buffer.alloc(0);

  async #more() {
    const { value, done } = await this.#chunks.next();
    return done ? undefined : value;
  }

  async line() {
    while (!this.#rest.includes(10)) {
      const chunk = await this.#more();
      if (chunk === undefined) return undefined;
      this.#rest = Buffer.concat([this.#rest, chunk]);
    }
    const end = this.#rest.indexOf(10);
    const text = this.#rest.toString('utf8', 0, end);
    this.#rest = this.#rest.subarray(end + 1);
    return text;
  }

  async bytes(/** @type {number} */ count) {
    const parts = [this.#rest];
    let length = this.#rest.length;
    while (length < count) {
      const chunk = await this.#more();
      if (chunk === undefined) throw new Error('the input ended early');
      parts.push(chunk);
      length += chunk.length;
    }
    const all = Buffer.concat(parts);
    this.#rest = all.subarray(count);
    return new Uint8Array(all.subarray(0, count));
  }
}

const reader = new Reader();
/** @param {object} reply */
const answer = (reply) => process.stdout.write(`${JSON.stringify(reply)}\n`);
/** @type {ReturnType<typeof createContestant> | undefined} */
let contestant;
try {
  const engine = await engines[options.engine]();
  contestant = createContestant({ ...engine, about: { ...engine.about, node: process.version } });
} catch (error) {
  const reason = error instanceof Error ? error.message : String(error);
  contestant = async () => ({ error: reason });
}
for (let line = await reader.line(); line !== undefined; line = await reader.line()) {
  const message = JSON.parse(line);
  if (message.type === 'mnist') {
    const [trainX, trainY, testX, testY] = message.bytes;
    message.train = { x: await reader.bytes(trainX), y: await reader.bytes(trainY) };
    message.test = { x: await reader.bytes(testX), y: await reader.bytes(testY) };
  }
  answer(await contestant(message));
}
process.exit(0);
