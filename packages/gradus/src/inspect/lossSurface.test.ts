import { expect, test } from 'vitest';
import { sequential } from '../models/build.ts';
import { dense } from '../nn/layers/dense.ts';
import { batchNormalization } from '../nn/layers/normalization.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { createStream } from '../util/random.ts';
import { difference, dot, filterNormalized, principalDirections, project } from './directions.ts';
import { lossLine, lossSurface } from './lossSurface.ts';
import { recordWeights } from './recordWeights.ts';

const stream = createStream(8, 'data');
const x = Array.from({ length: 40 }, () => Array.from({ length: 4 }, () => stream.normal()));
const y = Int32Array.from(x, (row) => (row[0] > row[1] ? 1 : 0));
const executor = new ReferenceExecutor('float64');
const loss = 'softmaxCrossEntropy' as const;
const network = () =>
  sequential([dense(8, { activation: 'relu' }), batchNormalization(), dense(2)], { inputShape: [4] });
const trainable = new Set(['dense/kernel', 'dense/bias', 'dense_1/kernel', 'dense_1/bias']);

test('every filter of a random direction has the norm of the model’s; vectors and state stay', () => {
  const weights = network().getWeights();
  const direction = filterNormalized(weights, trainable, createStream(1, 'noise'));
  expect([...direction.keys()].sort()).toEqual(['dense/kernel', 'dense_1/kernel']);
  for (const { name, shape, values } of weights) {
    const own = direction.get(name);
    if (own === undefined) continue;
    const filters = shape[1];
    for (let filter = 0; filter < filters; filter++) {
      const norm = (numbers: ArrayLike<number>): number =>
        Math.sqrt(Array.from(numbers).reduce((sum, v, i) => sum + (i % filters === filter ? v * v : 0), 0));
      expect(norm(own)).toBeCloseTo(norm(values), 12);
    }
  }
});

test('principal directions of points on a plane are that plane, and explain all', () => {
  const of = (...values: number[]) => new Map([['w', Float64Array.from(values)]]);
  // Along (3, 4, 0)/5 with spread 2, along (0, 0, 1) with spread 1.
  const points = [of(6, 8, 0), of(-6, -8, 0), of(0, 0, 5), of(0, 0, -5)];
  const { directions, explained } = principalDirections(points);
  expect(Math.abs(directions[0].get('w')![0])).toBeCloseTo(0.6, 14);
  expect(Math.abs(directions[0].get('w')![1])).toBeCloseTo(0.8, 14);
  expect(Math.abs(directions[1].get('w')![2])).toBeCloseTo(1, 14);
  expect(explained[0]).toBeCloseTo(0.8, 14);
  expect(explained[1]).toBeCloseTo(0.2, 14);
  expect(dot(directions[0], directions[1])).toBeCloseTo(0, 14);
  const [a, b] = project(of(6, 8, 5), directions);
  expect(Math.abs(a)).toBeCloseTo(10, 13);
  expect(Math.abs(b)).toBeCloseTo(5, 13);
  // Oblique directions: least squares, not two projections.
  const [c, d] = project(of(3, 2), [of(1, 0), of(1, 1)]);
  expect([c, d]).toEqual([1, 2]);
});

test('a quadratic loss has a quadratic surface', async () => {
  const model = sequential([dense(1, { kernelInitializer: 'ones' })], { inputShape: [4] });
  const data = { x, y: Array.from(x, (row) => row[0]) };
  const options = { loss: 'meanSquaredError', executor, resolution: 5, range: 2 } as const;
  const surface = await lossSurface(model, data, options);
  expect([...surface.x]).toEqual([-2, -1, 0, 1, 2]);
  expect(surface.losses).toHaveLength(25);
  const { losses } = surface;
  for (let row = 0; row < 5; row++) {
    const at = (i: number): number => losses[5 * row + i];
    // Third differences vanish.
    for (const i of [0, 1])
      expect(Math.abs(at(i + 3) - 3 * at(i + 2) + 3 * at(i + 1) - at(i))).toBeLessThan(1e-9);
  }
  expect(losses[12]).toBeCloseTo(
    (await model.evaluate(data, { loss: 'meanSquaredError', executor })).loss,
    12,
  );
});

