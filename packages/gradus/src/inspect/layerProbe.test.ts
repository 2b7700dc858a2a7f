import { expect, test } from 'vitest';
import * as $ from '../graph/operations.ts';
import { functional, sequential } from '../models/build.ts';
import type { Model } from '../models/model.ts';
import type { ActivationName } from '../nn/activations.ts';
import { defineLayer, input } from '../nn/layer.ts';
import { activation } from '../nn/layers/activation.ts';
import { dense } from '../nn/layers/dense.ts';
import { dropout } from '../nn/layers/dropout.ts';
import { add } from '../nn/layers/merge.ts';
import { batchNormalization } from '../nn/layers/normalization.ts';
import { constant, given, normal, zeros } from '../nn/weights/initializers.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { createStream } from '../util/random.ts';
import { inspectLayers, layerProbe } from './layerProbe.ts';

const WIDTH = 10;
const CLASSES = 3;
const stream = createStream(2, 'data');
const rows = 120;
const x = { values: Float32Array.from({ length: rows * WIDTH }, () => stream.normal()), width: WIDTH };
const y = Int32Array.from({ length: rows }, () => stream.integer(CLASSES));
const loss = 'softmaxCrossEntropy' as const;

const kindsOf = async (model: Model): Promise<string[]> =>
  (await inspectLayers(model, { x, y }, { loss })).findings.map(
    ({ kind, layer, severity }) => `${kind} ${layer} ${severity}`,
  );

const built = (layers: Parameters<typeof sequential>[0], seed = 0): Model =>
  sequential(layers, { inputShape: [WIDTH], seed });

const deep = (
  depth: number,
  activation: ActivationName,
  kernelInitializer: 'glorotUniform' | 'heNormal',
  width = 32,
) => Array.from({ length: depth }, () => dense(width, { activation, kernelInitializer }));

test('healthy networks have no findings, before training and after', async () => {
  for (const seed of [0, 1, 2]) {
    expect(await kindsOf(built([...deep(3, 'relu', 'heNormal'), dense(CLASSES)], seed))).toEqual([]);
    expect(await kindsOf(built([...deep(5, 'tanh', 'glorotUniform'), dense(CLASSES)], seed))).toEqual([]);
    expect(await kindsOf(built([dense(20, { activation: 'sigmoid' }), dense(CLASSES)], seed))).toEqual([]);
    // Convex: to begin at 0 is no fault.
    expect(await kindsOf(built([dense(CLASSES, { kernelInitializer: 'zeros' })], seed))).toEqual([]);
    const normalised = [dense(24), batchNormalization(), activation('relu'), dropout(0.3), dense(CLASSES)];
    expect(await kindsOf(built(normalised, seed))).toEqual([]);
  }
  const trained = built([dense(16, { activation: 'relu' }), dense(CLASSES)]);
  await trained.fit({ x, y }, { loss, optimizer: 'adam', epochs: 20, numerics: 'portable' });
  expect(await kindsOf(trained)).toEqual([]);
});

test('figures of a linear layer are those of the closed form', async () => {
  const executor = new ReferenceExecutor('float64');
  const kernel = [0.5, -1, 2];
  const points = [[1, 2, 3], [4, 5, 6], [-1, 0, 1], [2, -2, 0]]; // biome-ignore format: a matrix
  const targets = [1, 2, 3, 4];
  const model = sequential([dense(1, { kernelInitializer: given(kernel) })], { inputShape: [3] });
  const report = await inspectLayers(
    model,
    { x: points, y: targets },
    { loss: 'meanSquaredError', executor },
  );
  const outputs = points.map((point) => point.reduce((sum, value, i) => sum + value * kernel[i], 0));
  const slopes = outputs.map((output, row) => (2 * (output - targets[row])) / 4);
  const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
  expect(report.rows).toBe(4);
  expect(report.loss).toBeCloseTo(meanOf(outputs.map((output, row) => (output - targets[row]) ** 2)), 12);
  const [layer] = report.layers;
  expect(layer).toMatchObject({
    layer: 'dense',
    type: 'dense',
    activation: undefined,
    isOutput: true,
    units: 1,
  });
  expect(layer.activations.mean).toBeCloseTo(meanOf(outputs), 14);
  expect(layer.gradients?.mean).toBeCloseTo(meanOf(slopes), 14);
  const gradient = kernel.map((_, i) => slopes.reduce((sum, slope, row) => sum + slope * points[row][i], 0));
  const [weights, bias] = layer.parameters;
  expect([weights.name, bias.name]).toEqual(['kernel', 'bias']);
  expect(weights.values.mean).toBeCloseTo(0.5, 14);
  expect(weights.gradient?.mean).toBeCloseTo(meanOf(gradient), 13);
  expect(weights.gradient?.quantiles[0]).toBeCloseTo(Math.min(...gradient), 13);
  expect(bias.gradient?.mean).toBeCloseTo(
    slopes.reduce((a, b) => a + b),
    13,
  );
});

test('all-zero and constant initialisation: hidden units are one and the same', async () => {
  for (const kernelInitializer of [zeros(), constant(0.1)]) {
    for (const activation of ['tanh', 'relu', 'sigmoid'] as const) {
      const model = built([
        dense(8, { activation, kernelInitializer }),
        dense(CLASSES, { kernelInitializer }),
      ]);
      expect(await kindsOf(model)).toEqual(['identicalUnits dense problem']);
      // They stay the same, whatever is learned.
      await model.fit({ x, y }, { loss, optimizer: 'adam', epochs: 3, numerics: 'portable' });
      expect(await kindsOf(model)).toEqual(['identicalUnits dense problem']);
    }
  }
  const { findings } = await inspectLayers(
    built([dense(8, { kernelInitializer: 'zeros' }), dense(3)]),
    { x, y },
    { loss },
  );
  expect(findings[0].message).toContain('All 8 units of dense have the same weights');
});

