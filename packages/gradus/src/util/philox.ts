/** The two 32-bit words that choose one of 2^64 independent sequences. */
export type PhiloxKey = readonly [low: number, high: number];

const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const weyl0 = 0x9e3779b9;
const weyl1 = 0xbb67ae85;

/**
 * Map a 128-bit counter and a 64-bit key to four random 32-bit words: Philox 4×32 with 10 rounds. For more words the
 * counter counts on, in its first two words.
 *
 * A pure function: any thread may compute any block, in any order. Source: J. K. Salmon, M. A. Moraes,
 * R. O. Dror, D. E. Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 *
 * @param counter0 first counter word, an integer in [0, 2^32)
 * @param counter1 second counter word
 * @param counter2 third counter word
 * @param counter3 fourth counter word
 * @param key two words
 * @param out receives the words, four a block
 * @example
 * import { philox } from './philox.ts';
 * const out = new Uint32Array(4);
 * philox(0, 0, 0, 0, [0, 0], out);
 * out[0]; // 1713891541
 */
export function philox(
  counter0: number,
  counter1: number,
  counter2: number,
  counter3: number,
  key: PhiloxKey,
  out: Uint32Array,
): void {
  let low = counter0 | 0;
  let high = counter1 | 0;
  for (let at = 0; at < out.length; at += 4) {
    let c0 = low;
    let c1 = high;
    let c2 = counter2 | 0;
    let c3 = counter3 | 0;
    let k0 = key[0] | 0;
    let k1 = key[1] | 0;
    for (let round = 0; round < 10; round++) {
      // The upper words of c0·multiplier0 and c2·multiplier1, from products of 16 by 16 bits, none of whose sums passes
      // 32: whole words are quicker here than floating-point numbers, and one loop without calls is soon compiled.
      const upper0 = c0 >>> 16;
      const lower0 = c0 & 0xffff;
      const outer0 = Math.imul(multiplier0 >>> 16, lower0) + (Math.imul(multiplier0 & 0xffff, lower0) >>> 16);
      const inner0 = Math.imul(multiplier0 & 0xffff, upper0) + (outer0 & 0xffff);
      const high0 = Math.imul(multiplier0 >>> 16, upper0) + (outer0 >>> 16) + (inner0 >>> 16);
      const upper1 = c2 >>> 16;
      const lower1 = c2 & 0xffff;
      const outer1 = Math.imul(multiplier1 >>> 16, lower1) + (Math.imul(multiplier1 & 0xffff, lower1) >>> 16);
      const inner1 = Math.imul(multiplier1 & 0xffff, upper1) + (outer1 & 0xffff);
      const high1 = Math.imul(multiplier1 >>> 16, upper1) + (outer1 >>> 16) + (inner1 >>> 16);
      const low0 = Math.imul(multiplier0, c0);
      const low1 = Math.imul(multiplier1, c2);
      c0 = high1 ^ c1 ^ k0;
      c1 = low1;
      c2 = high0 ^ c3 ^ k1;
      c3 = low0;
      k0 = (k0 + weyl0) | 0;
      k1 = (k1 + weyl1) | 0;
    }
    out[at] = c0;
    out[at + 1] = c1;
    out[at + 2] = c2;
    out[at + 3] = c3;
    low = (low + 1) | 0;
    if (low === 0) high = (high + 1) | 0;
  }
}

/** Return the lower 32 bits of a safe integer (two's complement). */
export const lowWord = (value: number): number => value >>> 0;

/** Return the upper 32 bits of a safe integer (two's complement). */
export const highWord = (value: number): number => Math.floor(value / 0x100000000) >>> 0;
