import { afterEach, expect, test, vi } from 'vitest';
import { platform } from '#platform';
import { compile } from '../../compile/compile.ts';
import { input, matmul, parameter } from '../../graph/operations.ts';
import { dense } from '../../nn/layers/dense.ts';
import { ReferenceExecutor } from '../../runtime/reference/executor.ts';
import type { TrainingEvent } from '../../train/events.ts';
import { sequential } from '../build.ts';
import { productWork, WORTH_BLAS } from './executor.ts';
import type { FitOptions } from './options.ts';

const library = platform.findProductLibrary();
const problem = library === undefined || 'problem' in library ? 'needs koffi and a BLAS' : undefined;

const rows = 64;
const width = 200;
const x = {
  values: Float32Array.from({ length: rows * width }, (_, i) => ((i * 7919) % 1000) / 1000 - 0.5),
  width,
};
const y = Int32Array.from({ length: rows }, (_, i) => i % 2);
const options = {
  loss: 'softmaxCrossEntropy',
  optimizer: 'adam',
  batchSize: rows,
  epochs: 2,
  seed: 1,
} as const;

/** A step of the large one has 64·200·256·2 + 64·256·2·3 = 6.7 million multiply-adds, of the small one a tenth. */
const build = (units: number) =>
  sequential([dense(units, { activation: 'relu' }), dense(2)], { inputShape: [width] });

async function train(units: number, more: Partial<FitOptions> = {}) {
  const events: TrainingEvent[] = [];
  const model = build(units);
  const history = await model.fit({ x, y }, { ...options, ...more, onEvent: (event) => events.push(event) });
  return { model, history, hints: events.filter(({ type }) => type === 'hint') };
}
const bitsOf = ({ model }: Awaited<ReturnType<typeof train>>) =>
  model.getWeights().map(({ values }) => [...values]);

afterEach(() => vi.restoreAllMocks());

test('the work of products is their multiply-adds, whatever is transposed', () => {
  const product = (y: Parameters<typeof compile>[0]['outputs']) =>
    productWork(compile({ outputs: y ?? {} }), 10);
  const a = input('a', [-1, 3]);
  expect(product({ y: matmul(a, parameter('w', [3, 5])) })).toBeCloseTo(10 * 3 * 5, 9);
  expect(product({ y: matmul(a, parameter('w', [5, 3]), { transposeB: true }) })).toBeCloseTo(150, 9);
});

test('a BLAS trains a network that is large enough, WebAssembly a small one', async ({ skip }) => {
  skip(problem !== undefined, problem);
  expect((await train(256)).history.executor).toMatch(/^blas-/);
  expect((await train(24)).history.executor).toMatch(/^wasm-/);
  expect((await train(256, { executor: 'wasm' })).history.executor).toMatch(/^wasm-/);
  expect((await train(24, { executor: 'blas' })).history.executor).toMatch(/^blas-/);
});

test('the same seed gives the same bits, with any number of threads', async ({ skip }) => {
  skip(problem !== undefined, problem);
  const first = bitsOf(await train(256));
  expect(bitsOf(await train(256))).toEqual(first);
  expect(bitsOf(await train(256, { threads: 1 }))).toEqual(first);
});

test('what asks for bits of any machine, or for another executor, is no matter for a BLAS', async () => {
  expect((await train(256, { numerics: 'portable' })).history.executor).toBe('wasm-portable');
  const reference = new ReferenceExecutor('float32');
  expect((await train(256, { executor: reference, epochs: 1 })).history.executor).toBe('reference-float32');
});

test('a model goes on with what trained it', async () => {
  const model = build(256);
  await model.fit({ x, y }, { ...options, executor: 'wasm' });
  expect((await model.fit({ x, y }, options)).executor).toMatch(/^wasm-/);
});

test('a resumed run goes on with the executor that it began on', async ({ skip }) => {
  skip(problem !== undefined, problem);
  const whole = bitsOf(await train(256, { executor: 'wasm', epochs: 4 }));
  const states: unknown[] = [];
  const checkpoint = { everyEpochs: 2, save: (state: unknown) => void states.push(state) };
  await train(256, { executor: 'wasm', epochs: 4, checkpoint });
  const resumed = await train(256, { epochs: 4, resume: states[0] as never });
  expect(resumed.history.executor).toMatch(/^wasm-/);
  expect(bitsOf(resumed)).toEqual(whole);
});

test('where there is no BLAS a large network says once how to get one, a small one nothing', async () => {
  vi.spyOn(platform, 'findProductLibrary').mockReturnValue({ problem: 'There is none. Install OpenBLAS.' });
  const large = await train(256);
  expect(large.history.executor).toMatch(/^wasm-/);
  expect(large.hints).toEqual([
    {
      type: 'hint',
      message: 'With a BLAS this network would train about twice as fast. There is none. Install OpenBLAS.',
    },
  ]);
  expect((await train(24)).hints).toEqual([]);
  await expect(train(24, { executor: 'blas' })).rejects.toThrow(
    "executor: 'blas' (There is none. Install OpenBLAS)",
  );
});

test('in a browser there is no BLAS, and nothing is said', async () => {
  vi.spyOn(platform, 'findProductLibrary').mockReturnValue(undefined);
  const { history, hints } = await train(256);
  expect([history.executor.startsWith('wasm-'), hints.length]).toEqual([true, 0]);
  await expect(train(24, { executor: 'blas' })).rejects.toThrow("executor: 'blas' in a browser");
});

test('the bound lies between the two networks of these tests', () => {
  expect(WORTH_BLAS).toBeLessThan(64 * 200 * 256 * 2);
  expect(WORTH_BLAS).toBeGreaterThan(64 * 200 * 24 * 2);
});
