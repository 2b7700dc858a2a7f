import { pow } from '../util/math.ts';

const BLOCK = 64;

/**
 * Give a function that computes base^n for a base from 0 up to 1 and whole n ≥ 0, quickly for neighbouring n:
 * base^(64q)·base^r from n = 64q + r.
 * The result depends on n alone, so a resumed run gets the same bits; its relative error is at most 4e-16.
 */
export function powersOf(base: number): (n: number) => number {
  const small = Float64Array.from({ length: BLOCK }, (_, r) => pow(base, r));
  let quotient = 0;
  let large = 1;
  return (n) => {
    const q = Math.floor(n / BLOCK);
    if (q !== quotient) {
      // A power that has come down to 0 stays there.
      if (large !== 0 || q < quotient) large = pow(base, q * BLOCK);
      quotient = q;
    }
    return large * small[n - q * BLOCK];
  };
}
