import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { cos, erf, erfc, exp, expm1, log, log1p, pow, sigmoid, sin, tanh } from './math.ts';

type Row = [argument: number, truth: number, rest: number];
type PowRow = [base: number, exponent: number, truth: number, rest: number];
const table = JSON.parse(
  readFileSync(new URL('../../../../fixtures/math.json', import.meta.url), 'utf8'),
) as Record<string, Row[]> & { pow: PowRow[] };

const relative = (got: number, truth: number, rest: number): number => {
  if (truth === 0) return got === 0 ? 0 : Number.POSITIVE_INFINITY;
  return Math.abs((got - truth - rest) / truth);
};

const functions = { exp, expm1, log, log1p, sin, cos, tanh, sigmoid, erf, erfc };
const bounds = {
  exp: 2.5e-16,
  expm1: 4e-16,
  log: 2e-16,
  log1p: 1.2e-16,
  sin: 2.5e-16,
  cos: 2.5e-16,
  tanh: 6e-16,
  sigmoid: 5e-16,
  erf: 4e-16,
  erfc: 1e-15,
};

for (const name of Object.keys(bounds) as (keyof typeof bounds)[]) {
  test(`${name} is within ${bounds[name]} of the truth (relative)`, () => {
    let worst = 0;
    let at = 0;
    for (const [x, truth, rest] of table[name]!) {
      if (Math.abs(truth) < 2.3e-308) {
        expect(Math.abs(functions[name](x) - truth)).toBeLessThanOrEqual(5e-324);
        continue;
      }
      const error = relative(functions[name](x), truth, rest);
      if (!(error <= worst)) [worst, at] = [error, x];
    }
    expect(worst, `at ${at}`).toBeLessThanOrEqual(bounds[name]);
  });
}

test('pow is within 2.5e-16 of the truth (relative)', () => {
  let worst = 0;
  let at = '';
  for (const [x, y, truth, rest] of table.pow) {
    const error = relative(pow(x, y), truth, rest);
    if (!(error <= worst)) [worst, at] = [error, `${x} ** ${y}`];
  }
  expect(table.pow.length).toBeGreaterThan(500);
  expect(worst, at).toBeLessThanOrEqual(2.5e-16);
});

const inf = Number.POSITIVE_INFINITY;
const special = [0, -0, 1, -1, inf, -inf, Number.NaN];
const builtin = {
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
};

for (const name of Object.keys(builtin) as (keyof typeof builtin)[]) {
  test(`${name} treats zeros, infinities and NaN as Math.${name} does`, () => {
    for (const x of special.filter((v) => Math.abs(v) !== 1))
      expect(functions[name](x)).toBe(builtin[name](x));
  });

  test(`${name} stays within 1e-15 of Math.${name} on a dense grid`, () => {
    let worst = 0;
    for (let i = 0; i < 20_000; i++) {
      const x = (name === 'log' ? 0.001 : name === 'log1p' ? -0.999 : -30) + i * 0.00307;
      const truth = builtin[name](x);
      worst = Math.max(worst, Math.abs(functions[name](x) - truth) / Math.max(Math.abs(truth), 1e-300));
    }
    expect(worst).toBeLessThanOrEqual(1e-15);
  });
}

test('pow treats every special case as ** does', () => {
  const values = [...special, 2, -2, 3, -3, 0.5, -0.5, 1e300, -1e300, 1e-300, 5e-324, 2 ** 53 + 2, 1.5, -1.5];
  for (const x of values) {
    for (const y of values) {
      const got = pow(x, y);
      const truth = x ** y;
      if (Number.isFinite(truth) && truth !== 0) {
        expect(Math.abs(got - truth), `${x} ** ${y}`).toBeLessThanOrEqual(
          Math.max(5e-324, Math.abs(truth) * 5e-16),
        );
      } else {
        expect(got, `${x} ** ${y}`).toBe(truth);
      }
    }
  }
});

test('pow returns an exact power exactly', () => {
  for (let base = 2; base <= 30; base++) {
    let product = 1n;
    for (let power = 0; power < 60; power++) {
      if (product <= 2n ** 53n) {
        expect(pow(base, power)).toBe(Number(product));
        expect(pow(-base, power)).toBe(power % 2 === 0 ? Number(product) : -Number(product));
      }
      product *= BigInt(base);
    }
  }
  for (let power = -1074; power <= 1023; power++) {
    expect(pow(2, power)).toBe(power < -1022 ? 5e-324 * 2 ** (power + 1074) : 2 ** power);
  }
});

test('exp saturates, and rounds through the denormal range', () => {
  expect(exp(709.782712893384)).toBeCloseTo(1.797693134862273e308, -298);
  expect(exp(709.7827128933841)).toBe(inf);
  expect(exp(-745.1332191019411)).toBe(5e-324);
  expect(exp(-745.2)).toBe(0);
  expect(Math.abs(exp(-740) - 4.19956e-322)).toBeLessThanOrEqual(5e-324);
  expect(expm1(710)).toBe(inf);
  expect(expm1(-1000)).toBe(-1);
});

test('logarithms reach denormals and the largest number', () => {
  expect(log(5e-324)).toBe(-744.4400719213812);
  expect(log(Number.MAX_VALUE)).toBe(709.782712893384);
  expect(log(1)).toBe(0);
  expect(log1p(-1 + 2 ** -53)).toBe(-36.7368005696771);
  expect(log1p(-2)).toBeNaN();
});

test('tanh, sigmoid, erf and erfc at their ends', () => {
  expect([tanh(inf), tanh(-inf), tanh(25), tanh(5e-324)]).toEqual([1, -1, 1, 5e-324]);
  expect([sigmoid(inf), sigmoid(-inf), sigmoid(0), sigmoid(-800), sigmoid(800)]).toEqual([1, 0, 0.5, 0, 1]);
  expect([erf(inf), erf(-inf), erf(6), erf(0), erf(-0)]).toEqual([1, -1, 1, 0, -0]);
  expect([erfc(inf), erfc(-inf), erfc(0), erfc(30)]).toEqual([0, 2, 1, 0]);
  expect([sigmoid(Number.NaN), erf(Number.NaN), erfc(Number.NaN)]).toEqual([
    Number.NaN,
    Number.NaN,
    Number.NaN,
  ]);
});

test('tanh, sin and erf are odd, cos is even, to the bit', () => {
  for (let i = 0; i < 2000; i++) {
    const x = i * 0.01;
    expect(tanh(-x)).toBe(-tanh(x));
    expect(sin(-x)).toBe(-sin(x));
    expect(erf(-x)).toBe(-erf(x));
    expect(cos(-x)).toBe(cos(x));
  }
});
