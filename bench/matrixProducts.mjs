// @ts-check
// Matrix products by themselves, through the executor as programs run them: square ones and odd ones, narrow ones and
// single rows, none and either operand transposed.
import { setImmediate as turn } from 'node:timers/promises';
import { findVariants } from './executors.mjs';
import { figure, percent } from './results.mjs';
import { productTargets } from './targets.mjs';

/** @typedef {'NN' | 'NT' | 'TN'} Kind */
/** @typedef {{ m: number, n: number, k: number, kind: Kind, group: 'large' | 'narrow' | 'row' | 'small' }} Product */

const KINDS = /** @type {const} */ (['NN', 'NT', 'TN']);

/** How often the whole list is gone through. */
const PASSES = 3;
/** A product is timed for so many milliseconds between two looks at the cores, and so many times as long as asked at most. */
const STRETCH = 40;
const PATIENCE = 10;

/** @returns {Product[]} */
function productList() {
  /** @type {Product[]} */
  const list = [];
  for (const size of [256, 384, 512, 784, 1024])
    for (const kind of KINDS) list.push({ m: size, n: size, k: size, kind, group: 'large' });
  for (const kind of KINDS) list.push({ m: 257, n: 263, k: 259, kind, group: 'large' });
  for (const narrow of [10, 3, 2, 1]) {
    list.push({ m: 128, n: narrow, k: 512, kind: 'NN', group: 'narrow' });
    list.push({ m: 128, n: 512, k: narrow, kind: 'NT', group: 'narrow' });
    list.push({ m: 512, n: narrow, k: 128, kind: 'TN', group: 'narrow' });
  }
  list.push(
    { m: 1, n: 512, k: 784, kind: 'NN', group: 'row' },
    { m: 1, n: 512, k: 512, kind: 'NN', group: 'row' },
  );
  list.push(
    { m: 32, n: 100, k: 30, kind: 'NN', group: 'small' },
    { m: 30, n: 100, k: 32, kind: 'TN', group: 'small' },
  );
  list.push(
    { m: 32, n: 8, k: 2, kind: 'NN', group: 'small' },
    { m: 200, n: 100, k: 64, kind: 'NN', group: 'small' },
  );
  return list;
}

/**
 * The library's own modules: matrices are multiplied by a program of one instruction, which no user writes.
 */
async function internals() {
  const build = new URL('../packages/gradus/build/', import.meta.url);
  const load = (/** @type {string} */ path) => import(new URL(path, build).href);
  const [{ compile }, { parameter, matmul }, { StoreLayout }] = await Promise.all([
    load('compile/compile.js'),
    load('graph/operations.js'),
    load('runtime/layout.js'),
  ]);
  return { compile, parameter, matmul, StoreLayout };
}

/**
 * Time one product: the best of many short runs, in microseconds; of those before and after which all cores were there, if
 * there are any.
 *
 * @param {Awaited<ReturnType<typeof internals>>} library
 * @param {import('gradus').Executor} executor
 * @param {Product} product
 * @param {number} milliseconds
 * @param {import('./wholeCores.mjs').CoreWatch} watch
 */
