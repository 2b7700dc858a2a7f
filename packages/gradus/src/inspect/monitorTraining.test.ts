import { expect, test } from 'vitest';
import { sequential } from '../models/build.ts';
import { dense } from '../nn/layers/dense.ts';
import { sgd } from '../optim/sgd.ts';
import { createStream } from '../util/random.ts';
import { layerProbe } from './layerProbe.ts';
import { monitorTraining } from './monitorTraining.ts';

const stream = createStream(6, 'data');
const x = Array.from({ length: 64 }, () => Array.from({ length: 6 }, () => stream.normal()));
const y = Int32Array.from(x, (row) => (row[0] * row[1] > 0 ? 1 : 0));
const common = { loss: 'softmaxCrossEntropy', batchSize: 8, numerics: 'portable' } as const;
const network = () => sequential([dense(16, { activation: 'tanh' }), dense(2)], { inputShape: [6] });

test('a healthy training has no findings, and the monitor changes no bit of it', async () => {
  const [watched, alone] = [network(), network()];
  const probe = await layerProbe(watched, { x, y }, { loss: common.loss, numerics: 'portable' });
  const monitor = monitorTraining({ everySteps: 5, probe });
  const options = { ...common, optimizer: sgd({ learningRate: 0.05 }), epochs: 4 };
  await watched.fit({ x, y }, { ...options, callbacks: [monitor] });
  await alone.fit({ x, y }, options);
  expect(watched.getWeights()).toEqual(alone.getWeights());
  expect(monitor.records.map(({ step }) => step)).toEqual([5, 10, 15, 20, 25, 30]);
  for (const { updateRatios, layers } of monitor.records) {
    expect(Object.keys(updateRatios)).toEqual(['dense/kernel', 'dense_1/kernel']);
    expect(layers?.layers).toHaveLength(2);
  }
  expect(monitor.records[5].layers!.loss).toBeLessThan(monitor.records[0].layers!.loss);
  expect(monitor.findings()).toEqual([]);
});

test('learning rates out of the ordinary show in the updates', async () => {
  for (const [learningRate, kind] of [
    [1e-6, 'smallUpdates'],
    [30, 'largeUpdates'],
  ] as const) {
    // biome-ignore format: pairs
    const monitor = monitorTraining({ everySteps: 1 });
    const optimizer = sgd({ learningRate });
    await network().fit({ x, y }, { ...common, optimizer, callbacks: [monitor] });
    // The step before the first is not seen.
    expect(monitor.records[0].updateRatios).toEqual({});
    expect(monitor.findings().map((finding) => finding.kind)).toContain(kind);
    expect(monitor.findings()[0].message).toMatch(/(Raise|Lower) the learning rate/);
  }
});

test('a new training forgets the last one; wrong options are refused', async () => {
  const monitor = monitorTraining({ everySteps: 8 });
  for (let i = 0; i < 2; i++)
    await network().fit({ x, y }, { ...common, optimizer: 'adam', callbacks: [monitor] });
  expect(monitor.records).toHaveLength(1);
  expect(() => monitorTraining({ everySteps: 0 })).toThrow('everySteps is 0');
  expect(() => monitorTraining({ every: 3 } as never)).toThrow("'every'");
});
