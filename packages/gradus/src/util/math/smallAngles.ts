import { polynomial } from './bits.ts';
import { addExact, type DoubleDouble } from './doubleDouble.ts';

/** The functions of this file are for angles below. */
export const SMALL = 0x100000;

// π/2 = four pieces; the first three have 32 bits, so that n times each is exact for |n| ≤ 2^21.
const halfPi = [
  1.5707963267341256, 6.077100506303966e-11, 2.0222662487111665e-21, 8.4784276603689e-32,
] as const;
const twoOverPi = 0.6366197723675814;

// sin r = r + r³ Σ …, cos r = 1 − r²/2 + r⁴ Σ …, in powers of r², for |r| ≤ π/4.
const sinTail = [
  -1 / 6,
  1 / 120,
  -1 / 5040,
  1 / 362880,
  -1 / 39916800,
  1 / 6227020800,
  -1 / 1307674368000,
  1 / 355687428096000,
];
const cosTail = [
  1 / 24,
  -1 / 720,
  1 / 40320,
  -1 / 3628800,
  1 / 479001600,
  -1 / 87178291200,
  1 / 20922789888000,
  -1 / 6402373705728000,
];

/** x = (quadrant + 4 j) π/2 + high + low, |high| ≤ π/4 (a little more where the quotient rounds). */
export interface Reduced extends DoubleDouble {
  readonly quadrant: number;
}

const reduce = (x: number): Reduced => {
  if (Math.abs(x) < 0.785) return { quadrant: 0, high: x, low: 0 };
  const n = Math.round(x * twoOverPi);
  const first = addExact(x - n * halfPi[0], -n * halfPi[1]);
  const second = addExact(first.high, -n * halfPi[2]);
  const third = addExact(second.high, first.low + second.low - n * halfPi[3]);
  return { quadrant: n & 3, high: third.high, low: third.low };
};

const sinOfReduced = ({ high, low }: DoubleDouble): number => {
  const square = high * high;
  return high + (low * (1 - square / 2) + high * square * polynomial(square, sinTail));
};

const cosOfReduced = ({ high, low }: DoubleDouble): number => {
  const square = high * high;
  const half = square / 2;
  const leading = 1 - half;
  // 1 − leading − half is the rounding error of the line above, exactly.
  return leading + (1 - leading - half + (square * square * polynomial(square, cosTail) - high * low));
};

export const atQuadrant = (quadrant: number, reduced: DoubleDouble): number => {
  const value = quadrant % 2 === 0 ? sinOfReduced(reduced) : cosOfReduced(reduced);
  return quadrant < 2 ? value : -value;
};

/** Compute sin x for |x| < 2^20: `sin` without what larger angles need. */
export function sinOfSmall(x: number): number {
  // The cubic term is below half the last place, and would lose the sign of −0.
  if (Math.abs(x) < 1e-9) return x;
  const reduced = reduce(x);
  return atQuadrant(reduced.quadrant, reduced);
}

/** Compute cos x for |x| < 2^20: `cos` without what larger angles need. */
export function cosOfSmall(x: number): number {
  const reduced = reduce(x);
  return atQuadrant((reduced.quadrant + 1) & 3, reduced);
}
