// @ts-check
// The executors that training is measured on, as a table: what is not there is left out, with its reason.
import { createWasmExecutor } from 'gradus';
import * as gradusNode from 'gradus/node';

/** @typedef {{ name: string, threads: number, isPortable: boolean, isBlas: boolean, make: () => import('gradus').Executor }} Variant */

/** @type {readonly { name: string, threads: number, numerics: 'fast' | 'portable', blas?: boolean }[]} */
const table = [
  { name: 'wasm, 1 thread', threads: 1, numerics: 'fast' },
  { name: 'wasm, 2 threads', threads: 2, numerics: 'fast' },
  { name: 'portable, 1 thread', threads: 1, numerics: 'portable' },
  { name: 'portable, 2 threads', threads: 2, numerics: 'portable' },
  { name: 'BLAS, 1 thread', threads: 1, numerics: 'fast', blas: true },
  { name: 'BLAS, 2 threads', threads: 2, numerics: 'fast', blas: true },
];

/** Older builds know no threads: their executors do not tell how many they use. */
const usesThreads = (/** @type {object} */ executor, /** @type {number} */ threads) =>
  threads === 1 || ('threads' in executor && executor.threads === threads);

/**
 * List the executors that run here.
 *
 * @param {{ portable?: boolean, quick?: boolean }} [options] portable: false leaves the portable ones out
 * @returns {Promise<{ variants: Variant[], absent: string[] }>}
 */
export async function findVariants({ portable = true, quick = false } = {}) {
  const variants = [];
  const absent = [];
  for (const { name, threads, numerics, blas = false } of table) {
    if (numerics === 'portable' && (!portable || (quick && threads > 1))) continue;
    try {
      const options = /** @type {any} */ ({ numerics, threads });
      const createBlas = /** @type {any} */ (gradusNode).createBlasExecutor;
      if (blas && typeof createBlas !== 'function') throw new Error('this build has no BLAS executor');
      const make = () => (blas ? createBlas({ threads }) : createWasmExecutor(options));
      if (!usesThreads(await make(), threads)) throw new Error('this build does not run on several threads');
      variants.push({ name, threads, isPortable: numerics === 'portable', isBlas: blas, make });
    } catch (error) {
      absent.push(`${name}: ${error instanceof Error ? error.message : error}`);
    }
  }
  return { variants, absent };
}
