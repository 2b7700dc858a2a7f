import { expect, test } from 'vitest';
import type { ActivationFunction, UnaryFunction } from '../../../graph/attributes.ts';
import { builds, TestMachine, testArray, testNumbers, worstError } from '../../../testing/machine.ts';
import { Activation, Binary, Unary } from '../machine/opcodes.ts';

/** erf by its series below 3, by the continued fraction of erfc above. */
const erf = (x: number): number => {
  const a = Math.abs(x);
  if (!(a < 6)) return Number.isNaN(x) ? x : Math.sign(x);
  if (a > 3) {
    let fraction = 0;
    for (let k = 60; k > 0; k--) fraction = k / 2 / (a + fraction);
    return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction));
  }
  let term = x;
  let sum = x;
  for (let k = 1; k < 100; k++) {
    term *= (-x * x) / k;
    sum += term / (2 * k + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
};
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const mish = (x: number): number => x * Math.tanh(softplus(x));
const mishSlope = (x: number): number => {
  const t = Math.tanh(softplus(x));
  return t + x * (1 - t * t) * sigmoid(x);
};
const normal = (x: number): number => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
const geluSlope = Math.sqrt(2 / Math.PI);

/** Sizes around a vector of four lanes. */
const sizes = [0, 1, 3, 4, 5, 31, 1000];
const smallest = 2 ** -126;

/** n numbers log-uniform over [low, high], either sign where `signed`. */
const wide = (n: number, low: number, high: number, signed: boolean, seed: number): number[] => {
  const next = testNumbers(seed);
  return Array.from({ length: n }, () => {
    const magnitude = Math.fround(Math.exp(Math.log(low) + ((next() + 1) / 2) * Math.log(high / low)));
    return signed && next() < 0 ? -magnitude : magnitude;
  });
};

const runUnary = (
  build: (typeof builds)[number],
  kind: number,
  x: ArrayLike<number>,
  p0 = 0,
  p1 = 0,
): Float32Array => {
  const machine = new TestMachine(build);
  const y = machine.output(x.length);
  machine.assembler.unary(kind, x.length, machine.floats(x), y, p0, p1);
  machine.run();
  return machine.read(y, x.length);
};

interface UnaryCase {
  readonly kind: number;
  readonly f: (x: number) => number;
  readonly x: readonly number[];
  readonly bound: number;
  /** Errors count relative to at least this. */
  readonly floor?: number;
  readonly p0?: number;
  readonly p1?: number;
}

const any = wide(3000, 1e-30, 1e30, true, 1);
const tame = wide(3000, 1e-30, 80, true, 2);
/** What has a kernel of its own; a function without a case does not compile. */
type UnaryKernel =
  | UnaryFunction
  | Exclude<ActivationFunction, 'identity'>
  | 'copy'
  | 'affine'
  | 'clip'
  | `pow ${string}`;

const cases: Readonly<Record<UnaryKernel | 'sin near 0', UnaryCase>> = {
  copy: { kind: Unary.Copy, f: (x) => x, x: any, bound: 0 },
  negate: { kind: Unary.Negate, f: (x) => -x, x: any, bound: 0 },
  absolute: { kind: Unary.Absolute, f: Math.abs, x: any, bound: 0 },
  exp: {
    kind: Unary.Exp,
    f: Math.exp,
    x: [...tame, ...wide(2000, 1, 87.3, true, 3)],
    bound: 2e-7,
    floor: smallest,
  },
  log: {
    kind: Unary.Log,
    f: Math.log,
    x: [...wide(3000, 1e-44, 3e38, false, 4), ...wide(3000, 0.5, 2, false, 5)],
    bound: 3e-7,
  },
  log1p: {
    kind: Unary.Log1p,
    f: Math.log1p,
    x: [...wide(3000, 1e-30, 3e38, false, 6), ...wide(3000, 1e-9, 0.999, true, 7)],
    bound: 3e-7,
  },
  sqrt: { kind: Unary.Sqrt, f: Math.sqrt, x: wide(3000, 1e-44, 3e38, false, 8), bound: 6e-8 },
  square: { kind: Unary.Square, f: (x) => x * x, x: wide(3000, 1e-15, 1e15, true, 9), bound: 6e-8 },
  reciprocal: { kind: Unary.Reciprocal, f: (x) => 1 / x, x: any, bound: 6e-8 },
  sin: { kind: Unary.Sin, f: Math.sin, x: [...wide(6000, 1e-30, 3e38, true, 10)], bound: 1e-7, floor: 1 },
  'sin near 0': { kind: Unary.Sin, f: Math.sin, x: [...wide(3000, 1e-30, 1.5, true, 10)], bound: 3e-7 },
  cos: { kind: Unary.Cos, f: Math.cos, x: [...wide(6000, 1e-30, 3e38, true, 11)], bound: 1e-7, floor: 1 },
  sign: { kind: Unary.Sign, f: Math.sign, x: [...any, 0, -0], bound: 0 },
  erf: {
    kind: Unary.Erf,
    f: erf,
    x: [...wide(3000, 1e-30, 10, true, 12), ...wide(3000, 0.5, 4, true, 13)],
    bound: 3e-7,
  },
  affine: {
    kind: Unary.Affine,
    f: (x) => 3 * x - 2,
    x: testArray(100, 1) as unknown as number[],
    bound: 2e-7,
    floor: 1,
    p0: 3,
    p1: -2,
  },
  clip: { kind: Unary.Clip, f: (x) => Math.min(Math.max(x, -0.5), 2), x: any, bound: 0, p0: -0.5, p1: 2 },
  step: { kind: Unary.Step, f: (x) => (x > 0 ? 1 : 0), x: [...any, 0, -0], bound: 0 },
  'pow 2.5': {
    kind: Unary.PowConstant,
    f: (x) => x ** 2.5,
    x: wide(2000, 1e-12, 1e12, false, 14),
    bound: 1e-7,
    p0: 2.5,
  },
  'pow −3.25': {
    kind: Unary.PowConstant,
    f: (x) => x ** -3.25,
    x: wide(2000, 1e-8, 1e8, false, 15),
    bound: 1e-7,
    p0: -3.25,
  },
  'pow 7': {
    kind: Unary.PowConstant,
    f: (x) => x ** 7,
    x: wide(2000, 1e-5, 1e5, true, 16),
    bound: 1e-7,
    p0: 7,
  },
  'pow 3': {
    kind: Unary.PowConstant,
    f: (x) => x ** 3,
    x: wide(2000, 1e-10, 1e10, true, 17),
    bound: 2e-7,
    p0: 3,
  },
  'pow ½': {
    kind: Unary.PowConstant,
    f: (x) => x ** 0.5,
    x: wide(2000, 1e-30, 1e30, false, 18),
    bound: 6e-8,
    p0: 0.5,
  },
  sigmoid: { kind: 32 + Activation.Sigmoid, f: sigmoid, x: tame, bound: 3e-7, floor: smallest },
  tanh: {
    kind: 32 + Activation.Tanh,
    f: Math.tanh,
    x: [...tame, ...wide(3000, 0.3, 10, true, 19)],
    bound: 3e-7,
  },
  relu: { kind: 32 + Activation.Relu, f: (x) => Math.max(x, 0), x: any, bound: 0 },
  leakyRelu: {
    kind: 32 + Activation.LeakyRelu,
    f: (x) => (x < 0 ? 0.125 * x : x),
    x: any,
    bound: 0,
    p0: 0.125,
  },
  elu: {
    kind: 32 + Activation.Elu,
    f: (x) => (x > 0 ? x : 1.5 * Math.expm1(x)),
    x: tame,
    bound: 4e-7,
    p0: 1.5,
  },
  softplus: { kind: 32 + Activation.Softplus, f: softplus, x: tame, bound: 4e-7, floor: smallest },
  gelu: {
    kind: 32 + Activation.Gelu,
    f: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
    x: tame,
    bound: 4e-7,
    floor: 1,
  },
  geluTanh: {
    kind: 32 + Activation.GeluTanh,
    f: (x) => x * sigmoid(2 * geluSlope * (x + 0.044715 * x ** 3)),
    x: tame,
    bound: 1e-6,
    floor: 1,
  },
  silu: { kind: 32 + Activation.Silu, f: (x) => x * sigmoid(x), x: tame, bound: 4e-7, floor: smallest * 100 },
  mish: { kind: 32 + Activation.Mish, f: mish, x: tame, bound: 6e-7, floor: smallest * 100 },
};

for (const build of builds) {
  for (const [name, { kind, f, x, bound, floor, p0, p1 }] of Object.entries(cases)) {
    test(`${build}: ${name} is within ${bound}${floor ? ` of max(|y|, ${floor})` : ' relative'}`, () => {
      const rounded = Float32Array.from(x);
      const actual = runUnary(build, kind, rounded, p0, p1);
      const expected = Float64Array.from(rounded, f);
      expect(
        worstError(actual, bound === 0 ? Float32Array.from(expected) : expected, floor),
      ).toBeLessThanOrEqual(bound);
    });
  }

  test(`${build}: every elementwise function lets NaN through and treats all sizes alike`, () => {
    for (const [name, { kind, p0, p1, x }] of Object.entries(cases)) {
      if (name === 'step') continue;
      const input = Float32Array.from({ length: 1000 }, (_, i) =>
        i % 7 === 3 ? Number.NaN : x[i % x.length],
      );
      const whole = runUnary(build, kind, input, p0, p1);
      whole.forEach((v, i) => {
        expect(Number.isNaN(v), `${name} of ${input[i]}`).toBe(i % 7 === 3);
      });
      for (const n of sizes)
        expect(
          worstError(runUnary(build, kind, input.subarray(0, n), p0, p1), whole.subarray(0, n)),
          name,
        ).toBe(0);
    }
  });

  test(`${build}: limits, signed zeros and overflow`, () => {
    const { POSITIVE_INFINITY: inf, NaN: nan } = Number;
    const limits: readonly (readonly [number, readonly number[], readonly number[], number?])[] = [
      [
        Unary.Exp,
        [89, 88.72, -104, inf, -inf, 0, -0],
        [inf, Math.fround(Math.exp(Math.fround(88.72))), 0, inf, 0, 1, 1],
      ],
      [Unary.Log, [0, -0, -1, inf, -inf, 1], [-inf, -inf, nan, inf, nan, 0]],
      [Unary.Log1p, [0, -0, -1, -2, inf, 1e-40], [0, -0, -inf, nan, inf, Math.fround(1e-40)]],
      [Unary.Sqrt, [0, -0, -1, inf], [0, -0, nan, inf]],
      [Unary.Sin, [0, -0, inf, -inf], [0, -0, nan, nan]],
      [Unary.Cos, [0, -0, inf, -inf], [1, 1, nan, nan]],
      [Unary.Erf, [0, -0, inf, -inf, 9], [0, -0, 1, -1, 1]],
      [Unary.PowConstant, [-2, -0, inf, -inf, 0, 1], [nan, 0, inf, inf, 0, 1], 2.5],
      [Unary.PowConstant, [-2, -0, inf, -inf, 0], [-32, -0, inf, -inf, 0], 5],
      [Unary.PowConstant, [-2, -0, inf, -inf, 0], [-1 / 32, -inf, 0, -0, inf], -5],
      [Unary.PowConstant, [-2, inf, nan, 0], [1, 1, 1, 1], 0],
      [32 + Activation.Sigmoid, [inf, -inf, 0, 100, -100], [1, 0, 0.5, 1, 0]],
      [32 + Activation.Tanh, [inf, -inf, 0, -0, 50], [1, -1, 0, -0, 1]],
      [32 + Activation.Relu, [inf, -inf, 0], [inf, 0, 0]],
      [32 + Activation.Elu, [inf, -inf, 0], [inf, -1, 0], 1],
      [32 + Activation.Softplus, [inf, -inf, -200, 200], [inf, 0, 0, 200]],
    ];
    for (const [kind, x, expected, p0] of limits) {
      const actual = Array.from(runUnary(build, kind, x, p0), (v) => v + 0);
      expect(actual, `kind ${kind}`).toEqual(expected.map((v) => v + 0));
    }
    for (const kind of [Unary.Sqrt, Unary.Sin, Unary.Erf, Unary.Sign, 32 + Activation.Tanh]) {
      expect(runUnary(build, kind, [-0])[0], `kind ${kind}`).toBe(-0);
    }
    expect(runUnary(build, Unary.PowConstant, [-0], 5)[0]).toBe(-0);
    expect(runUnary(build, Unary.PowConstant, [-0], 0.5)[0]).toBe(0);
    expect(Math.abs(runUnary(build, Unary.Exp, [-100])[0] / Math.exp(-100) - 1)).toBeLessThan(0.02);
  });

  test(`${build}: activation gradients are within 2e-6 of the derivative`, () => {
    const x = Float32Array.from(wide(2000, 1e-3, 12, true, 20));
    const dy = testArray(x.length, 21);
    const alpha = 0.75;
    const rows: Record<keyof typeof Activation, readonly [(x: number) => number, (x: number) => number]> = {
      Identity: [(v) => v, () => 1],
      Sigmoid: [sigmoid, (v) => sigmoid(v) * (1 - sigmoid(v))],
      Tanh: [Math.tanh, (v) => 1 - Math.tanh(v) ** 2],
      Relu: [(v) => Math.max(v, 0), (v) => (v > 0 ? 1 : 0)],
      LeakyRelu: [(v) => (v > 0 ? v : alpha * v), (v) => (v > 0 ? 1 : alpha)],
      Elu: [(v) => (v > 0 ? v : alpha * Math.expm1(v)), (v) => (v > 0 ? 1 : alpha * Math.exp(v))],
      Softplus: [softplus, sigmoid],
      Gelu: [(v) => v, (v) => 0.5 * (1 + erf(v / Math.SQRT2)) + v * normal(v)],
      GeluTanh: [
        (v) => v,
        (v) => {
          const s = sigmoid(2 * geluSlope * (v + 0.044715 * v ** 3));
          return s + v * s * (1 - s) * 2 * geluSlope * (1 + 3 * 0.044715 * v * v);
        },
      ],
      Silu: [(v) => v, (v) => sigmoid(v) * (1 + v * (1 - sigmoid(v)))],
      Mish: [(v) => v, mishSlope],
    };
    for (const [name, [saved, derivative]] of Object.entries(rows)) {
      const kind = Activation[name as keyof typeof Activation];
      for (const n of [...sizes, x.length]) {
        const machine = new TestMachine(build);
        const dx = machine.output(n);
        const inputs = [dy.subarray(0, n), Float32Array.from(x.subarray(0, n), saved)].map((v) =>
          machine.floats(v),
        );
        machine.assembler.activationGradient(kind, n, inputs[0], inputs[1], dx, alpha);
        machine.run();
        const expected = Float64Array.from({ length: n }, (_, i) => dy[i] * derivative(x[i]));
        expect(worstError(machine.read(dx, n), expected, 1), name).toBeLessThan(2e-6);
      }
    }
  });

  test(`${build}: functions of two operands, broadcast in every pattern`, () => {
    const functions: Record<keyof typeof Binary, readonly [(a: number, b: number) => number, number]> = {
      Add: [(a, b) => a + b, 1e-7],
      Subtract: [(a, b) => a - b, 1e-7],
      Multiply: [(a, b) => a * b, 1e-7],
      Divide: [(a, b) => a / b, 1e-7],
      Maximum: [Math.max, 0],
      Minimum: [Math.min, 0],
      Power: [(a, b) => a ** b, 1e-7],
      Greater: [(a, b) => (a > b ? 1 : 0), 0],
      GreaterEqual: [(a, b) => (a >= b ? 1 : 0), 0],
      Equal: [(a, b) => (a === b ? 1 : 0), 0],
      LogisticLoss: [(a, b) => softplus(a) - a * b, 3e-7],
      LogisticLossGradient: [(a, b) => sigmoid(a) - b, 3e-7],
      SquaredDifference: [(a, b) => (a - b) ** 2, 3e-7],
    };
    const strides = (inner: number): readonly (readonly [number, 0 | 1])[] => [
      [inner, 1],
      [0, 1],
      [1, 0],
      [0, 0],
    ];
    for (const [outer, inner] of [
      [1, 1],
      [3, 5],
      [7, 4],
      [1, 50],
      [50, 1],
      [130, 130],
      [0, 3],
      [3, 0],
    ] as const) {
      const values = testArray(outer * inner + 200, 30);
      for (const [name, [f, bound]] of Object.entries(functions)) {
        const kind = Binary[name as keyof typeof Binary];
        const shift = kind === Binary.Power ? 1.5 : 0;
        const a = values.map((v) => Math.fround(v * 2 + shift * 2));
        const b = testArray(values.length, 31).map((v, i) =>
          kind === Binary.Equal && i % 2 === 0 ? a[i] : v,
        );
        for (const [aOuter, aInner] of strides(inner)) {
          for (const [bOuter, bInner] of strides(inner)) {
            const machine = new TestMachine(build);
            const out = machine.output(outer * inner);
            machine.assembler.binary(
              kind,
              outer,
              inner,
              [machine.floats(a), aOuter, aInner],
              [machine.floats(b), bOuter, bInner],
              out,
            );
            machine.run();
            const expected = Float64Array.from({ length: outer * inner }, (_, i) => {
              const row = Math.floor(i / inner);
              const column = i % inner;
              return f(a[row * aOuter + column * aInner], b[row * bOuter + column * bInner]);
            });
            expect(
              worstError(machine.read(out, outer * inner), expected, 1),
              `${name}, ${outer}×${inner}`,
            ).toBeLessThanOrEqual(bound);
          }
        }
      }
    }
  });

  test(`${build}: maximum and minimum keep NaN; where picks by condition`, () => {
    const a = [1, Number.NaN, 3, 4, -0.5];
    const b = [2, 1, Number.NaN, 0, Number.NaN];
    const machine = new TestMachine(build);
    const [pa, pb, condition, out, highest] = [
      machine.floats(a),
      machine.floats(b),
      machine.floats([1, 0, 0, -2, 0]),
      machine.output(5),
      machine.output(5),
    ];
    machine.assembler.where(5, condition, pa, pb, out);
    machine.assembler.binary(Binary.Maximum, 1, 5, [pa, 0, 1], [pb, 0, 1], highest);
    machine.run();
    expect(Array.from(machine.read(out, 5))).toEqual([1, 1, Number.NaN, 4, Number.NaN]);
    expect(Array.from(machine.read(highest, 5))).toEqual([2, Number.NaN, Number.NaN, 4, Number.NaN]);
  });
}
