import { integerAndExponent, polynomial, scaleByPowerOfTwo } from './bits.ts';
import { addExact, type DoubleDouble } from './doubleDouble.ts';

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
interface Reduced extends DoubleDouble {
  readonly quadrant: number;
}

const reduceMedium = (x: number): Reduced => {
  const n = Math.round(x * twoOverPi);
  const first = addExact(x - n * halfPi[0], -n * halfPi[1]);
  const second = addExact(first.high, -n * halfPi[2]);
  const third = addExact(second.high, first.low + second.low - n * halfPi[3]);
  return { quadrant: n & 3, high: third.high, low: third.low };
};

// The largest float64 is below 2^1024; 1024 + 53 bits for the quotient leave 200 for the remainder.
const fractionBits = 1280n;
let halfPiFixed: bigint | undefined;

/** Compute artan(1 / n) in units of 2^-bits. */
const arcTangentOfInverse = (n: bigint, bits: bigint): bigint => {
  let term = (1n << bits) / n;
  let sum = term;
  for (let k = 3n; term !== 0n; k += 2n) {
    term = -term / (n * n);
    sum += term / k;
  }
  return sum;
};

/** Compute π/2 in units of 2^-fractionBits by Machin's formula, π/4 = 4 artan(1/5) − artan(1/239). */
const computeHalfPi = (): bigint => {
  const bits = fractionBits + 32n;
  return (2n * (4n * arcTangentOfInverse(5n, bits) - arcTangentOfInverse(239n, bits))) >> 32n;
};

const reduceLarge = (x: number): Reduced => {
  halfPiFixed ??= computeHalfPi();
  const { integer, exponent } = integerAndExponent(x);
  const scaled = BigInt(integer) << (fractionBits + BigInt(exponent));
  let quotient = scaled / halfPiFixed;
  let remainder = scaled % halfPiFixed;
  if (2n * remainder > halfPiFixed) {
    quotient += 1n;
    remainder -= halfPiFixed;
  } else if (2n * remainder < -halfPiFixed) {
    quotient -= 1n;
    remainder += halfPiFixed;
  }
  // 2^-200 is far below the last place of the nearest that a float64 comes to a multiple of π/2.
  const units = remainder >> (fractionBits - 200n);
  const high = Number(units);
  return {
    quadrant: Number(BigInt.asUintN(2, quotient)),
    high: scaleByPowerOfTwo(high, -200),
    low: scaleByPowerOfTwo(Number(units - BigInt(high)), -200),
  };
};

const reduce = (x: number): Reduced => {
  if (Math.abs(x) < 0.785) return { quadrant: 0, high: x, low: 0 };
  return Math.abs(x) < 0x100000 ? reduceMedium(x) : reduceLarge(x);
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

const atQuadrant = (quadrant: number, reduced: DoubleDouble): number => {
  const value = quadrant % 2 === 0 ? sinOfReduced(reduced) : cosOfReduced(reduced);
  return quadrant < 2 ? value : -value;
};

/**
 * Compute the sine with the same bits on every engine, for any finite argument however large.
 *
 * @param x an angle in radians
 * @returns sin x within 2.5e-16 of the value (relative); NaN where x is not finite
 * @example
 * import { sin } from './trigonometry.ts';
 * sin(1); // 0.8414709848078965
 */
export function sin(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  // The cubic term is below half the last place, and would lose the sign of −0.
  if (Math.abs(x) < 1e-9) return x;
  const reduced = reduce(x);
  return atQuadrant(reduced.quadrant, reduced);
}

/**
 * Compute the cosine with the same bits on every engine, for any finite argument however large.
 *
 * @param x an angle in radians
 * @returns cos x within 2.5e-16 of the value (relative); NaN where x is not finite
 * @example
 * import { cos } from './trigonometry.ts';
 * cos(1); // 0.5403023058681398
 */
export function cos(x: number): number {
  if (!Number.isFinite(x)) return Number.NaN;
  const reduced = reduce(x);
  return atQuadrant((reduced.quadrant + 1) & 3, reduced);
}
