import { expect, test } from 'vitest';
import { modelFromConfig, sequential } from '../../models/build.ts';
import { sgd } from '../../optim/sgd.ts';
import { executors, expectNear, fixture, type Network } from '../../testing/trajectories.ts';
import { dense } from '../layers/dense.ts';
import { constraintField, maxNorm } from './constraints.ts';
import { given } from './initializers.ts';

interface Case {
  readonly formula: 'pytorch' | 'keras';
  readonly maxNorm?: number;
  readonly weights: readonly (readonly number[])[];
}

const network = fixture<Network & { readonly labels: number[] }>('pytorchOptimizers');
const truth = fixture<{ readonly cases: readonly Case[]; readonly learningRate: number }>('clipping');
const data = { x: network.features, y: network.labels };
const optimizer = sgd({ learningRate: truth.learningRate });
const options = { loss: 'softmaxCrossEntropy', optimizer, shuffle: false, batchSize: 100 } as const;

for (const bound of executors) {
  const { executor, normwise } = bound;
  test(`10 steps with constrained kernels as PyTorch and Keras make them, within ${normwise}: ${executor.name}`, async () => {
    for (const { weights, maxNorm: limit, formula } of truth.cases) {
      if (limit === undefined) continue;
      const [w1, b1, w2, b2] = network.parameters;
      const kernelConstraint = maxNorm(limit, { formula });
      const model = sequential(
        [
          dense(7, {
            activation: 'tanh',
            kernelConstraint,
            kernelInitializer: given(w1),
            biasInitializer: given(b1),
          }),
          dense(3, { kernelConstraint, kernelInitializer: given(w2), biasInitializer: given(b2) }),
        ],
        { inputShape: [5] },
      );
      // What is read from a file is constrained, too.
      const copy = modelFromConfig(model.config());
      copy.setWeights(model.getWeights());
      for (const each of [model, copy]) {
        await each.fit(data, { ...options, epochs: 10, executor });
        expectNear(each, weights, bound, `maxNorm ${formula}`);
      }
    }
  });
}

test('norms stay below the limit through any optimizer, a column of 0 stays 0, and what is frozen stays', async () => {
  const layers = [
    dense(6, { kernelConstraint: maxNorm(0.5), kernelInitializer: 'ones', trainable: false }),
    dense(9, { kernelConstraint: maxNorm(0.25) }),
    dense(3, { kernelConstraint: maxNorm(0), kernelInitializer: 'zeros' }),
  ];
  const model = sequential(layers, { inputShape: [5] });
  await model.fit(data, { loss: 'softmaxCrossEntropy', optimizer: 'adam', epochs: 4, batchSize: 6 });
  const weights = new Map(model.getWeights().map(({ name, values }) => [name, values]));
  const [frozen, kernel, zero] = ['dense', 'dense_1', 'dense_2'].map(
    (name) => weights.get(`${name}/kernel`)!,
  );
  expect(frozen.every((w) => w === 1)).toBe(true);
  expect(zero.every((w) => w === 0)).toBe(true);
  for (let unit = 0; unit < 9; unit++) {
    const norm = Math.sqrt([0, 1, 2, 3, 4, 5].reduce((sum, i) => sum + kernel[i * 9 + unit] ** 2, 0));
    expect(norm).toBeLessThanOrEqual(0.25 * (1 + 1e-6));
    expect(norm).toBeGreaterThan(0.2);
  }
  await expect(model.fit(data, { loss: 'softmaxCrossEntropy', optimizer: 'lbfgs' })).rejects.toThrow(
    'whose layers have constraints',
  );
  expect(() => maxNorm(-1)).toThrow('limit is -1');
  expect(() => dense(3, { kernelConstraint: 3 as never })).toThrow('the constraint 3');
});

test('a constraint is made again of its description; a damaged one is incompatible', () => {
  const { kind } = constraintField();
  for (const constraint of [maxNorm(3), maxNorm(0.5, { formula: 'keras', axes: [0] })]) {
    const json = JSON.parse(JSON.stringify(kind.write(constraint)));
    expect(kind.parse?.(json).config()).toEqual(constraint.config());
  }
  expect(maxNorm(3).config()).toEqual({ type: 'maxNorm', limit: 3, formula: 'pytorch' });
  expect(() => kind.parse?.({ type: 'maxNorm' })).toThrow(
    "limit is undefined, in a description of 'maxNorm'",
  );
  expect(() => kind.parse?.({ type: 'maxNorm', limit: 1, axes: ['a'] })).toThrow('axes is [');
  expect(() => kind.parse?.({ type: 'unitNorm' })).toThrow("the constraint 'unitNorm'");
  expect(() => kind.parse?.(null)).toThrow('the constraint null');
});
