import { expect, expectTypeOf, test } from 'vitest';
import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import { sequential } from '../models/build.ts';
import { dense } from '../nn/layers/dense.ts';
import { adam } from '../optim/adam.ts';
import { adamW } from '../optim/adamW.ts';
import { lbfgs } from '../optim/lbfgs/index.ts';
import { sgd } from '../optim/sgd.ts';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { ArgumentError, ShapeError } from '../util/errors.ts';
import { minimize } from './minimize.ts';

test('steepest descent multiplies a parabola by 1 − ηλ a step', () => {
  const f = (x: Tensor): Tensor => $.sum($.multiply($.constant([0.5, 2]), $.square(x)));
  const { points, values, gradients, reason } = minimize(f, [1, -3], {
    optimizer: sgd({ learningRate: 0.125 }),
    steps: 5,
  });
  expect(points).toHaveLength(6);
  points.forEach((point, step) => {
    expect(point[0]).toBeCloseTo(0.875 ** step, 14);
    expect(point[1]).toBeCloseTo(-3 * 0.5 ** step, 14);
    expect(values[step]).toBeCloseTo(0.5 * point[0] ** 2 + 2 * point[1] ** 2, 14);
    expect(gradients[step]).toEqual([point[0], 4 * point[1]]);
  });
  expect(reason).toBe('all steps done');
  expectTypeOf(points).toEqualTypeOf<readonly number[][]>();
});

test('records and typed arrays keep their structure', () => {
  const path = minimize(
    ({ x, v }) => $.add($.square(x), $.sum($.square(v))),
    { x: 2, v: Float32Array.of(1) },
    {
      optimizer: sgd({ learningRate: 0.25 }),
      steps: 1,
    },
  );
  expect(path.points).toEqual([
    { x: 2, v: Float64Array.of(1) },
    { x: 1, v: Float64Array.of(0.5) },
  ]);
  expectTypeOf(path.points[0]).toEqualTypeOf<{ x: number; v: Float64Array }>();
});

test('the steps are those of training, bit by bit', async () => {
  const [x, y] = [
    [0.5, -1, 2],
    [1, 0, 3],
  ];
  for (const optimizer of [
    sgd({ learningRate: 0.1 }),
    sgd({ learningRate: (step) => 0.1 / (1 + step), momentum: 0.9, nesterov: true }),
    adam({ learningRate: 0.1 }),
    adamW({ learningRate: 0.1, weightDecay: 0.1 }),
  ]) {
    const model = sequential([dense(1, { useBias: false, kernelInitializer: 'ones' })], { inputShape: [1] });
    await model.fit(
      { x: x.map((value) => [value]), y },
      {
        loss: 'meanSquaredError',
        optimizer,
        epochs: 7,
        batchSize: 3,
        shuffle: false,
        executor: new ReferenceExecutor('float64'),
      },
    );
    const loss = (w: Tensor): Tensor =>
      $.mean($.squaredDifference($.matmul($.constant(x, [3, 1]), w), $.constant(y, [3, 1])));
    const { points } = minimize(loss, [[1]], { optimizer, steps: 7 });
    expect(points[7][0][0], optimizer.name).toBe(model.getWeights()[0].values[0]);
  }
});

test('a descent ends when values stop being finite', () => {
  const { points, values, reason } = minimize((x) => $.pow(x, 4), 10, {
    optimizer: sgd({ learningRate: 1 }),
    steps: 50,
  });
  expect(reason).toBe('not finite');
  expect(points.length).toBeLessThan(10);
  expect(Number.isFinite(values.at(-1))).toBe(false);
  expect(Number.isFinite(values.at(-2))).toBe(true);
});

test('no steps give the start alone', () => {
  expect(minimize((x) => $.square(x), 3, { optimizer: adam(), steps: 0 })).toEqual({
    points: [3],
    values: [9],
    gradients: [6],
    reason: 'all steps done',
  });
});

test('mistakes are refused with what was expected', () => {
  const options = { optimizer: sgd(), steps: 1 };
  expect(() => minimize(3 as never, 3, options)).toThrow('3 to minimize. Expected a function of tensors.');
  expect(() => minimize((x) => $.square(x), [1, 2], options)).toThrow(ShapeError);
  expect(() => minimize((x) => x, 1, { ...options, steps: 1.5 })).toThrow('steps is 1.5');
  expect(() => minimize((x) => x, 1, { ...options, optimizer: 'sgd' as never })).toThrow(ArgumentError);
  expect(() => minimize((x) => x, 1, { ...options, step: 3 } as never)).toThrow("the option 'step'");
});

test('L-BFGS goes by iterations, and ends in the minimum of Rosenbrock’s function', () => {
  const valley = ({ x, y }: { x: Tensor; y: Tensor }): Tensor =>
    $.add($.square($.subtract(1, x)), $.multiply(100, $.square($.subtract(y, $.square(x)))));
  const start = { x: -1.2, y: 1 };
  const optimizer = lbfgs({ gradientTolerance: 1e-9, valueTolerance: 0 });
  const { points, values, gradients, reason } = minimize(valley, start, { optimizer, steps: 200 });
  expect(points[0]).toEqual(start);
  expect(points.length).toBeLessThan(60);
  expect(reason).toBe('the gradient is within the tolerance');
  expect(points.at(-1)!.x).toBeCloseTo(1, 8);
  expect(points.at(-1)!.y).toBeCloseTo(1, 8);
  values.forEach((value, i) => {
    const { x, y } = points[i];
    expect(value).toBeCloseTo((1 - x) ** 2 + 100 * (y - x * x) ** 2, 10);
    expect(gradients[i].y).toBeCloseTo(200 * (y - x * x), 8);
    if (i > 0) expect(value).toBeLessThan(values[i - 1]);
  });
  const few = minimize(valley, start, { optimizer, steps: 5 });
  expect(few.points).toEqual(points.slice(0, 6));
  expect(few.reason).toBe('all steps done');
  expect(minimize(valley, start, { optimizer, steps: 0 }).points).toEqual([start]);
  const flat = minimize(valley, { x: 1, y: 1 }, { optimizer, steps: 3 });
  expect(flat.points).toEqual([{ x: 1, y: 1 }]);
});
