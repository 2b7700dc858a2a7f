import { expect, test } from 'vitest';
import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { sequential } from '../../models/build.ts';
import { toTargets } from '../../models/inputs/targets.ts';
import { averageLoss, TARGET, WEIGHT } from '../../models/network/graphs.ts';
import { loadModel, saveModel } from '../../models/savedModel.ts';
import { normwise, runOnScores } from '../../testing/scores.ts';
import { executors, fixture } from '../../testing/trajectories.ts';
import { GradusError } from '../../util/errors.ts';
import { rows } from '../../util/shape.ts';
import { type Activation, applyActivation } from '../activations.ts';
import { dense } from '../layers/dense.ts';
import { type Loss, type LossName, meanSquaredError } from './index.ts';
import { namedLosses, resolveLoss } from './named.ts';

interface Result {
  readonly value: number;
  readonly gradient: readonly number[];
}

const { shape, z, targets, rowWeights, classWeights, cases } = fixture<{
  readonly shape: readonly [number, number];
  readonly z: readonly number[];
  readonly targets: Readonly<Record<string, readonly number[]>>;
  readonly rowWeights: readonly number[];
  readonly classWeights: readonly number[];
  readonly cases: readonly {
    readonly name: LossName;
    readonly options: object;
    readonly activation: Activation;
    readonly target: string;
    readonly pytorch: Result;
    readonly keras?: Result;
    readonly weighted?: Result;
    readonly overWeights?: Result;
  }[];
}>('losses');

const makers: Readonly<Record<LossName, (options: object) => Loss>> = namedLosses;

for (const { executor, normwise: bound } of executors) {
  test(`losses, weighted or not, and gradients equal PyTorch's and Keras's within ${bound}: ${executor.name}`, () => {
    for (const { name, options, activation, target, pytorch, keras, weighted, overWeights } of cases) {
      const loss = makers[name](options);
      const [count, width] = shape;
      const given = toTargets(
        { values: Float64Array.from(targets[target]), width: targets[target].length / count },
        loss,
        width,
        count,
      );
      const labelled = targets['labels'].map((label) => classWeights[label]);
      const truths = [
        ['PyTorch', pytorch, undefined, rowWeights],
        ['Keras', keras, undefined, rowWeights],
        ['Keras, weighted', weighted, 'rows', rowWeights],
        ['PyTorch, weighted', overWeights, 'weights', labelled],
      ] as const;
      for (const [library, truth, meanOver, weights] of truths) {
        if (truth === undefined) continue;
        const tables = [
          { name: TARGET, values: given.values as Float64Array },
          { name: WEIGHT, values: Float64Array.from(weights) },
        ];
        const target =
          given.kind === 'labels' ? $.input(TARGET, [rows()], 'int') : $.input(TARGET, [rows(), width]);
        const { value, gradient } = runOnScores(executor, { values: z, shape }, tables, (scores) => ({
          loss: averageLoss(loss, applyActivation(scores, activation), target, meanOver).mean,
        }));
        const what = `${name} ${JSON.stringify(options)} ${library}`;
        expect(Math.abs(value - truth.value) / Math.abs(truth.value), what).toBeLessThanOrEqual(bound);
        expect(normwise(gradient, truth.gradient), `${what}: gradient`).toBeLessThanOrEqual(bound);
      }
    }
  });
}

test('scores far from 0 give finite losses and gradients, as float64 does', () => {
  const extreme = [0, 30, -30, 100, -100, 100, 99.5, 0, 0, 0, 0, 0, -1e4, 1e4, 3, -3, 1e-20, -1e-20, 17, -17];
  const all: readonly Loss[] = [
    ...(Object.keys(makers) as LossName[])
      .filter((name) => name !== 'poisson')
      .map((name) => makers[name]({})),
    ...[0.3, 0.5, 1, 1.5].flatMap((gamma) => [
      makers.binaryFocalCrossEntropy({ gamma }),
      makers.softmaxFocalCrossEntropy({ gamma }),
    ]),
  ];
  const [rowCount, width] = shape;
  const [{ executor: double }, ...others] = executors;
  for (const loss of all) {
    const isLabel = loss.name === 'maxMargin';
    const key = isLabel ? 'labels' : { classes: 'probabilities', bits: 'bits', values: 'values' }[loss.task];
    const values = isLabel ? Int32Array.from(targets[key]) : Float64Array.from(targets[key]);
    const run = (executor: (typeof executors)[number]['executor']) =>
      runOnScores(executor, { values: extreme, shape }, [{ name: TARGET, values }], (scores) => {
        const isProbability = loss.probabilities === 'identity' && loss.task !== 'values';
        const prediction = isProbability ? $.softmax(scores) : scores;
        const target = isLabel ? $.input(TARGET, [rows()], 'int') : $.input(TARGET, [rows(), width]);
        return { loss: loss.build(prediction, target) };
      });
    const truth = run(double);
    for (const { executor, normwise: bound } of others) {
      const { value, gradient } = run(executor);
      const what = `${JSON.stringify(loss.config())} ${executor.name}`;
      expect(gradient.length, what).toBe(rowCount * width);
      expect(Number.isFinite(value), what).toBe(true);
      expect(Math.abs(value - truth.value), what).toBeLessThanOrEqual(bound * Math.abs(truth.value));
      expect(normwise(gradient, truth.gradient), `${what}: gradient`).toBeLessThanOrEqual(bound);
    }
  }
});

