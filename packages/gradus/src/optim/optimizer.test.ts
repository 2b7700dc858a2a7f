import { expect, test } from 'vitest';
import { updateRules } from '../compile/updateRules.ts';
import { adadelta } from './adadelta.ts';
import { adagrad } from './adagrad.ts';
import { adam } from './adam.ts';
import { adamW } from './adamW.ts';
import { lbfgs } from './lbfgs/index.ts';
import { learningRateAt } from './learningRate.ts';
import { nadam } from './nadam.ts';
import { optimizerFromConfig, resolveOptimizer } from './named.ts';
import type { StepOptimizer } from './optimizer.ts';
import { rmsProp } from './rmsProp.ts';
import { cosineDecay } from './schedules/cosine.ts';
import { sgd } from './sgd.ts';

const all: readonly StepOptimizer[] = [
  sgd(),
  sgd({ momentum: 0.9, dampening: 0.1 }),
  sgd({ momentum: 0.9, nesterov: true }),
  sgd({ momentum: 0.9, formula: 'keras' }),
  sgd({ momentum: 0.9, nesterov: true, formula: 'sklearn' }),
  adam(),
  adam({ formula: 'keras' }),
  adam({ formula: 'sklearn' }),
  adamW(),
  adamW({ formula: 'keras' }),
  ...(['pytorch', 'keras'] as const).flatMap((formula) => [
    adagrad({ formula }),
    adadelta({ formula }),
    nadam({ formula }),
    rmsProp({ formula }),
    rmsProp({ formula, momentum: 0.9 }),
    rmsProp({ formula, centered: true }),
    rmsProp({ formula, centered: true, momentum: 0.9 }),
  ]),
];

/** Make steps on one weight with given gradients. */
function steps(optimizer: StepOptimizer, gradients: readonly number[], rate?: number): number {
  const { rule, constants, slots, learningRate } = optimizer;
  const weight = Float64Array.of(1);
  const memory = Array.from({ length: slots }, () => new Float64Array(1));
  gradients.forEach((gradient, i) => {
    const c = optimizer.scalars(i + 1, rate ?? learningRateAt(learningRate, i));
    updateRules[rule].apply(weight, Float64Array.of(gradient), memory, c, constants);
  });
  return weight[0];
}

for (const optimizer of all) {
  const name = JSON.stringify(optimizer.config());

  test(`gives its rule as many scalars a step as it reads: ${name}`, () => {
    for (const step of [1, 2, 1000, 1e9]) {
      const scalars = optimizer.scalars(step, 0.1);
      expect(scalars).toHaveLength(updateRules[optimizer.rule].scalars);
      expect(scalars.every(Number.isFinite)).toBe(true);
    }
  });

  test(`goes down a slope, and stands still at a learning rate of 0: ${name}`, () => {
    expect(steps(optimizer, [1, 1, 1])).toBeLessThan(1);
    expect(steps(optimizer, [1, -2, 3], 0)).toBe(1);
  });

  test(`its description goes through JSON: ${name}`, () => {
    expect(JSON.parse(JSON.stringify(optimizer.config()))).toEqual(optimizer.config());
  });
}

test('limit cases agree', () => {
  const gradients = [0.5, -0.2, 0.7, 0.1];
  // At a constant learning rate, velocity and PyTorch's momentum are one.
  for (const nesterov of [false, true]) {
    const [a, b] = (['pytorch', 'keras'] as const).map((formula) =>
      steps(sgd({ learningRate: 0.1, momentum: 0.9, nesterov, formula }), gradients),
    );
    expect(a).toBeCloseTo(b, 14);
  }
  // Without ε both forms of Adam are one.
  const [c, d] = (['pytorch', 'sklearn'] as const).map((formula) =>
    steps(adam({ epsilon: 0, formula }), gradients),
  );
  expect(c).toBeCloseTo(d, 14);
  expect(steps(adamW({ weightDecay: 0 }), gradients)).toBeCloseTo(steps(adam(), gradients), 14);
  // The first step of Adam is η in the direction of the gradient.
  expect(steps(adam({ learningRate: 0.01, epsilon: 0 }), [1e-3])).toBeCloseTo(0.99, 12);
  // Decay that is not coupled multiplies by 1 − ηλ, less where the parameter's factor is less.
  expect(steps(adamW({ learningRate: 0.1, weightDecay: 0.5 }), [0])).toBeCloseTo(0.95, 14);
  expect(adamW({ weightDecay: 0.5 }).scalars(1, 0.1, 0)[2]).toBe(1);
});

