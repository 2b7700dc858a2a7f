import { expect, test } from 'vitest';
import { sequential } from '../../models/build.ts';
import { batchTrainer } from '../../models/fit/batchTrainer.ts';
import { checkWeighed } from '../../models/fit/plan.ts';
import { load } from '../../models/inputs/checkedData.ts';
import { insideOf, type Model } from '../../models/model.ts';
import { compileEvaluation, lossGraph } from '../../models/network/graphs.ts';
import { sgd } from '../../optim/sgd.ts';
import { executors, expectNear, fixture } from '../../testing/trajectories.ts';
import { Pace } from '../../train/pace.ts';
import { streamRows } from '../../train/streamRows.ts';
import { dense } from '../layers/dense.ts';
import { embedding } from '../sequences/embedding.ts';
import { simpleRnn } from '../sequences/simpleRnn.ts';
import { given } from '../weights/initializers.ts';
import type { Loss, LossName } from './index.ts';
import { namedLosses } from './named.ts';

const truth = fixture<{
  readonly learningRate: number;
  readonly sizes: Readonly<Record<'words' | 'width' | 'units' | 'outputs' | 'time', number>>;
  readonly x: number[][];
  readonly targets: Readonly<Record<string, number[][]>>;
  readonly rowWeights: readonly number[];
  readonly start: readonly (readonly number[])[];
  readonly cases: readonly {
    readonly loss: LossName;
    readonly options: object;
    readonly target: string;
    readonly masked: boolean;
    readonly weighted: boolean;
    readonly meanOver?: 'weights';
    readonly losses: readonly number[];
    readonly weights: readonly (readonly number[])[];
  }[];
  /** Of the first weights. */
  readonly metrics: readonly {
    readonly loss: LossName;
    readonly target: string;
    readonly masked: boolean;
    readonly value: number;
  }[];
}>('sequenceLosses');
const { sizes, targets, x } = truth;
const makers: Readonly<Record<LossName, (options: object) => Loss>> = {
  ...namedLosses,
};

/** A model that answers every step. */
function build(masked: boolean): Model {
  const [vectors, kernel, recurrent, bias, last, lastBias] = truth.start.map((values) => given(values));
  return sequential(
    [
      embedding(sizes.words, sizes.width, { maskZero: masked, embeddingsInitializer: vectors }),
      simpleRnn(sizes.units, {
        returnSequences: true,
        kernelInitializer: kernel,
        recurrentInitializer: recurrent,
        biasInitializer: bias,
      }),
      dense(sizes.outputs, { kernelInitializer: last, biasInitializer: lastBias }),
    ],
    { inputShape: [sizes.time] },
  );
}

const optimizer = sgd({ learningRate: truth.learningRate });

for (const bound of executors) {
  const { executor, normwise } = bound;
  test(`losses step by step, padding left out, as Keras takes them, within ${normwise}: ${executor.name}`, async () => {
    for (const { loss, options, target, masked, weighted, meanOver, losses, weights } of truth.cases) {
      const kind = `${masked ? ', masked' : ''}${weighted ? `, weighted over ${meanOver ?? 'rows'}` : ''}`;
      const what = `${loss}, ${target}${kind}`;
      const model = build(masked);
      const sampleWeight = weighted ? { sampleWeight: truth.rowWeights } : {};
      const made = makers[loss](options);
      const history = await model.fit(
        { x, y: targets[target], ...sampleWeight },
        {
          loss: made,
          optimizer,
          epochs: losses.length,
          batchSize: x.length,
          shuffle: false,
          executor,
          meanOver,
        },
      );
      history.epochs.forEach((epoch, i) => {
        expect(Math.abs(epoch.loss / losses[i] - 1), `${what}: loss ${i}`).toBeLessThanOrEqual(normwise);
      });
      expectNear(model, weights, bound, what);
      // What is evaluated is what is trained.
      const { loss: start } = await build(masked).evaluate(
        { x, y: targets[target], ...sampleWeight },
        { loss: made, executor, meanOver },
      );
      expect(Math.abs(start / losses[0] - 1), `${what}: evaluated`).toBeLessThanOrEqual(normwise);
    }
  });

  test(`metrics leave padding out, as Keras's do, within ${normwise}: ${executor.name}`, async () => {
    for (const { loss, target, masked, value } of truth.metrics) {
      const metric = loss === 'meanSquaredError' ? 'meanAbsoluteError' : 'accuracy';
      const data = { x, y: targets[target] };
      const options = { loss, metrics: [metric], executor } as const;
      const still = { ...options, optimizer: sgd({ learningRate: 0 }) };
      for (const batchSize of [1, 3, x.length]) {
        const [{ metrics }] = (await build(masked).fit(data, { ...still, batchSize })).epochs;
        expect(Math.abs(metrics[metric] / value - 1), `${loss} ${masked}`).toBeLessThanOrEqual(normwise);
      }
      const evaluated = await build(masked).evaluate(data, options);
      expect(Math.abs(evaluated[metric] / value - 1), `${loss} ${masked}`).toBeLessThanOrEqual(normwise);
    }
  });

  test(`however rows are cut into blocks, the mean is over the steps that count: ${executor.name}`, async () => {
    for (const { loss, options, target, masked, weighted, meanOver = 'rows', losses } of truth.cases) {
      const data = { x, y: targets[target], ...(weighted && { sampleWeight: truth.rowWeights }) };
      const made = makers[loss](options);
      const { network, weights } = insideOf(build(masked));
      const checked = checkWeighed(network, data, made, { meanOver });
      const graph = lossGraph(network, made, checked.targets, false, checked.weights && meanOver);
      const inputs = load(executor, checked);
      for (const rowCapacity of [1, 2, 3]) {
        const store = weights.copyOn(executor);
        const session = executor.createSession(compileEvaluation(graph), { store, rowCapacity });
        const { means } = await streamRows({ session, rows: x.length, inputs, pace: new Pace(1) });
        const what = `${loss}, ${target}, ${masked}, ${meanOver}, blocks of ${rowCapacity}`;
        expect(Math.abs(means[0] / losses[0] - 1), what).toBeLessThanOrEqual(normwise);
      }
    }
  });
}