test('the fixture has every loss', () => {
  expect(Object.keys(makers).filter((name) => !cases.some((c) => c.name === name))).toEqual([]);
});

test('every loss is found by its name, and knows its own', async () => {
  for (const name of Object.keys(makers) as LossName[]) expect(resolveLoss(name).name).toBe(name);
  expect(() => resolveLoss('hinges' as never)).toThrow("Did you mean 'hinge'?");
  expect(() => resolveLoss('mae' as never)).toThrow("'meanAbsoluteError'");
});

test('options of losses are checked', () => {
  const wrong: readonly (readonly [LossName, object, string])[] = [
    ['huber', { delta: 0 }, 'delta is 0. Expected a number above 0'],
    ['huber', { epsilon: 1 }, "the option 'epsilon' of huber"],
    ['klDivergence', { from: 'scores' }, "the from 'scores'. Expected one of logits"],
    ['maxMargin', { margin: -1 }, 'margin is -1'],
    ['maxMargin', { power: 3 }, 'power is 3. Expected 1 or 2'],
    ['poisson', { epsilon: Number.NaN }, 'epsilon is NaN'],
    ['binaryFocalCrossEntropy', { gamma: -1 }, 'gamma is -1'],
    ['binaryFocalCrossEntropy', { alpha: 2 }, 'alpha is 2'],
    ['softmaxFocalCrossEntropy', { gamma: '2' }, "gamma is '2'"],
  ];
  for (const [name, options, message] of wrong) {
    expect(() => makers[name](options), message).toThrow(message);
    expect(() => makers[name](options)).toThrow(GradusError);
  }
});

test('hinge takes 0 and 1 or −1 and +1, not both; counts are not below 0', () => {
  const hinge = makers.hinge({});
  expect([...toTargets([-1, 1, 1], hinge, 1, 3).values]).toEqual([0, 1, 1]);
  expect([...toTargets([0, 1, 1], hinge, 1, 3).values]).toEqual([0, 1, 1]);
  expect([...toTargets({ values: Uint8Array.of(0, 2), width: 1, shift: -1 }, hinge, 1, 2).values]).toEqual([
    0, 1,
  ]);
  expect(() => toTargets([-1, 1, 0], hinge, 1, 3)).toThrow(
    'the target 0 in row 3 of y. Expected 0 and 1, or −1 and +1, not both',
  );
  expect(() => toTargets([0.5], hinge, 1, 1)).toThrow('the target 0.5 in row 1');
  expect(() => toTargets([2, -3], makers.poisson({}), 1, 2)).toThrow('the target -3 in row 2');
});

test('a model trained by hinge decides by the sign of its score and has no probabilities', async () => {
  const x = [[1], [2], [-1], [-2]];
  const model = sequential([dense(1)]);
  const history = await model.fit(
    { x, y: [1, 1, -1, -1] },
    { loss: 'hinge', optimizer: 'sgd', epochs: 200, metrics: ['accuracy'] },
  );
  expect(history.epochs[199].metrics['accuracy']).toBe(1);
  expect([...(await model.predictLabels(x))]).toEqual([1, 1, 0, 0]);
  await expect(model.predictProbabilities(x)).rejects.toThrow('which gives scores');
  const { model: copy } = loadModel(saveModel(model));
  expect([...(await copy.predictLabels(x))]).toEqual([1, 1, 0, 0]);
  await expect(copy.predictProbabilities(x)).rejects.toThrow('which gives scores');
});

test('a loss of one number a row is averaged, and may be weighted', async () => {
  const data = { x: [[1], [2], [3]], y: [1, 0, 4] };
  const rowwise = (p: Tensor, t: Tensor): Tensor => $.mean($.squaredDifference(p, t), { axes: 1 });
  const model = sequential([dense(1)], { inputShape: [1] });
  const sampleWeight = [1, 0, 3];
  const named = await model.evaluate({ ...data, sampleWeight }, { loss: 'meanSquaredError' });
  expect(await model.evaluate({ ...data, sampleWeight }, { loss: rowwise })).toEqual(named);
  const whole = (p: Tensor, t: Tensor): Tensor => $.mean($.squaredDifference(p, t));
  await expect(model.evaluate({ ...data, sampleWeight }, { loss: whole })).rejects.toThrow(
    'weights for a loss function that returns one value for the batch',
  );
  const own: Loss = { ...meanSquaredError(), name: 'own' };
  delete (own as { rows?: unknown }).rows;
  await expect(model.evaluate({ ...data, sampleWeight }, { loss: own })).rejects.toThrow(
    "weights for the loss 'own', which does not tell rows apart",
  );
});
