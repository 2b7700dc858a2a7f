import { expect, test } from 'vitest';
import { ReferenceExecutor } from '../runtime/reference/executor.ts';
import { createWasmExecutor } from '../runtime/wasm/executor.ts';
import { build, executors, expectNear, fixture, type Network } from '../testing/trajectories.ts';
import type { TrainingState } from '../train/state.ts';
import { adadelta } from './adadelta.ts';
import { adagrad } from './adagrad.ts';
import { adam } from './adam.ts';
import { adamW } from './adamW.ts';
import { lbfgs } from './lbfgs/index.ts';
import { nadam } from './nadam.ts';
import type { OptimizerName } from './named.ts';
import type { Optimizer } from './optimizer.ts';
import { rmsProp } from './rmsProp.ts';
import { scheduleFromConfig } from './schedules/named.ts';
import type { ScheduleConfig } from './schedules/schedule.ts';
import { sgd } from './sgd.ts';

interface Run {
  readonly optimizer: string;
  readonly options: Readonly<Record<string, number | boolean | readonly [number, number] | ScheduleConfig>>;
  readonly weights: Readonly<Record<string, readonly (readonly number[])[]>>;
}

const network = fixture<Network & { readonly labels: number[] }>('pytorchOptimizers');
const { runs } = fixture<{ readonly runs: Readonly<Record<string, Run>> }>('optimizers');
const data = { x: network.features, y: network.labels };

/** A fixture's optimizer: the options bear the libraries' names. */
function optimizerOf({ optimizer, options }: Run): Optimizer {
  const formula = optimizer.startsWith('keras') ? 'keras' : 'pytorch';
  const number = (...names: string[]): number =>
    names.map((name) => options[name]).find((value) => value !== undefined) as number;
  const [beta1, beta2] = (options['betas'] as [number, number] | undefined) ?? [
    number('beta_1'),
    number('beta_2'),
  ];
  const decay = number('weight_decay') ?? 0;
  const rate = number('lr', 'learning_rate');
  const lrDecay = number('lr_decay') ?? 0;
  const byStep = lrDecay === 0 ? rate : (step: number): number => rate / (1 + step * lrDecay);
  const shared = {
    learningRate: options['schedule'] === undefined ? byStep : scheduleFromConfig(options['schedule']),
    formula,
    weightDecay: decay,
  } as const;
  const epsilon = number('eps', 'epsilon');
  const momentum = number('momentum');
  switch (optimizer.replace('keras', '')) {
    case 'SGD':
      return sgd({ ...shared, momentum, nesterov: options['nesterov'] === true });
    case 'Adam':
      return adam({ ...shared, beta1, beta2, epsilon });
    case 'AdamW':
      return adamW({ ...shared, beta1, beta2, epsilon });
    case 'RMSprop':
      return rmsProp({
        ...shared,
        rho: number('alpha', 'rho'),
        momentum,
        centered: options['centered'] === true,
        epsilon,
      });
    case 'Adagrad':
      return adagrad({ ...shared, initialAccumulator: number('initial_accumulator_value'), epsilon });
    case 'Adadelta':
      return adadelta({ ...shared, rho: number('rho'), epsilon });
    default:
      return nadam({
        ...shared,
        beta1,
        beta2,
        epsilon,
        momentumDecay: number('momentum_decay') ?? 1,
      });
  }
}

for (const bound of executors) {
  const { executor, normwise } = bound;
  test(`50 steps as PyTorch and Keras make them, within ${normwise} of each tensor's norm: ${executor.name}`, async () => {
    for (const [name, run] of Object.entries(runs)) {
      for (const epochs of [10, 50]) {
        const model = build(network, 'tanh');
        await model.fit(data, {
          loss: 'softmaxCrossEntropy',
          optimizer: optimizerOf(run),
          epochs,
          batchSize: 100,
          shuffle: false,
          executor,
        });
        expectNear(model, run.weights[epochs], bound, `${name} after ${epochs} steps:`);
      }
    }
  });
}

test('an optimizer without options has the defaults of its library', () => {
  const defaults = (name: string): Readonly<Record<string, unknown>> => {
    const { learningRate, ...options } = optimizerOf(runs[name]).config();
    return { learningRate, ...options };
  };
  expect(rmsProp().config()).toEqual(defaults('rmsProp'));
  expect(rmsProp({ formula: 'keras' }).config()).toEqual(defaults('kerasRmsProp'));
  expect(adagrad().config()).toEqual(defaults('adagrad'));
  expect(adagrad({ formula: 'keras' }).config()).toEqual(defaults('kerasAdagrad'));
  expect(adadelta().config()).toEqual(defaults('adadelta'));
  expect(adadelta({ formula: 'keras' }).config()).toEqual(defaults('kerasAdadelta'));
  expect(nadam().config()).toEqual(defaults('nadam'));
  expect(nadam({ formula: 'keras' }).config()).toEqual(defaults('kerasNadam'));
  expect(adam({ formula: 'keras' }).config()).toEqual(defaults('kerasAdam'));
  expect(adamW({ formula: 'keras' }).config()).toEqual(defaults('kerasAdamW'));
});

test('each name trains as the call with its default options does', async () => {
  const made: Record<OptimizerName, () => Optimizer> = {
    sgd,
    adam,
    adamW,
    rmsProp,
    adagrad,
    adadelta,
    nadam,
    lbfgs,
  };
  for (const [name, make] of Object.entries(made)) {
    const [named, called] = await Promise.all(
      [name as OptimizerName, make()].map(async (optimizer) => {
        const model = build(network, 'tanh');
        await model.fit(data, { loss: 'softmaxCrossEntropy', optimizer, epochs: 3 });
        return model.getWeights();
      }),
    );
    expect(named, name).toEqual(called);
  }
});

test('resumed in mid-epoch, every optimizer goes on with the same bits', async () => {
  const optimizers = [
    ...Object.entries(runs).map(([name, run]) => ({ name, make: () => optimizerOf(run) })),
    { name: 'dampening', make: () => sgd({ learningRate: 0.1, momentum: 0.9, dampening: 0.5 }) },
  ];
  for (const executor of [new ReferenceExecutor('float64'), createWasmExecutor()]) {
    for (const { name, make } of optimizers) {
      const states: TrainingState[] = [];
      const options = { loss: 'softmaxCrossEntropy', batchSize: 3, executor, epochs: 4 } as const;
      const whole = build(network, 'tanh');
      await whole.fit(data, {
        ...options,
        optimizer: make(),
        checkpoint: {
          everySteps: 10,
          save: (state) => {
            states.push(state);
          },
        },
      });
      const resumed = build(network, 'tanh');
      await resumed.fit(data, { ...options, optimizer: make(), resume: states[0] });
      expect(resumed.getWeights(), name).toEqual(whole.getWeights());
    }
  }
});
