/**
 * Looking into networks: layers at work, a training watched from within, the loss around a model, bias and variance.
 *
 *     node examples/run.mjs inspection             prints what is found
 *     node examples/run.mjs inspection --plots     also draws the figures of docs/inspection.md
 */
import { writeFileSync } from 'node:fs';
import * as Plot from '@observablehq/plot';
import { type ActivationName, adam, createStream, dense, type Model, sequential, sgd } from 'gradus';
import {
  biasVariance,
  type Finding,
  inspectLayers,
  type LayersReport,
  type LossSurface,
  layerProbe,
  lossSurface,
  type MonitorRecord,
  monitorTraining,
  recordWeights,
} from 'gradus/inspect';
import { colors, INK, plotSvg } from '../scripts/plotSvg.mjs';

const loss = 'softmaxCrossEntropy';

/** Two half-moons that reach into each other, a class each. */
function moons(count: number, noise: number, seed: number): { x: number[][]; y: Int32Array } {
  const stream = createStream(seed, 'data');
  const y = Int32Array.from({ length: count }, (_, i) => i % 2);
  const x = Array.from(y, (moon) => {
    const angle = Math.PI * stream.uniform();
    const [across, up] = [Math.cos(angle), Math.sin(angle)];
    const place = moon === 0 ? [across, up - 0.25] : [1 - across, 0.25 - up];
    return place.map((value) => value + noise * stream.normal());
  });
  return { x, y };
}

const train = moons(400, 0.2, 1);

/** Eight hidden layers, well and badly begun. */
const networks: Readonly<Record<string, () => Model>> = {
  'tanh, glorotUniform': () => deep('tanh', 'glorotUniform'),
  'relu, heNormal': () => deep('relu', 'heNormal'),
  'sigmoid, glorotUniform': () => deep('sigmoid', 'glorotUniform'),
  'tanh, zeros': () => deep('tanh', 'zeros'),
};

function deep(activation: ActivationName, kernelInitializer: 'glorotUniform' | 'heNormal' | 'zeros'): Model {
  const hidden = Array.from({ length: 8 }, () => dense(32, { activation, kernelInitializer }));
  return sequential([...hidden, dense(2, { kernelInitializer })], { inputShape: [2] });
}

async function lookAtLayers(): Promise<Record<string, LayersReport>> {
  const reports: Record<string, LayersReport> = {};
  for (const [name, make] of Object.entries(networks))
    reports[name] = await inspectLayers(make(), train, { loss });
  return reports;
}

/** Train with three rates, and watch. */
async function watch(): Promise<{ rate: number; records: readonly MonitorRecord[]; findings: Finding[] }[]> {
  const watched = [];
  for (const rate of [1e-5, 1e-1, 20]) {
    const model = sequential([dense(32, { activation: 'tanh' }), dense(2)], { inputShape: [2] });
    const probe = await layerProbe(model, train, { loss });
    const monitor = monitorTraining({ everySteps: 5, probe });
    const optimizer = sgd({ learningRate: rate });
    await model.fit(train, { loss, optimizer, epochs: 20, batchSize: 40, callbacks: [monitor] });
    watched.push({ rate, records: monitor.records, findings: monitor.findings() });
  }
  return watched;
}

/** Train, and see the loss around the end: on a random plane and on that of the path. */
async function around(resolution: number): Promise<Record<'random' | 'path', LossSurface>> {
  const model = sequential([dense(16, { activation: 'tanh' }), dense(16, { activation: 'tanh' }), dense(2)], {
    inputShape: [2],
  });
  const start = model.getWeights();
  const recorder = recordWeights({ everySteps: 10 });
  const optimizer = adam({ learningRate: 0.01 });
  await model.fit(train, { loss, optimizer, epochs: 150, batchSize: 40, callbacks: [recorder] });
  const options = { loss, resolution, path: [start, ...recorder.path] } as const;
  return {
    random: await lossSurface(model, train, options),
    path: await lossSurface(model, train, { ...options, directions: 'path' }),
  };
}