test('a schedule gives the learning rate of a step, counted from 0', () => {
  const optimizer = sgd({ learningRate: (step) => 1 / (1 + step) });
  expect([0, 1, 3].map((step) => learningRateAt(optimizer.learningRate, step))).toEqual([1, 0.5, 0.25]);
  expect(optimizer.config().learningRate).toBe('function');
  expect(() => learningRateAt(() => Number.NaN, 4)).toThrow('a learning rate of NaN for step 4');
});

test('options outside their range are refused', () => {
  expect(() => sgd({ learningRate: -1 })).toThrow('learningRate is -1. Expected a number of at least 0.');
  expect(() => sgd({ momentum: 1 })).toThrow('momentum is 1. Expected a number of at least 0 and below 1.');
  expect(() => sgd({ nesterov: true })).toThrow('nesterov with momentum 0');
  expect(() => sgd({ momentum: 0.5, dampening: 0.1, formula: 'keras' })).toThrow(
    'dampening with the formula',
  );
  expect(() => adam({ beta2: Number.NaN })).toThrow('beta2 is NaN');
  expect(() => adam({ formula: 'other' as never })).toThrow("the formula 'other'");
  expect(() => adam({ weightDecay: 0.1, formula: 'keras' })).toThrow('Use a kernelRegularizer, or adamW');
  expect(() => adamW({ weightDecay: -1 })).toThrow('weightDecay is -1');
  expect(() => adam({ lr: 0.1 } as never)).toThrow("the option 'lr' of adam. Expected one of learningRate");
  expect(() => adam({ lr: 0.1 } as never)).toThrow("Did you mean 'learningRate'?");
  expect(() => adam(0.1 as never)).toThrow('0.1 as the options of adam');
  expect(() => adamW({ formula: 'sklearn' as never })).toThrow("Expected 'pytorch' or 'keras'");
  expect(() => sgd({ learningRate: '0.1' as never })).toThrow(
    "learningRate is '0.1'. Expected a number of at least 0, a schedule such as cosineDecay({ … }), or",
  );
});

test('the root divides the step, not the weight; ε stands where each library has it', () => {
  // By hand: s = 4, 4 + 9; w = 1 − 0.1·2/2 − 0.1·3/√13.
  expect(steps(adagrad({ learningRate: 0.1, epsilon: 0 }), [2, 3])).toBeCloseTo(
    0.9 - 0.3 / Math.sqrt(13),
    14,
  );
  // v = 0.1·4; pytorch √0.4 + 0.6, keras √(0.4 + 0.6).
  const options = { learningRate: 0.1, rho: 0.9, epsilon: 0.6 };
  expect(steps(rmsProp(options), [2])).toBeCloseTo(1 - 0.2 / (Math.sqrt(0.4) + 0.6), 14);
  expect(steps(rmsProp({ ...options, formula: 'keras' }), [2])).toBeCloseTo(1 - 0.2, 14);
});

test('a variance that rounding makes less than 0 is 0: a steady gradient divides by ε', () => {
  const steady = new Array<number>(2000).fill(0.1);
  const weight = steps(rmsProp({ learningRate: 1e-6, rho: 0.5, centered: true, epsilon: 1 }), steady);
  expect(weight).toBeCloseTo(1 - 2000 * 1e-7, 5);
});