async function timeProduct(
  { compile, parameter, matmul, StoreLayout },
  executor,
  { m, n, k, kind },
  milliseconds,
  watch,
) {
  const a = kind === 'TN' ? [k, m] : [m, k];
  const b = kind === 'NT' ? [n, k] : [k, n];
  const layout = new StoreLayout([
    { name: 'a', shape: a, trainable: false },
    { name: 'b', shape: b, trainable: false },
  ]);
  const store = executor.createStore(layout, 0);
  const values = Float32Array.from(
    { length: Math.max(m * k, k * n) },
    (_, i) => ((i * 7919) % 1009) / 1009 - 0.5,
  );
  store.write('a', values.subarray(0, m * k));
  store.write('b', values.subarray(0, k * n));
  const c = matmul(parameter('a', a), parameter('b', b), {
    transposeA: kind === 'TN',
    transposeB: kind === 'NT',
  });
  const session = executor.createSession(compile({ outputs: { c } }), { store, rowCapacity: 1 });
  const time = (/** @type {number} */ steps) => {
    const began = performance.now();
    session.start({ steps, batchSize: 1, rowCount: steps });
    while (session.advance() === 'paused');
    return ((performance.now() - began) * 1000) / steps;
  };
  try {
    // About two milliseconds a run.
    let steps = 1;
    while (time(steps) * steps < 2000 && steps < 1 << 20) steps *= 2;
    /** @type {number[]} */
    const times = [];
    /** @type {number[]} */
    const disturbed = [];
    const end = performance.now() + PATIENCE * milliseconds;
    for (let counted = 0; counted < milliseconds && performance.now() < end; ) {
      const before = await watch.untilWhole(milliseconds);
      const began = performance.now();
      const stretch = [];
      while (performance.now() - began < STRETCH || stretch.length < 2) {
        stretch.push(time(steps));
        await turn();
      }
      const taken = performance.now() - began;
      const isWhole = watch.isWhole() && before;
      (isWhole ? times : disturbed).push(...stretch);
      if (isWhole) counted += taken;
    }
    if (times.length === 0) times.push(...disturbed);
    return Math.min(...times);
  } finally {
    session.dispose();
    store.dispose();
  }
}

/** Compulsory bytes of a product: each number is read or written once. */
export const bytesOfProduct = (/** @type {Omit<Product, 'group'>} */ { m, n, k }) =>
  4 * (m * k + k * n + m * n);

const nameOf = (/** @type {Omit<Product, 'group'>} */ { m, n, k, kind }) => `${m}×${n}×${k} ${kind}`;

/** @typedef {Product & { name: string, executor: string, threads: number, isBlas: boolean, microseconds: number, gflops: number, share: number, memoryLimit: number }} ProductRow */