/** Bias and variance of networks from narrow to wide, trained long on few rows. */
async function decompose(
  rounds: number,
): Promise<{ width: number; bias: number; variance: number; loss: number }[]> {
  const few = moons(60, 0.35, 3);
  const test = moons(400, 0, 4);
  const found = [];
  for (const width of [1, 2, 4, 16, 64]) {
    const {
      bias,
      variance,
      loss: whole,
    } = await biasVariance({
      async train(rows, seed) {
        const model = sequential([dense(width, { activation: 'tanh' }), dense(2)]);
        const sample = { x: Array.from(rows, (row) => few.x[row]), y: Array.from(rows, (row) => few.y[row]) };
        await model.fit(sample, {
          loss,
          optimizer: adam({ learningRate: 0.03 }),
          epochs: 200,
          batchSize: 20,
          seed,
        });
        return model.predictLabels(test.x);
      },
      rows: few.x.length,
      targets: test.y,
      loss: 'zeroOne',
      rounds,
    });
    found.push({ width, bias, variance, loss: whole });
  }
  return found;
}

/** Run the example as a command. */
export async function main(args: readonly string[] = []): Promise<void> {
  const draw = args.includes('--plots');
  const reports = await lookAtLayers();
  for (const [name, { findings }] of Object.entries(reports))
    console.log(`${name}: ${findings[0]?.message ?? 'nothing found'}`);
  const kinds = Object.values(reports).map(({ findings }) => findings[0]?.kind);
  const expected = [undefined, undefined, 'vanishingGradient', 'identicalUnits'];
  if (kinds.join() !== expected.join()) throw new Error(`expected ${expected.join()}, found ${kinds.join()}`);

  const watched = await watch();
  for (const { rate, findings } of watched)
    console.log(`learning rate ${rate}: ${findings[0]?.message ?? 'nothing found'}`);
  if (watched[1].findings.length > 0) throw new Error('a healthy training has findings');

  const surfaces = await around(draw ? 41 : 3);
  const [first, second] = surfaces.path.explained!;
  console.log(`two directions hold ${(100 * (first + second)).toFixed(1)} % of the path's variance`);

  const parts = await decompose(draw ? 40 : 4);
  for (const { width, bias, variance } of parts)
    console.log(`${width} hidden units: bias ${bias.toFixed(3)}, variance ${variance.toFixed(3)}`);
  if (!draw) return;
  const keep = (name: string, svg: string): void =>
    writeFileSync(new URL(`../docs/plots/inspection-${name}.svg`, import.meta.url), svg);
  keep('layers', layersSvg(reports));
  keep('updates', updatesSvg(watched));
  keep('surface', surfaceSvg(surfaces));
  keep('biasVariance', biasVarianceSvg(parts));
}

function layersSvg(reports: Readonly<Record<string, LayersReport>>): string {
  const panel = (heading: string, of: (layer: LayersReport['layers'][number]) => number | undefined) => ({
    heading,
    options: {
      marginLeft: 56,
      x: { label: 'layer →', ticks: 9 },
      y: { type: 'log', grid: true, label: null, tickFormat: '.0e' },
      marks: Object.values(reports).flatMap(({ layers }, i) => {
        const points = layers.map((layer, k) => ({ x: k + 1, y: of(layer) ?? 0 })).filter(({ y }) => y > 0);
        return [
          Plot.line(points, { x: 'x', y: 'y', stroke: colors[i] }),
          Plot.dot(points, { x: 'x', y: 'y', fill: colors[i], r: 2.5 }),
        ];
      }),
    } satisfies Plot.PlotOptions,
  });
  const panels = [
    panel('size of the outputs', ({ activations }) => activations.rootMeanSquare),
    panel('size of the gradients by them', ({ gradients }) => gradients?.rootMeanSquare),
  ];
  const legend = Object.keys(reports).map((name) =>
    name.replace(', glorotUniform', '').replace(', heNormal', ''),
  );
  return plotSvg('Eight hidden layers before training', panels, {
    columns: 2,
    width: 400,
    height: 260,
    legend,
  });
}

