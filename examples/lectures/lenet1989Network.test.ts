import { expect, test } from 'vitest';
import { connectionsOfH2, lenet1989 } from './lenet1989Network.ts';

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

test('LeNet of 1989: 1,256 units, 64,660 connections, 9,760 parameters, layer by layer', () => {
  const model = lenet1989();
  const weights = new Map(model.getWeights().map(({ name, shape }) => [name, shape]));
  const counts = ['H1', 'H2', 'H3', 'output'].map((layer) => {
    const [kernel, bias] = ['kernel', 'bias'].map((name) => weights.get(`${layer}/${name}`)!);
    // Every unit has a bias of its own, and sees as many inputs as its kernel has weights.
    const units = size(bias);
    return { units, connections: units * (size(kernel.slice(0, -1)) + 1), parameters: size(kernel) + units };
  });
  expect(counts).toEqual([
    { units: 768, connections: 19_968, parameters: 1_068 },
    { units: 192, connections: 38_592, parameters: 2_592 },
    { units: 30, connections: 5_790, parameters: 5_790 },
    { units: 10, connections: 310, parameters: 310 },
  ]);
  expect(counts.reduce((sum, { connections }) => sum + connections, 0)).toBe(64_660);
  expect(model.parameterCount).toBe(9_760);
  expect(size(weights.get('H2/kernel')!)).toBe(2_400);
  expect(model.outputShape).toEqual([10]);
});

test('every plane of H1 is seen by eight planes of H2', () => {
  const seen = connectionsOfH2.flat();
  for (let plane = 0; plane < 12; plane++) expect(seen.filter((other) => other === plane)).toHaveLength(8);
});

test('it learns by heart', async () => {
  const x = Float32Array.from({ length: 4 * 256 }, (_, i) => Math.sign(((i * 7919) % 101) - 50));
  const y = Float32Array.from({ length: 4 * 10 }, (_, i) => (i % 10 === Math.floor(i / 10) ? 1 : -1));
  const model = lenet1989({ bound: (inputs) => 2.4 / Math.sqrt(inputs), seed: 3 });
  const { epochs } = await model.fit(
    { x: { values: x, width: 256 }, y: { values: y, width: 10 } },
    { loss: 'meanSquaredError', optimizer: 'adam', epochs: 60, batchSize: 4, seed: 1, threads: 1 },
  );
  expect(epochs.at(-1)!.loss).toBeLessThan(0.05 * epochs[0].loss);
});
