import { platform } from '#platform';
import { compile } from '../compile/compile.ts';
import { matmul, parameter } from '../graph/operations.ts';
import type { Executor } from './executor.ts';
import { StoreLayout } from './layout.ts';

/** Options of `measureProducts`. */
export interface MeasureProductsOptions {
  /** Rows and columns of the matrices. Default 512. */
  readonly size?: number;
  /** How long to measure, in milliseconds; as long again to warm up before. Default 200. */
  readonly milliseconds?: number;
}

/**
 * Measure how fast an executor multiplies square matrices here and now: 2·size³ operations in the shortest time of many
 * products. Other programs that run at the same time make it slower.
 *
 * @param executor - The executor.
 * @param options - Size of the matrices, length of the measurement. Default `{}`: 512, 200 ms.
 * @returns Billions of operations a second (GFLOP/s), an addition and a multiplication counting as two.
 * @example
 * import { createWasmExecutor } from 'gradus';
 * import { measureProducts } from 'gradus/node';
 * (await measureProducts(createWasmExecutor(), { size: 64, milliseconds: 5 })) > 0; // true
 */
export async function measureProducts(
  executor: Executor,
  { size = 512, milliseconds = 200 }: MeasureProductsOptions = {},
): Promise<number> {
  const shape = [size, size];
  const names = ['a', 'b'];
  const layout = new StoreLayout(names.map((name) => ({ name, shape, trainable: false })));
  const store = executor.createStore(layout, 0);
  names.forEach((name, i) => {
    store.write(
      name,
      Float32Array.from({ length: size * size }, (_, j) => ((j * (7 + i)) % 19) / 19 - 0.5),
    );
  });
  const product = matmul(parameter('a', shape), parameter('b', shape));
  const program = compile({ outputs: { product } });
  const session = executor.createSession(program, { store, rowCapacity: 1 });
  let best = Number.POSITIVE_INFINITY;
  const began = platform.now();
  for (let now = began; now - began < 2 * milliseconds; ) {
    session.start({ steps: 1, batchSize: 1, rowCount: 1 });
    session.advance();
    const end = platform.now();
    best = Math.min(best, end - now);
    // Threads that start need the event loop's help.
    await platform.yieldToEventLoop();
    now = platform.now();
  }
  session.dispose();
  store.dispose();
  return (2 * size * size * size) / best / 1e6;
}