function updatesSvg(
  watched: readonly { readonly rate: number; readonly records: readonly MonitorRecord[] }[],
): string {
  const options: Plot.PlotOptions = {
    marginLeft: 56,
    x: { label: 'step →' },
    y: { type: 'log', grid: true, label: '↑ ‖Δw‖ / ‖w‖', tickFormat: '.0e' },
    marks: [
      Plot.ruleY([1e-3], { stroke: INK, strokeDasharray: '4 3' }),
      ...watched.map(({ records }, i) =>
        Plot.line(
          records.map(({ step, updateRatios }) => ({ step, ratio: updateRatios['dense/kernel'] })),
          { x: 'step', y: 'ratio', stroke: colors[i] },
        ),
      ),
    ],
  };
  return plotSvg('How much a step changes the first kernel', [{ options }], {
    width: 640,
    height: 300,
    legend: watched.map(({ rate }) => `rate ${rate}`),
    note: 'dashed: 1e-3, as usual',
  });
}

function surfaceSvg(surfaces: Readonly<Record<'random' | 'path', LossSurface>>): string {
  const panel = (heading: string, { x, losses, path }: LossSurface) => {
    const [least, most] = [x[0], x[x.length - 1]];
    const inside = path.filter((point) => Math.max(Math.abs(point.x), Math.abs(point.y)) <= most);
    return {
      heading,
      options: {
        marginLeft: 34,
        x: { domain: [least, most], label: null },
        y: { domain: [least, most], label: null },
        color: { type: 'log', range: ['#0b6bcb', '#f1f5f9'], interpolate: 'rgb' },
        marks: [
          Plot.contour([...losses], {
            width: x.length,
            height: x.length,
            ...{ x1: least, x2: most, y1: least, y2: most },
            thresholds: Array.from({ length: 24 }, (_, i) => 0.02 * 1.35 ** i),
            fill: (value: number) => value,
            stroke: '#94a3b8',
            strokeWidth: 0.4,
          }),
          Plot.line(inside, { x: 'x', y: 'y', stroke: colors[1], strokeWidth: 1.6 }),
          Plot.dot(inside.slice(-1), { x: 'x', y: 'y', fill: colors[1], r: 3.5 }),
        ],
      } satisfies Plot.PlotOptions,
    };
  };
  const [first, second] = surfaces.path.explained!.map((share) => `${(100 * share).toFixed(0)} %`);
  const panels = [
    panel('two random directions, filter-normalised', surfaces.random),
    panel(`principal directions of the path: ${first} and ${second}`, surfaces.path),
  ];
  return plotSvg('The loss around a trained network', panels, { columns: 2, width: 380, height: 360 });
}

function biasVarianceSvg(parts: Awaited<ReturnType<typeof decompose>>): string {
  const options: Plot.PlotOptions = {
    marginLeft: 48,
    x: {
      type: 'log',
      base: 2,
      label: 'hidden units →',
      ticks: parts.map(({ width }) => width),
      tickFormat: 'd',
    },
    y: { label: '↑ share of test rows', grid: true, zero: true },
    marks: (['loss', 'bias', 'variance'] as const).flatMap((name, i) => [
      Plot.line(parts, { x: 'width', y: name, stroke: colors[i] }),
      Plot.dot(parts, { x: 'width', y: name, fill: colors[i], r: 3 }),
    ]),
  };
  const legend = ['loss', 'bias', 'variance'];
  return plotSvg('0-1 loss of networks from narrow to wide', [{ options }], {
    width: 640,
    height: 300,
    legend,
  });
}
