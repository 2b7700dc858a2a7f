import { expect, test } from 'vitest';
import type { ActivationName } from '../nn/activations.ts';
import { binaryCrossEntropy, type Loss, meanSquaredError, softmaxCrossEntropy } from '../nn/losses/index.ts';
import { build, executors, expectNear, fixture, type Network } from '../testing/trajectories.ts';
import { adam } from './adam.ts';
import { adamW } from './adamW.ts';
import type { Optimizer } from './optimizer.ts';
import { sgd } from './sgd.ts';

interface Trajectories extends Network {
  readonly labels: number[];
  readonly runs: Record<string, Trajectory>;
}

interface Trajectory {
  readonly optimizer: string;
  readonly options: Record<string, number | boolean | [number, number]>;
  readonly losses: readonly number[];
  readonly weights: Record<string, readonly (readonly number[])[]>;
}

function optimizerOf({ optimizer, options }: Trajectory): Optimizer {
  const number = (key: string): number => options[key] as number;
  const [beta1, beta2] = (options['betas'] as [number, number] | undefined) ?? [0.9, 0.999];
  if (optimizer === 'SGD') {
    return sgd({
      learningRate: number('lr'),
      momentum: number('momentum'),
      dampening: number('dampening'),
      nesterov: options['nesterov'] === true,
      weightDecay: number('weight_decay'),
    });
  }
  const shared = { learningRate: number('lr'), beta1, beta2, epsilon: number('eps') };
  return optimizer === 'Adam'
    ? adam({ ...shared, weightDecay: number('weight_decay') })
    : adamW({ ...shared, weightDecay: number('weight_decay') });
}

/** scikit-learn's optimizers, and Keras's Adam, which differs from them in ε. */
function otherOptimizerOf(name: string, { optimizer, options }: Trajectory): Optimizer {
  const number = (key: string): number => options[key] as number;
  const formula = name.startsWith('keras') ? 'keras' : 'sklearn';
  if (optimizer === 'SGDOptimizer') {
    return sgd({
      learningRate: number('learning_rate_init'),
      momentum: number('momentum'),
      nesterov: options['nesterov'] === true,
      formula,
    });
  }
  return adam({
    learningRate: number('learning_rate_init'),
    beta1: number('beta_1'),
    beta2: number('beta_2'),
    epsilon: number('epsilon'),
    formula,
  });
}

const pytorch = fixture<Trajectories>('pytorchOptimizers');
const others = fixture<Pick<Trajectories, 'runs'>>('sklearnAdam');
const cases = [
  ...Object.entries(pytorch.runs).map(([name, run]) => ({ name, run, optimizer: optimizerOf(run) })),
  ...Object.entries(others.runs).map(([name, run]) => ({
    name,
    run,
    optimizer: otherOptimizerOf(name, run),
  })),
];

for (const bound of executors) {
  const { executor, normwise } = bound;
  test(`50 steps of every optimizer, within ${normwise} of each tensor's norm: ${executor.name}`, async () => {
    for (const { name, run, optimizer } of cases) {
      for (const epochs of [1, 10, 50]) {
        const model = build(pytorch, 'tanh');
        const history = await model.fit(
          { x: pytorch.features, y: pytorch.labels },
          { loss: 'softmaxCrossEntropy', optimizer, epochs, batchSize: 100, shuffle: false, executor },
        );
        expectNear(model, run.weights[epochs], bound, `${name} after ${epochs} steps:`);
        history.epochs.forEach(({ loss }, i) => {
          expect(Math.abs(loss - run.losses[i]), `${name} loss ${i}`).toBeLessThanOrEqual(10 * normwise);
        });
      }
    }
  });
}

interface Networks extends Network {
  readonly options: { readonly lr: number; readonly momentum: number };
  readonly targets: number[] | number[][];
  readonly runs: Record<ActivationName, { loss: number; weights: readonly (readonly number[])[] }>;
}

const losses: Record<string, Loss> = {
  MeanSquaredError: meanSquaredError(),
  BinaryCrossEntropy: binaryCrossEntropy(),
  SoftmaxCrossEntropy: softmaxCrossEntropy(),
  SoftmaxCrossEntropyProbabilities: softmaxCrossEntropy(),
  SoftmaxCrossEntropyOneHot: softmaxCrossEntropy(),
  SoftmaxCrossEntropySmoothing: softmaxCrossEntropy({ labelSmoothing: 0.1 }),
};

for (const bound of executors) {
  const { executor, normwise } = bound;
  for (const [name, loss] of Object.entries(losses)) {
    test(`50 steps with ${name} and the common activations, within ${normwise}: ${executor.name}`, async () => {
      const { runs, targets, options, ...network } = fixture<Networks>(`pytorchNetworks${name}`);
      for (const activation of [...(Object.keys(runs) as ActivationName[]), 'swish'] as const) {
        const run = runs[activation === 'swish' ? 'silu' : activation];
        const model = build(network, activation);
        const history = await model.fit(
          { x: network.features, y: targets },
          {
            loss,
            optimizer: sgd({ learningRate: options.lr, momentum: options.momentum }),
            epochs: 50,
            batchSize: 100,
            shuffle: false,
            executor,
          },
        );
        expect(Math.abs(history.epochs[0].loss - run.loss)).toBeLessThanOrEqual(10 * normwise);
        expectNear(model, run.weights, bound, activation);
      }
    });
  }
}
