import { expect, test } from 'vitest';
import { measureProducts } from './productBenchmark.ts';
import { ReferenceExecutor } from './reference/executor.ts';
import { createWasmExecutor } from './wasm/executor.ts';

test.each([
  ['wasm', createWasmExecutor({ threads: 1 })],
  ['reference', new ReferenceExecutor()],
])('the rate of %s is a number above 0 and below what any processor reaches', async (_, executor) => {
  for (const size of [1, 33]) {
    const rate = await measureProducts(executor, { size, milliseconds: 2 });
    expect(rate).toBeGreaterThan(0);
    expect(rate).toBeLessThan(1e5);
  }
});
