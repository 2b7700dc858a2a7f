import { describe, expect, test } from 'vitest';
import { dense, dropout, sequential } from '../index.ts';
import { adam } from '../optim/index.ts';
import type { Executor } from '../runtime/executor.ts';
import { createWasmExecutor, WasmExecutor } from '../runtime/wasm/executor.ts';
import type { ProductLibrary } from '../runtime/wasm/external.ts';
import { heapOf } from '../runtime/wasm/heap.ts';
import { fastBuildSupported } from '../runtime/wasm/module.ts';
import { Team as Field } from '../runtime/wasm/opcodes.ts';
import { describeExecutor } from '../testing/conformance.ts';
import { createBlasExecutor } from './blasExecutor.ts';
import { describeBlas, findBlas } from './findBlas.ts';

const { problem } = describeBlas();
const build = fastBuildSupported() ? 'fast' : 'portable';

/** Train a network of odd sizes, with dropout and a partial last batch. */
async function train(executor: Executor): Promise<{ weights: Float32Array; losses: number[] }> {
  const [rows, width] = [300, 67];
  const values = Float32Array.from({ length: rows * width }, (_, i) => ((i * 7919) % 1009) / 1009);
  const y = Int32Array.from({ length: rows }, (_, i) => (i * 31) % 5);
  const layers = [
    dense(133, { activation: 'tanh' }),
    dropout(0.3),
    dense(201, { activation: 'relu' }),
    dense(5),
  ];
  const model = sequential(layers, { inputShape: [width] });
  const { epochs } = await model.fit(
    { x: { values, width }, y },
    {
      loss: 'softmaxCrossEntropy',
      optimizer: adam({ learningRate: 0.003 }),
      epochs: 3,
      batchSize: 128,
      executor,
      seed: 4,
    },
  );
  const weights = Float32Array.from(model.getWeights().flatMap((tensor) => [...tensor.values]));
  return { weights, losses: epochs.map(({ loss }) => loss) };
}

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

  test('training takes the course of the WebAssembly executor, within 1e-5 of the loss and 1e-3 of the weights', async () => {
    const blas = await train(createBlasExecutor());
    const wasm = await train(createWasmExecutor());
    blas.losses.forEach((loss, i) => {
      expect(Math.abs(loss - wasm.losses[i])).toBeLessThanOrEqual(1e-5 * wasm.losses[i]);
    });
    const scale = Math.max(...wasm.weights.map(Math.abs));
    const distance = Math.max(...blas.weights.map((w, i) => Math.abs(w - wasm.weights[i])));
    expect(distance).toBeLessThanOrEqual(1e-3 * scale);
  });

  test('any number of threads, and every run, gives the same bits', async ({ skip }) => {
    const heap = heapOf(build, findBlas());
    skip(heap.team === undefined, 'this BLAS, or this machine, allows one thread only');
    const { team } = heap;
    const alone = await train(createBlasExecutor({ threads: 1 }));
    await team!.start(3);
    const jobs = (): number => heap.ints[(team!.address + Field.Job) / 4];
    for (const threads of [2, 3]) {
      const before = jobs();
      expect(await train(createBlasExecutor({ threads }))).toEqual(alone);
      expect(jobs()).toBeGreaterThan(before);
    }
    expect(team!.ready).toBe(2);
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
