import { expect, test } from 'vitest';
import { compile } from '../../compile/compile.ts';
import { sequential } from '../../models/build.ts';
import { lineUp, Network } from '../../models/network/network.ts';
import { loadModel, saveModel } from '../../models/savedModel.ts';
import type { Executor } from '../../runtime/executor.ts';
import { StoreLayout } from '../../runtime/layout.ts';
import { ReferenceExecutor } from '../../runtime/reference/executor.ts';
import { createWasmExecutor } from '../../runtime/wasm/executor.ts';
import type { Layer } from '../layer.ts';
import { dense } from './dense.ts';
import { gaussianDropout, gaussianNoise } from './noise.ts';

const ROWS = 400;
const WIDTH = 51;

/** What a layer makes of rows of one number, in two steps of a training. */
function outputsOf(layer: Layer, executor: Executor, value: number): [Float64Array, Float64Array] {
  const network = new Network(lineUp([layer], [WIDTH]));
  const { prediction } = network.trace(true);
  const store = executor.createStore(new StoreLayout(network.specs), 0);
  const program = compile({ outputs: { prediction } });
  const session = executor.createSession(program, { store, rowCapacity: ROWS, seed: 3 });
  session.write('input', new Float64Array(ROWS * WIDTH).fill(value));
  const step = (stepNumber: number): Float64Array => {
    session.start({ steps: 1, batchSize: ROWS, rowCount: ROWS, stepNumber });
    session.advance();
    return Float64Array.from(session.read('prediction'));
  };
  return [step(0), step(1)];
}

const momentsOf = (values: Float64Array): [number, number] => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)];
};

// Of n = 20,400 numbers the mean has the error σ/√n = 0.007σ, the deviation 0.005σ: four times that is allowed.
test.each([
  ['gaussianNoise', gaussianNoise(0.5), 2, 0.5],
  ['gaussianDropout', gaussianDropout(0.2), 2, 2 * Math.sqrt(0.2 / 0.8)],
] as const)('%s keeps the mean and has the deviation that it says', (_, layer, value, deviation) => {
  for (const values of outputsOf(layer, new ReferenceExecutor('float64'), value)) {
    const [mean, spread] = momentsOf(values);
    expect(Math.abs(mean - value) / deviation).toBeLessThan(0.028);
    expect(Math.abs(spread / deviation - 1)).toBeLessThan(0.02);
  }
});

test('every executor draws the same noise, another one every step', () => {
  const [first, second] = outputsOf(gaussianNoise(1), new ReferenceExecutor('float64'), 0);
  expect(first).not.toEqual(second);
  for (const numerics of ['portable', 'fast'] as const) {
    const [alike, next] = outputsOf(gaussianNoise(1), createWasmExecutor({ numerics, threads: 1 }), 0);
    alike.forEach((value, i) => {
      expect(Math.abs(value - first[i])).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(first[i])));
    });
    expect(next).not.toEqual(alike);
  }
});

test('evaluation and prediction are without noise; a file keeps its strength', async () => {
  const layers = [gaussianNoise(3), gaussianDropout(0.5), dense(1)];
  const model = sequential(layers, { inputShape: [2], seed: 1 });
  const plain = sequential([dense(1)], { inputShape: [2], seed: 1 });
  const x = [
    [1, 2],
    [3, 4],
  ];
  expect((await model.predict(x)).values).toEqual((await plain.predict(x)).values);
  expect(loadModel(saveModel(model)).model.config()).toEqual(model.config());
  expect(
    model
      .config()
      .layers.map(({ options }) => options)
      .slice(0, 2),
  ).toEqual([{ deviation: 3 }, { rate: 0.5 }]);
});

test('no noise is none, and what cannot be is refused', () => {
  const network = new Network(lineUp([gaussianNoise(0), gaussianDropout(0)], [2]));
  const { prediction, values } = network.trace(true);
  expect(prediction).toBe(values[0]);
  expect(() => gaussianNoise(-1)).toThrow('deviation is -1. Expected a number of at least 0');
  expect(() => gaussianDropout(1)).toThrow('rate is 1. Expected a number of at least 0 and below 1');
});
