import { expect, test } from 'vitest';
import { activationNames } from '../nn/activations.ts';
import { namedLosses } from '../nn/losses/named.ts';
import { layerFactories } from '../nn/registry.ts';
import type { OptimizerName } from '../optim/named.ts';
import { fixture } from '../testing/trajectories.ts';

/** Which libraries have computed what: names, each with its libraries. */
class Witnesses {
  readonly #found = new Map<string, Set<string>>();

  add(name: string, library: string): void {
    this.#found.set(name, (this.#found.get(name) ?? new Set()).add(library));
  }

  /** The libraries of a name, in alphabetical order. */
  of(name: string): string[] {
    return [...(this.#found.get(name) ?? [])].sort();
  }
}

const both = ['keras', 'torch'];

test('every layer has the values and gradients of Keras and PyTorch, where they have the layer', () => {
  const witnesses = new Witnesses();
  type Description = readonly [type: string, first?: unknown];
  const add = ([type, first]: Description, library: string): void => {
    witnesses.add(type, library);
    if (type === 'bidirectional') add(first as Description, library);
  };
  interface Case {
    readonly library: string;
    readonly layer?: string | Description;
    readonly layers?: readonly Description[];
  }
  for (const name of [
    'convolution',
    'pooling',
    'recurrent',
    'recurrentPytorch',
    'normalization',
    'normalizationPytorch',
  ]) {
    for (const { library, layer, layers = [] } of fixture<{ readonly cases: readonly Case[] }>(name).cases) {
      for (const each of layer === undefined ? layers : [layer])
        add(typeof each === 'string' ? [each] : each, library);
    }
  }
  // What the network of branches.json is made of.
  for (const type of ['dense', 'activation', 'flatten', 'reshape', 'add', 'concatenate'])
    for (const library of both) witnesses.add(type, library);
  const exceptions: Readonly<Record<string, readonly string[]>> = {
    // They draw random numbers, which no two libraries share.
    dropout: [],
    spatialDropout: [],
    gaussianNoise: [],
    gaussianDropout: [],
    // PyTorch packs sequences instead.
    masking: ['keras'],
  };
  for (const type of Object.keys(layerFactories))
    expect(witnesses.of(type), type).toEqual(exceptions[type] ?? both);
});

test('every activation and loss has those of PyTorch, and of Keras where it has the function', () => {
  const witnesses = new Witnesses();
  for (const kind of ['activations', 'losses']) {
    const { cases } = fixture<{
      readonly cases: readonly {
        readonly name: string;
        readonly pytorch?: object;
        readonly keras?: object;
      }[];
    }>(kind);
    for (const { name, pytorch, keras } of cases) {
      if (pytorch) witnesses.add(`${kind} ${name}`, 'torch');
      if (keras) witnesses.add(`${kind} ${name}`, 'keras');
    }
  }
  const exceptions: Readonly<Record<string, readonly string[]>> = {
    'activations straightThrough': [],
    // Keras's derivative of it is float32's; its swish has no β.
    'activations hardSigmoid': ['torch'],
    'activations step': ['torch'],
    'activations swish': ['torch'],
    'losses squaredError': ['torch'],
    'losses maxMargin': ['torch'],
    'losses negativeLogLikelihood': ['torch'],
  };
  const losses = Object.keys(namedLosses);
  const names = [
    ...activationNames.map((name) => `activations ${name}`),
    ...losses.map((name) => `losses ${name}`),
  ];
  for (const name of names) expect(witnesses.of(name), name).toEqual(exceptions[name] ?? both);
});

test('every optimizer and schedule has those of the libraries that have it', () => {
  const witnesses = new Witnesses();
  type Runs = Readonly<Record<string, { readonly optimizer: string }>>;
  for (const name of ['pytorchOptimizers', 'optimizers']) {
    for (const { optimizer } of Object.values(fixture<{ readonly runs: Runs }>(name).runs)) {
      const isKeras = optimizer.startsWith('keras');
      witnesses.add(optimizer.replace('keras', '').toLowerCase(), isKeras ? 'keras' : 'torch');
    }
  }
  // L-BFGS is held against SciPy and PyTorch by tests of its own.
  const optimizers: Readonly<Record<Exclude<OptimizerName, 'lbfgs'>, readonly string[]>> = {
    sgd: both,
    adam: both,
    adamW: both,
    rmsProp: both,
    adagrad: both,
    adadelta: both,
    nadam: both,
  };
  for (const [name, libraries] of Object.entries(optimizers))
    expect(witnesses.of(name.toLowerCase()), name).toEqual(libraries);

  interface Scheduled {
    readonly library: string;
    readonly schedule: { readonly name: string };
  }
  const { cases } = fixture<{ readonly cases: readonly Scheduled[] }>('schedules');
  for (const { library, schedule } of cases) witnesses.add(schedule.name, library);
  const schedules = {
    stepDecay: both,
    exponentialDecay: both,
    piecewiseConstant: both,
    cosineDecay: both,
    cosineRestarts: both,
    warmUp: both,
    inverseTimeDecay: ['keras'],
    inverseScaling: ['sklearn'],
    oneCycle: ['torch'],
    cyclic: ['torch'],
  };
  for (const [name, libraries] of Object.entries(schedules))
    expect(witnesses.of(name), name).toEqual(libraries);
});