test('dead ReLUs are counted', async () => {
  const bias = Array.from({ length: 20 }, (_, unit) => (unit < 13 ? -100 : 0));
  const model = built([
    dense(20, { activation: 'relu', biasInitializer: given(bias), kernelInitializer: 'heNormal' }),
    dense(CLASSES),
  ]);
  const { layers, findings } = await inspectLayers(model, { x, y }, { loss });
  expect(layers[0].deadUnits).toBeCloseTo(13 / 20, 12);
  expect(layers[1].deadUnits).toBeUndefined();
  expect(findings.map(({ kind, severity }) => [kind, severity])).toEqual([['deadUnits', 'warning']]);
  expect(findings[0].message).toContain('13 of the 20 ReLU units of dense (65 %) are 0 for all 120 rows');
  const dead = built([dense(6, { activation: 'relu', biasInitializer: constant(-99) }), dense(CLASSES)]);
  expect(await kindsOf(dead)).toContain('deadUnits dense problem');
  // Fifteen rows say too little.
  const few = await inspectLayers(model, { x, y }, { loss, rows: 15 });
  expect(few.layers[0].deadUnits).toBeGreaterThanOrEqual(13 / 20);
  expect(few.findings).toEqual([]);
});

test('saturation of sigmoid and tanh is seen, also where an activation layer makes it, but not at the output', async () => {
  const wide = normal(0, 30);
  for (const name of ['sigmoid', 'tanh'] as const) {
    const model = built([dense(12, { activation: name, kernelInitializer: wide }), dense(CLASSES)]);
    expect(await kindsOf(model)).toEqual(['saturation dense problem']);
    const apart = built([dense(12, { kernelInitializer: wide }), activation(name), dense(CLASSES)]);
    expect(await kindsOf(apart)).toEqual([`saturation activation problem`]);
  }
  const sure = built([dense(1, { activation: 'sigmoid', kernelInitializer: wide })]);
  const bits = { x, y: y.map((label) => Math.min(1, label)) };
  const { findings, layers } = await inspectLayers(sure, bits, { loss: 'meanSquaredError' });
  expect(layers[0].saturated).toBeGreaterThan(0.9);
  expect(findings).toEqual([]);
});

test('gradients vanish through many sigmoid layers and explode through large weights', async () => {
  expect(await kindsOf(built([...deep(10, 'sigmoid', 'glorotUniform'), dense(CLASSES)]))).toEqual([
    expect.stringMatching(/^vanishingGradient dense /),
  ]);
  const large = Array.from({ length: 8 }, () => dense(32, { kernelInitializer: normal(0, 1) }));
  expect(await kindsOf(built([...large, dense(CLASSES)]))).toEqual([
    expect.stringMatching(/^explodingGradient dense /),
  ]);
});

test('weights that are not finite, and layers without a slope, are named', async () => {
  const model = built([dense(4, { activation: 'tanh' }), dense(CLASSES)]);
  const weights = model.getWeights();
  weights[2].values[0] = Number.NaN;
  model.setWeights(weights);
  expect(await kindsOf(model)).toEqual(['notFinite dense_1 problem']);
  const cut = defineLayer({ type: 'cut', call: ([tensor]) => $.stopGradient(tensor) });
  expect(await kindsOf(built([dense(4), cut, dense(CLASSES)]))).toEqual(['noGradient dense problem']);
});

test('functional models, shared layers and a probe that looks again', async () => {
  const start = input([WIDTH]);
  const shared = dense(WIDTH, { activation: 'tanh', name: 'shared' });
  const model = functional({
    inputs: [start],
    outputs: dense(CLASSES)(add()(shared(shared(start)), start)),
  });
  const probe = await layerProbe(model, { x, y }, { loss, rows: 50 });
  const first = probe.inspect();
  expect(first.rows).toBe(50);
  expect(first.layers.map(({ layer }) => layer)).toEqual(['shared', 'shared', 'add', 'dense']);
  expect(first.findings).toEqual([]);
  expect(probe.inspect()).toEqual(first);
  const before = model.getWeights();
  await model.fit({ x, y }, { loss, optimizer: 'adam', numerics: 'portable' });
  expect(probe.inspect().loss).not.toBe(first.loss);
  model.setWeights(before);
  expect(probe.inspect()).toEqual(first);
  probe.dispose();
});

test('bytes are scaled, and wrong options are refused', async () => {
  const bytes = { values: Uint8Array.of(0, 255, 255, 0), width: 2, scale: 1 / 255 };
  const model = sequential([dense(1, { kernelInitializer: 'ones' })], { inputShape: [2] });
  const data = { x: bytes, y: [0, 1] };
  const { layers } = await inspectLayers(model, data, { loss: 'meanSquaredError' });
  expect(layers[0].activations.mean).toBeCloseTo(1, 6);
  await expect(inspectLayers(model, data, { loss: 'meanSquaredError', row: 3 } as never)).rejects.toThrow(
    "'row'",
  );
  await expect(inspectLayers(model, data, { loss: 'meanSquaredError', rows: 0 })).rejects.toThrow(
    'rows is 0',
  );
  await expect(inspectLayers(sequential([dense(1)]), data, { loss: 'meanSquaredError' })).rejects.toThrow(
    'inputShape',
  );
});
