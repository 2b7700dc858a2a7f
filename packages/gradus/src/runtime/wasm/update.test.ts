import { expect, test } from 'vitest';
import { builds, TestMachine, testArray, worstError } from '../../testing/machine.ts';
import { Update } from './opcodes.ts';

const learningRate = 0.05;
const decay = 0.01;
const momentum = 0.9;
const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;

interface Weight {
  w: number;
  m: number;
  v: number;
}

interface Rule {
  readonly scalars: (step: number) => number[];
  readonly apply: (weight: Weight, g: number, step: number) => void;
}

const correction1 = (step: number): number => 1 - beta1 ** step;
const correction2 = (step: number): number => Math.sqrt(1 - beta2 ** step);
const moments = (weight: Weight, g: number): void => {
  weight.m = beta1 * weight.m + (1 - beta1) * g;
  weight.v = beta2 * weight.v + (1 - beta2) * g * g;
};

/** The rules in float64; steps count from 1. */
const rules: Readonly<Record<Update, Rule>> = {
  [Update.Sgd]: {
    scalars: () => [learningRate],
    apply: (s, g) => {
      s.w -= learningRate * (g + decay * s.w);
    },
  },
  [Update.Momentum]: {
    scalars: (step) => [learningRate, step === 1 ? 1 : 0.8],
    apply: (s, g, step) => {
      s.m = momentum * s.m + (step === 1 ? 1 : 0.8) * (g + decay * s.w);
      s.w -= learningRate * s.m;
    },
  },
  [Update.Nesterov]: {
    scalars: () => [learningRate, 1],
    apply: (s, g) => {
      const total = g + decay * s.w;
      s.m = momentum * s.m + total;
      s.w -= learningRate * (total + momentum * s.m);
    },
  },
  [Update.Adam]: {
    scalars: (step) => [learningRate / correction1(step), correction2(step)],
    apply: (s, g, step) => {
      moments(s, g + decay * s.w);
      s.w -= ((learningRate / correction1(step)) * s.m) / (Math.sqrt(s.v) / correction2(step) + epsilon);
    },
  },
  [Update.AdamW]: {
    scalars: (step) => [learningRate / correction1(step), correction2(step), 1 - learningRate * decay],
    apply: (s, g, step) => {
      s.w *= 1 - learningRate * decay;
      moments(s, g);
      s.w -= ((learningRate / correction1(step)) * s.m) / (Math.sqrt(s.v) / correction2(step) + epsilon);
    },
  },
  [Update.AdamUncorrectedEpsilon]: {
    scalars: (step) => [(learningRate * correction2(step)) / correction1(step)],
    apply: (s, g, step) => {
      moments(s, g + decay * s.w);
      s.w -= (((learningRate * correction2(step)) / correction1(step)) * s.m) / (Math.sqrt(s.v) + epsilon);
    },
  },
  [Update.VelocityMomentum]: {
    scalars: () => [learningRate],
    apply: (s, g) => {
      s.m = momentum * s.m - learningRate * (g + decay * s.w);
      s.w += s.m;
    },
  },
  [Update.VelocityNesterov]: {
    scalars: () => [learningRate],
    apply: (s, g) => {
      const push = learningRate * (g + decay * s.w);
      s.m = momentum * s.m - push;
      s.w += momentum * s.m - push;
    },
  },
};

for (const build of builds) {
  for (const [name, rule] of Object.entries(rules)) {
    test(`${build}: 20 steps of ${Update[Number(name)]} stay within 1e-5 of float64`, () => {
      for (const n of [0, 1, 3, 4, 5, 37, 21000]) {
        const steps = 20;
        const weights = testArray(n, 50);
        // g = 2w + noise, so that the weights' way depends on itself.
        const noise = testArray(n, 51);
        const machine = new TestMachine(build);
        const w = machine.floats(weights);
        const slots = [machine.floats(new Float32Array(n)), machine.floats(new Float32Array(n))];
        const g = machine.output(n);
        machine.assembler.unary(14, n, w, g, 2, 0.125);
        machine.assembler.binary(0, 1, n, [g, 0, 1], [machine.floats(noise), 0, 1], g);
        const kind = Number(name) as Update;
        machine.assembler.update({
          kind,
          n,
          weights: w,
          gradient: g,
          slots,
          column: 1,
          decay,
          momentum,
          beta1,
          beta2,
          epsilon,
        });
        const scalars = Array.from({ length: steps }, (_, step) => [Number.NaN, ...rule.scalars(step + 1)]);
        machine.run({ steps, scalars });
        const expected = Float64Array.from({ length: n }, (_, i) => {
          const state: Weight = { w: weights[i], m: 0, v: 0 };
          for (let step = 1; step <= steps; step++) rule.apply(state, 2 * state.w + 0.125 + noise[i], step);
          return state.w;
        });
        expect(worstError(machine.read(w, n), expected, 1)).toBeLessThan(1e-5);
      }
    });
  }
}

for (const build of builds) {
  test(`${build}: slots decay to 0 or stand still at normal numbers once gradients vanish, for every rule`, () => {
    const smallest = 2 ** -126;
    const moments = [1, -1, 1e-3, -1e-20, 1e-36, -1e-36, 1e-38, 0];
    for (const kind of Object.keys(rules).map(Number) as Update[]) {
      const n = moments.length;
      const machine = new TestMachine(build);
      const slots = [machine.floats(moments), machine.floats(moments.map((m) => m * m))];
      const gradient = machine.floats(new Float32Array(n));
      const weights = machine.floats(new Float32Array(n));
      machine.assembler.update({
        kind,
        n,
        weights,
        gradient,
        slots,
        column: 0,
        momentum,
        beta1,
        beta2: 0.9,
        epsilon,
      });
      machine.run({ steps: 3000, scalars: Array.from({ length: 3000 }, () => [0, 1, 1]) });
      const adam = kind === Update.Adam || kind === Update.AdamW || kind === Update.AdamUncorrectedEpsilon;
      for (const slot of slots.slice(0, adam ? 2 : kind === Update.Sgd ? 0 : 1))
        for (const value of machine.read(slot, n))
          expect(value === 0 || Math.abs(value) >= smallest, `${Update[kind]}: ${value}`).toBe(true);
    }
  });
}