test('momentum: three ways to write it walk one path at a constant rate', () => {
  const gradients = [0.5, -0.2, 0.7, 0.1, 0.3];
  // Deck 002: v ← μv − ηg, w ← w + v. Deck 000: v ← μv + ηg, w ← w − v. PyTorch: v ← μv + g, w ← w − ηv.
  let [v, w] = [0, 1];
  let [minusV, x] = [0, 1];
  let [u, y] = [0, 1];
  for (const g of gradients) {
    v = 0.9 * v - 0.1 * g;
    w += v;
    minusV = 0.9 * minusV + 0.1 * g;
    x -= minusV;
    u = 0.9 * u + g;
    y -= 0.1 * u;
  }
  expect(x).toBe(w);
  expect(y).toBeCloseTo(w, 14);
  expect(steps(sgd({ learningRate: 0.1, momentum: 0.9, formula: 'keras' }), gradients)).toBeCloseTo(w, 14);
  expect(steps(sgd({ learningRate: 0.1, momentum: 0.9 }), gradients)).toBeCloseTo(w, 14);
});

test('Nesterov: the gradient ahead, seen from where it is taken', () => {
  // v ← γv + ηf′(w − γv), w ← w − v on f = w²; `nesterov` holds the point ahead, w − γv.
  const optimizer = sgd({ learningRate: 0.1, momentum: 0.8, nesterov: true, formula: 'keras' });
  let [v, w] = [0, 1];
  const weight = Float64Array.of(1);
  const slot = new Float64Array(1);
  for (let step = 1; step <= 6; step++) {
    v = 0.8 * v + 0.1 * 2 * (w - 0.8 * v);
    w -= v;
    const gradient = Float64Array.of(2 * weight[0]);
    updateRules[optimizer.rule].apply(
      weight,
      gradient,
      [slot],
      optimizer.scalars(step, 0.1),
      optimizer.constants,
    );
    expect(weight[0]).toBeCloseTo(w - 0.8 * v, 14);
  }
});

test('the scalars of a step depend on the step alone, in whatever order steps are computed', () => {
  for (const make of [nadam, adam, adamW]) {
    const straight = make();
    const order = [5, 1, 3, 300, 2, 300, 301, 5];
    const jumping = make();
    for (const step of order) {
      for (let i = 1; i < step; i++) straight.scalars(i, 0.1);
      expect(jumping.scalars(step, 0.1)).toEqual(straight.scalars(step, 0.1));
    }
  }
});

test('names are those of the calls; others are refused', () => {
  expect(resolveOptimizer('adam').config()).toEqual(adam().config());
  expect(resolveOptimizer('rmsProp').config()).toEqual(rmsProp().config());
  expect(() => resolveOptimizer('rmsprop' as never)).toThrow("Did you mean 'rmsProp'?");
  expect(() => resolveOptimizer('lion' as never)).toThrow('Expected one of adadelta, adagrad, adam, adamW');
  expect(() => resolveOptimizer(adam as never)).toThrow('the optimizer a function');
});

test('a description makes the same optimizer again', () => {
  const scheduled = adamW({ learningRate: cosineDecay({ initial: 0.1, steps: 10 }), weightDecay: 0.3 });
  for (const optimizer of [...all, scheduled, lbfgs({ memory: 3 })]) {
    const again = optimizerFromConfig(JSON.parse(JSON.stringify(optimizer.config())));
    expect(again.kind).toBe(optimizer.kind);
    expect(again.config()).toEqual(optimizer.config());
  }
  expect(() => optimizerFromConfig(sgd({ learningRate: () => 1 }).config())).toThrow(
    'a description of sgd whose learning rate was a function',
  );
  expect(() => optimizerFromConfig({ name: 'sgd', lr: 1 })).toThrow("Did you mean 'learningRate'?");
  expect(() => optimizerFromConfig({ name: 'rmsprop' })).toThrow("Did you mean 'rmsProp'?");
  expect(() => optimizerFromConfig(null)).toThrow('the optimizer null');
});
