import { expect, test } from 'vitest';
import { sequential } from '../models/build.ts';
import { dense } from '../nn/layers/dense.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { createStream } from '../util/random.ts';
import { checkGradients } from './gradientCheck.ts';
import { inspectLayers } from './layerProbe.ts';
import { lossLine } from './lossSurface.ts';

const stream = createStream(8, 'data');
const x = Array.from({ length: 12 }, () => [stream.normal(), stream.normal()]);
const y = x.map(([a, b]) => (a * b > 0 ? 1 : 0));
const model = sequential([dense(4, { activation: 'tanh' }), dense(2)], { inputShape: [2], seed: 3 });
const loss = 'softmaxCrossEntropy';
const executor = new ReferenceExecutor('float64');
const sampleWeight = x.map((_, row) => row % 3);

test('weights of rows count in loss surfaces as in evaluate', async () => {
  const data = { x, y, sampleWeight };
  const { losses } = await lossLine(model, data, { loss, executor, resolution: 3 });
  expect(losses[1]).toBeCloseTo((await model.evaluate(data, { loss, executor })).loss, 12);
});

test('gradients of weighted losses are checked; weights are seen in what layers learn', async () => {
  expect((await checkGradients(model, { x, y, sampleWeight }, { loss })).passed).toBe(true);
  const gradientsBy = async (weights: readonly number[]): Promise<string> => {
    const { layers } = await inspectLayers(model, { x, y, sampleWeight: weights }, { loss, executor });
    return JSON.stringify(layers.map(({ gradients }) => gradients));
  };
  const ones = x.map(() => 1);
  const plain = await inspectLayers(model, { x, y }, { loss, executor });
  expect(await gradientsBy(ones)).toBe(JSON.stringify(plain.layers.map(({ gradients }) => gradients)));
  expect(await gradientsBy(sampleWeight)).not.toBe(await gradientsBy(ones));
});