test('the path of a training lies on the plane of its principal directions, the model at 0', async () => {
  const model = network();
  const before = model.getWeights();
  const recorder = recordWeights();
  const fit = { loss, optimizer: 'adam', epochs: 6, batchSize: 8, executor } as const;
  await model.fit({ x, y }, { ...fit, callbacks: [recorder] });
  const after = model.getWeights();
  const path = [before, ...recorder.path];
  const options = { loss, path, directions: 'path', resolution: 3, executor } as const;
  const surface = await lossSurface(model, { x, y }, options);
  expect(surface.path).toHaveLength(7);
  expect(surface.path[6].x).toBeCloseTo(0, 9);
  expect(surface.path[6].y).toBeCloseTo(0, 9);
  expect(surface.path[6].loss).toBeCloseTo(surface.losses[4], 12);
  expect(surface.path[0].loss).toBeGreaterThan(surface.path[6].loss);
  const [first, second] = surface.explained!;
  expect(first).toBeGreaterThan(second);
  expect(first + second).toBeGreaterThan(0.8);
  expect(first + second).toBeLessThanOrEqual(1 + 1e-12);
  const farthest = Math.max(...surface.path.flatMap((point) => [Math.abs(point.x), Math.abs(point.y)]));
  expect(surface.x[2]).toBeCloseTo(1.2 * farthest, 12);
  expect(model.getWeights()).toEqual(after);
  const random = await lossSurface(model, { x, y }, { ...options, directions: 'random' });
  expect(random.explained).toBeUndefined();
  expect([...random.x]).toEqual([-1, 0, 1]);
  expect(random.path[6].x).toBe(0);
  expect(random.path[0].x).not.toBe(0);
});

test('the seed decides; threads and the fast kernels’ model stay as they were', async () => {
  const model = network();
  const before = model.getWeights();
  const of = async (seed: number, threads = 1) => [
    ...(await lossSurface(model, { x, y }, { loss, resolution: 3, seed, numerics: 'portable', threads }))
      .losses,
  ];
  const first = await of(1);
  expect(await of(1)).toEqual(first);
  expect(await of(1, 2)).toEqual(first);
  expect(await of(2)).not.toEqual(first);
  expect(model.getWeights()).toEqual(before);
});

test('a line between two models begins and ends at their losses', async () => {
  const [model, other] = [network(), network()];
  await model.fit({ x, y }, { loss, optimizer: 'adam', epochs: 3, executor, seed: 1 });
  other.setWeights(model.getWeights());
  await other.fit({ x, y }, { loss, optimizer: 'adam', epochs: 3, executor, seed: 2 });
  const state = model.getWeights().filter(({ name }) => name.includes('moving') || name.includes('running'));
  const to = other.getWeights().map((tensor) => state.find(({ name }) => name === tensor.name) ?? tensor);
  const { x: places, losses } = await lossLine(model, { x, y }, { loss, to, executor, resolution: 5 });
  expect([...places]).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(losses[0]).toBeCloseTo((await model.evaluate({ x, y }, { loss, executor })).loss, 12);
  other.setWeights(to);
  expect(losses[4]).toBeCloseTo((await other.evaluate({ x, y }, { loss, executor })).loss, 12);
  const random = await lossLine(model, { x, y }, { loss, executor, resolution: 3, most: 2 });
  expect([...random.x]).toEqual([-1, 0.5, 2]);
});

test('differences name what is changed', () => {
  const tensor = (name: string, value: number) => ({ name, shape: [1], values: Float32Array.of(value) });
  const way = difference([tensor('a', 1), tensor('b', 2)], [tensor('b', 5), tensor('a', 4)], new Set(['b']));
  expect([...way]).toEqual([['b', Float64Array.of(3)]]);
});

test('wrong options are refused', async () => {
  const model = network();
  const data = { x, y };
  await expect(lossSurface(model, data, { loss, directions: 'path' })).rejects.toThrow('a path of 0 points');
  await expect(lossSurface(model, data, { loss, directions: 'pca' as never })).rejects.toThrow("'pca'");
  await expect(lossSurface(model, data, { loss, resolution: 0 })).rejects.toThrow('resolution is 0');
  await expect(lossSurface(model, data, { loss, size: 3 } as never)).rejects.toThrow("'size'");
  await expect(lossLine(model, data, { loss, least: 2 })).rejects.toThrow('positions from 2 to 1');
  expect(() => recordWeights({ everySteps: 0.5 })).toThrow('everySteps is 0.5');
  const others = [model.getWeights().slice(1), [], sequential([dense(3)], { inputShape: [2] }).getWeights()];
  for (const to of others) {
    await expect(lossLine(model, data, { loss, to })).rejects.toThrow('a model with the same architecture');
    await expect(lossSurface(model, data, { loss, path: [to] })).rejects.toThrow('the same architecture');
  }
});
