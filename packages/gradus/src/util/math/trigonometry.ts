import { integerAndExponent, scaleByPowerOfTwo } from './bits.ts';
import { atQuadrant, cosOfSmall, type Reduced, SMALL, sinOfSmall } from './smallAngles.ts';

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
  if (Math.abs(x) < SMALL) return sinOfSmall(x);
  const reduced = reduceLarge(x);
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
  if (Math.abs(x) < SMALL) return cosOfSmall(x);
  const reduced = reduceLarge(x);
  return atQuadrant((reduced.quadrant + 1) & 3, reduced);
}