test('thousands of rows are measured as their parts are', async () => {
  const often = <T>(rows: readonly T[]): T[] => rows.flatMap((row) => new Array<T>(301).fill(row));
  const [{ executor }] = executors;
  const options = { loss: 'softmaxCrossEntropy', metrics: ['accuracy'], executor } as const;
  const y = targets['labels'];
  const sampleWeight = truth.rowWeights;
  for (const given of [{}, { sampleWeight }]) {
    const few = await build(true).evaluate({ x, y, ...given }, options);
    const weights = given.sampleWeight ? { sampleWeight: often(given.sampleWeight) } : {};
    const many = await build(true).evaluate({ x: often(x), y: often(y), ...weights }, options);
    expect(many['loss']).toBeCloseTo(few['loss'], 12);
    expect(many['accuracy']).toBe(few['accuracy']);
  }
});

test('L-BFGS sees all rows at once where steps are masked, however large a block', async () => {
  const [{ executor }] = executors;
  const options = { loss: 'softmaxCrossEntropy', optimizer: 'lbfgs', epochs: 3, executor } as const;
  const [whole, cut] = await Promise.all(
    [x.length, 3].map((batchSize) =>
      build(true).fit({ x, y: targets['labels'] }, { ...options, batchSize, metrics: ['accuracy'] }),
    ),
  );
  const measures = ({ epochs }: typeof whole) => epochs.map(({ loss, metrics }) => [loss, metrics]);
  expect(measures(cut)).toEqual(measures(whole));
});

test('accuracy and labels are those of the steps', async () => {
  const model = build(false);
  const options = { loss: 'softmaxCrossEntropy', metrics: ['accuracy'] } as const;
  const y = targets['labels'];
  const accuracyOf = async (): Promise<number> => {
    const labels = await model.predictLabels(x);
    expect(labels).toHaveLength(y.flat().length);
    return y.flat().filter((label, i) => label === labels[i]).length / labels.length;
  };
  // Training that stands still knows what is asked.
  const whole = { ...options, optimizer: sgd({ learningRate: 0 }), epochs: 1, batchSize: x.length } as const;
  const [first] = (await model.fit({ x, y }, whole)).epochs;
  const right = await accuracyOf();
  expect(right).toBeGreaterThan(0);
  expect(first.metrics['accuracy']).toBeCloseTo(right, 6);
  const [second] = (await model.fit({ x, y }, { ...whole, validation: { x, y } })).epochs;
  expect(second.metrics['validationAccuracy']).toBeCloseTo(right, 12);
  const oneHot = y.map((row) => row.flatMap((label) => [0, 1, 2].map((k) => (k === label ? 1 : 0))));
  for (const given of [y, oneHot]) {
    expect((await model.evaluate({ x, y: given }, options))['accuracy']).toBeCloseTo(right, 12);
  }
});

test('a trainer of batches takes one class a step, too', async () => {
  const { losses } = truth.cases[0];
  const model = build(false);
  const trainer = await batchTrainer(model, { loss: 'softmaxCrossEntropy', optimizer });
  for (const loss of losses) expect(trainer.step({ x, y: targets['labels'] })).toBeCloseTo(loss, 5);
  trainer.dispose();
});

test('rows of padding alone have no loss, and change nothing', async () => {
  const model = build(true);
  const weights = (): number[][] => model.getWeights().map(({ values }) => [...values]);
  const before = weights();
  const empty = x.map((row) => row.map(() => 0));
  const { executor } = executors[0];
  const history = await model.fit(
    { x: empty, y: targets['labels'] },
    { loss: 'softmaxCrossEntropy', optimizer, epochs: 2, executor },
  );
  expect(history.epochs.map(({ loss }) => loss)).toEqual([0, 0]);
  expect(weights()).toEqual(before);
});

test('answers that do not fit the steps are refused', async () => {
  const options = { loss: 'softmaxCrossEntropy', optimizer } as const;
  const fit = (y: never, more = {}) => build(true).fit({ x, y }, { ...options, ...more });
  await expect(fit([0, 1, 2, 0] as never)).rejects.toThrow('Expected 15 a row, or 5 class numbers');
  const wrong = targets['labels'].map((row, i) => row.map((label, j) => (i === 2 && j === 3 ? 3 : label)));
  await expect(fit(wrong as never)).rejects.toThrow('the label 3 in row 3 of y');
  const classWeight = 'balanced';
  for (const name of ['labels', 'shares']) {
    await expect(fit(targets[name] as never, { classWeight })).rejects.toThrow(
      'classWeight where a row has several classes, one a step',
    );
  }
});
