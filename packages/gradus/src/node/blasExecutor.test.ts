import { describe, expect, test } from 'vitest';
import type { Executor } from '../runtime/executor.ts';
import { createWasmExecutor, WasmExecutor } from '../runtime/wasm/executor.ts';
import { Team as Field } from '../runtime/wasm/machine/opcodes.ts';
import { heapOf } from '../runtime/wasm/memory/heap.ts';
import { fastBuildSupported } from '../runtime/wasm/memory/module.ts';
import type { ProductLibrary } from '../runtime/wasm/threads/external.ts';
import { describeExecutor } from '../testing/conformance.ts';
import { trainOddNetwork } from '../testing/oddNetwork.ts';
import { createBlasExecutor } from './blasExecutor.ts';
import { describeBlas, findBlas } from './findBlas.ts';

const { problem } = describeBlas();
const build = fastBuildSupported() ? 'fast' : 'portable';

describe.skipIf(problem !== undefined)(`blas${problem === undefined ? '' : ` (skipped: ${problem})`}`, () => {
  const everyProduct = (): Executor => {
    const blas = findBlas();
    const library: ProductLibrary = {
      ...blas,
      path: 'every product',
      tiles: (m, n) => [Math.max(1, Math.ceil(m / 2)), Math.max(1, n)],
    };
    return new WasmExecutor(build, 1, library);
  };
  if (problem === undefined) {
    describeExecutor('every product by BLAS', everyProduct, { graphs: 100 });
    describeExecutor('large products by BLAS', () => createBlasExecutor({ threads: 1 }), { graphs: 20 });
  }

  test('its name is the library’s, and one library has one memory', () => {
    const executor = createBlasExecutor();
    expect(executor.name).toBe(`blas-${findBlas().name}`);
    expect(createBlasExecutor().withThreads(1).name).toBe(executor.name);
    expect(heapOf(build, findBlas())).not.toBe(heapOf(build));
  });

  describe.each(['dense', 'convolution'] as const)('a %s network', (kind) => {
    test('takes the course of the WebAssembly executor, within 1e-5 of the loss and 1e-3 of the weights', async () => {
      const blas = await trainOddNetwork(createBlasExecutor(), kind);
      const wasm = await trainOddNetwork(createWasmExecutor(), kind);
      blas.losses.forEach((loss, i) => {
        expect(Math.abs(loss - wasm.losses[i])).toBeLessThanOrEqual(1e-5 * wasm.losses[i]);
      });
      const scale = Math.max(...wasm.weights.map(Math.abs));
      const distance = Math.max(...blas.weights.map((w, i) => Math.abs(w - wasm.weights[i])));
      expect(distance).toBeLessThanOrEqual(1e-3 * scale);
      // The library has computed some of it.
      expect(blas.weights).not.toEqual(wasm.weights);
    });

    test('has the same bits with any number of threads, and in every run', async ({ skip }) => {
      const heap = heapOf(build, findBlas());
      skip(heap.team === undefined, 'this BLAS, or this machine, allows one thread only');
      const team = heap.team;
      const alone = await trainOddNetwork(createBlasExecutor({ threads: 1 }), kind);
      await team!.start(3);
      const jobs = (): number => heap.ints[(team!.address + Field.Job) / 4];
      for (const threads of [2, 3]) {
        const before = jobs();
        expect(await trainOddNetwork(createBlasExecutor({ threads }), kind)).toEqual(alone);
        expect(jobs()).toBeGreaterThan(before);
      }
      expect(team!.ready).toBe(2);
    });
  });
});

test('threads that cannot be are refused', () => {
  expect(() => createBlasExecutor({ lib: 'openblas' } as object)).toThrow(
    "the option 'lib' of createBlasExecutor. Expected one of library, threads.",
  );
  expect(() => createBlasExecutor({ library: 5 as unknown as string })).toThrow(
    "library: 5. Expected the path or the name of a BLAS, such as 'openblas'.",
  );
  expect(() => createBlasExecutor({ threads: 0 })).toThrow(
    'threads: 0. Expected a whole number from 1 to 64',
  );
});

test('a library that is not there is refused', () => {
  expect(() => createBlasExecutor({ library: '/nowhere/libnone.so' })).toThrow(/koffi|libnone/);
});
