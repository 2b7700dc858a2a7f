import { expect, test } from 'vitest';
import { type UpdateRule, updateRules } from '../../../compile/updateRules.ts';
import { builds, TestMachine, testArray, worstError } from '../../../testing/machine.ts';
import { updateKinds } from '../machine/kinds.ts';
import { Binary, Unary, Update } from '../machine/opcodes.ts';

const learningRate = 0.05;
const decay = 0.01;
const momentum = 0.9;
const beta1 = 0.9;
const beta2 = 0.999;
const epsilon = 1e-8;
const underRoot = 1e-6;

interface Weight {
  w: number;
  m: number;
  v: number;
  b: number;
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

const root = (v: number): number => Math.sqrt(v + underRoot) + epsilon;
const meanSquare = (v: number, g: number): number => beta2 * v + (1 - beta2) * g * g;

/**
 * RMSProp in float64: v is the mean square, m the mean where centred, b the velocity. Steps are small: the first ones
 * are √(1/(1 − ρ)) gradients long, and weights that swing to and fro double their errors.
 */
const rmsProp = (centered: boolean, withMomentum: boolean): Rule => ({
  scalars: () => (withMomentum ? [learningRate / 50, 0.7] : [learningRate / 50]),
  apply: (s, g) => {
    const total = g + decay * s.w;
    s.v = meanSquare(s.v, total);
    s.m = beta2 * s.m + (1 - beta2) * total;
    const push = total / root(centered ? s.v - s.m * s.m : s.v);
    s.b = withMomentum ? momentum * s.b + 0.7 * push : push;
    s.w -= (learningRate / 50) * s.b;
  },
});

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
  [Update.Adagrad]: {
    scalars: () => [learningRate],
    apply: (s, g) => {
      const total = g + decay * s.w;
      s.v += total * total;
      s.w -= (learningRate * total) / root(s.v);
    },
  },
  [Update.RmsProp]: rmsProp(false, false),
  [Update.RmsPropCentered]: rmsProp(true, false),
  [Update.RmsPropMomentum]: rmsProp(false, true),
  [Update.RmsPropCenteredMomentum]: rmsProp(true, true),
  [Update.Adadelta]: {
    scalars: () => [learningRate],
    apply: (s, g) => {
      const total = g + decay * s.w;
      s.v = meanSquare(s.v, total);
      const change = (total * root(s.b)) / root(s.v);
      s.b = meanSquare(s.b, change);
      s.w -= learningRate * change;
    },
  },
  // Small steps here, too: where a gradient is nothing but its rounding, so is its ratio to its root.
  [Update.Nadam]: {
    scalars: (step) => [0.003 * learningRate, 0.008 * learningRate, correction2(step)],
    apply: (s, g, step) => {
      const total = g + decay * s.w;
      moments(s, total);
      s.w -=
        (0.003 * learningRate * total + 0.008 * learningRate * s.m) /
        (Math.sqrt(s.v) / correction2(step) + epsilon);
    },
  },
};

/** How many slots a rule has, by its number. */
const slotsOf = (kind: Update): number =>
  Object.entries(updateRules).find(([rule]) => updateKinds[rule as UpdateRule] === kind)![1].slots;

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
        const slots = [0, 1, 2].map(() => machine.floats(new Float32Array(n)));
        const g = machine.output(n);
        machine.assembler.unary(Unary.Affine, n, w, g, 2, 0.125);
        machine.assembler.binary(Binary.Add, 1, n, [g, 0, 1], [machine.floats(noise), 0, 1], g);
        const kind = Number(name) as Update;
        machine.assembler.update({
          kind,
          n,
          weights: w,
          gradient: g,
          slots,
          column: 1,
          weightDecay: decay,
          momentum,
          beta1,
          beta2,
          epsilon,
          underRoot,
        });
        const scalars = Array.from({ length: steps }, (_, step) => [Number.NaN, ...rule.scalars(step + 1)]);
        machine.run({ steps, scalars });
        const expected = Float64Array.from({ length: n }, (_, i) => {
          const state: Weight = { w: weights[i], m: 0, v: 0, b: 0 };
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
      // Slots hold means and velocities, but Adam's second and the first of those from Adagrad on, which are squares.
      const squares =
        kind === Update.Adadelta ? [0, 1] : kind < Update.Adagrad || kind === Update.Nadam ? [1] : [0];
      const slots = [0, 1, 2].map((slot) =>
        machine.floats(squares.includes(slot) ? moments.map((m) => m * m) : moments),
      );
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
        underRoot,
      });
      machine.run({ steps: 3000, scalars: Array.from({ length: 3000 }, () => [0, 1, 1]) });
      for (const slot of slots.slice(0, slotsOf(kind)))
        for (const value of machine.read(slot, n))
          expect(value === 0 || Math.abs(value) >= smallest, `${Update[kind]}: ${value}`).toBe(true);
    }
  });
}