export const products = {
  name: 'products',
  title: 'Matrix products',
  explanation:
    'm×n×k: [m, k]·[k, n]; T marks the operand that is stored transposed. The best of many runs of about 2 ms in three passes over the list; the share is that of the ' +
    'multiply-add peak of as many threads. “Of memory” is the share of the memory limit: what a pass over the operands and the result ' +
    'takes at the read rate of the cache level that holds them.',

  /** @param {import('./main.mjs').Context} context */
  async run({ quick, limits, progress, watch }) {
    const library = await internals();
    const { variants, absent } = await findVariants({ portable: false, quick });
    const { createWasmExecutor } = await import(
      new URL('../packages/gradus/build/runtime/wasm/executor.js', import.meta.url).href
    );
    // Threads start when there has been work for them; it is not measured.
    for (const { threads } of variants.filter(({ isBlas }) => !isBlas))
      await timeProduct(
        library,
        createWasmExecutor({ numerics: 'fast', threads }),
        productList()[0],
        300,
        watch,
      );
    const list = productList().filter(({ m }) => !quick || m <= 512);
    const cases = list.flatMap((product) =>
      variants
        .filter(({ isBlas }) => !isBlas)
        .map(({ name, threads }) => ({ product, name, threads, best: Number.POSITIVE_INFINITY })),
    );
    // Every product comes by several times: a bad while of the machine does not hit one of them alone.
    for (let pass = 1; pass <= PASSES; pass++) {
      for (const one of cases) {
        progress(`${nameOf(one.product)}, ${one.name}, ${pass} of ${PASSES}`);
        const executor = createWasmExecutor({ numerics: 'fast', threads: one.threads });
        const best = await timeProduct(library, executor, one.product, quick ? 20 : 80, watch);
        one.best = Math.min(one.best, best);
      }
    }
    /** @type {ProductRow[]} */
    const rows = cases.map(({ product, name, threads, best }) => {
      const gflops = (2 * product.m * product.n * product.k) / best / 1000;
      const bytes = bytesOfProduct(product);
      return {
        ...product,
        name: nameOf(product),
        executor: name,
        threads,
        isBlas: false,
        microseconds: best,
        gflops,
        share: gflops / limits.peak[threads - 1],
        memoryLimit: bytes / readRate(limits, threads, bytes) / best / 1000,
      };
    });
    return { rows, absent };
  },

  /** @param {{ rows: ProductRow[], absent: string[] }} data @returns {import('./results.mjs').Table[]} */
  tables: ({ rows, absent }) => [
    {
      header: ['product', 'executor', 'µs', 'GFLOP/s', 'of peak', 'of memory'],
      rows: rows.map((row) => [
        row.name,
        row.executor,
        figure(row.microseconds),
        figure(row.gflops),
        percent(row.share),
        percent(row.memoryLimit),
      ]),
      ...(absent.length === 0 ? {} : { note: `Left out: ${absent.join('; ')}.` }),
    },
  ],

  /**
   * @param {{ rows: ProductRow[] }} data
   * @param {import('./machine.mjs').Limits} limits
   * @returns {import('./results.mjs').Check[]}
   */
  checks({ rows }, limits) {
    const one = rows.filter(({ threads, isBlas }) => threads === 1 && !isBlas);
    /** @type {import('./results.mjs').Check[]} */
    const checks = KINDS.flatMap((kind) => {
      const own = one.filter((row) => row.group === 'large' && row.kind === kind);
      if (own.length === 0) return [];
      const worst = own.reduce((a, b) => (b.share < a.share ? b : a));
      return [
        {
          what: `products ${kind} from 256 up, the worst`,
          value: 100 * worst.share,
          target: 100 * productTargets.share,
          unit: '% of the peak of 1 thread',
          least: true,
          note: worst.name,
        },
      ];
    });
    for (const narrow of [10, 3, 2, 1]) {
      const own = one.filter((row) => row.group === 'narrow' && Math.min(row.n, row.k) === narrow);
      if (own.length === 0) continue;
      // Half of what wide products reach is asked, or the memory limit.
      const score = (/** @type {ProductRow} */ row) =>
        Math.max(row.share / productTargets.narrowShare, row.memoryLimit);
      const worst = own.reduce((a, b) => (score(b) < score(a) ? b : a));
      checks.push({
        what: `products of ${narrow} ${narrow === 1 ? 'column' : 'columns'}, the worst`,
        value: 100 * worst.share,
        target: 100 * Math.min(productTargets.narrowShare, worst.share / worst.memoryLimit),
        unit: '% of the peak of 1 thread',
        least: true,
        note: worst.name,
      });
    }
    const scale = Math.min(1, limits.peak[1] / limits.peak[0] / 2);
    const pairs = rows
      .filter((row) => row.threads === 2 && row.group === 'large')
      .map((row) => ({ row, alone: one.find(({ name }) => name === row.name) }));
    if (pairs.length > 0) {
      const gains = pairs.map(({ row, alone }) => row.gflops / (alone?.gflops ?? Number.NaN));
      checks.push({
        what: 'products from 256 up: two threads over one, the worst',
        value: Math.min(...gains),
        target: productTargets.twoThreads * scale,
        unit: '×',
        least: true,
        note: pairs[gains.indexOf(Math.min(...gains))].row.name,
      });
    }
    return checks;
  },
};

/**
 * Bytes a second at which a pass over so many bytes reads: of the smallest measured level that holds them, in GB/s.
 *
 * @param {import('./machine.mjs').Limits} limits
 * @param {number} threads
 * @param {number} bytes
 */
export function readRate(limits, threads, bytes) {
  const levels = limits.bandwidth[threads - 1];
  // A level that was measured with 16 KiB holds three times as much, and so on.
  const level =
    levels.find((candidate) => bytes / threads <= 3 * candidate.bytes) ?? levels[levels.length - 1];
  return level.readGBs;
}
