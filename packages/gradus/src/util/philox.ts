import { cosOfSmall, sinOfSmall } from './math/smallAngles.ts';
import { log } from './math.ts';

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

const block = /* @__PURE__ */ new Uint32Array(4);

const drawBlock = (key: PhiloxKey, step: number, index: number): void =>
  philox(lowWord(index), highWord(index), lowWord(step), highWord(step), key, block);

const uniformOfWord = (word: number): number => (word >>> 8) / 0x1000000;

/** Box–Muller: words (even, odd) give r cos φ and r sin φ, r = √(−2 ln u₁), φ = 2π u₂, u₁ in (0, 1). */
const normalOfWords = (even: number, odd: number, second: boolean): number => {
  const radius = Math.sqrt(-2 * log(((even >>> 8) + 0.5) / 0x1000000));
  const angle = 2 * Math.PI * uniformOfWord(odd);
  return radius * (second ? sinOfSmall(angle) : cosOfSmall(angle));
};

/**
 * Draw the uniform number that belongs to one element of a tensor at one step.
 *
 * Word (element mod 4) of the block with the counter (⌊element / 4⌋, step), each in two words, lower word
 * first; its upper 24 bits times 2^-24. Every executor draws the same number.
 *
 * @param key the stream's key
 * @param step number of the training step, a safe integer from 0
 * @param element index in the flattened tensor, a safe integer from 0
 * @returns a number in [0, 1), a multiple of 2^-24 (exact in float32)
 * @example
 * import { elementUniform } from './philox.ts';
 * elementUniform([0, 0], 0, 0); // 0.3990464210510254
 */
export function elementUniform(key: PhiloxKey, step: number, element: number): number {
  drawBlock(key, step, Math.floor(element / 4));
  return uniformOfWord(block[element % 4]!);
}

/**
 * Draw the standard normal number that belongs to one element of a tensor at one step.
 *
 * The words of the element's block in pairs (0, 1) and (2, 3) by Box–Muller: an even element is the pair's
 * r cos φ, the odd one after it r sin φ.
 *
 * @param key the stream's key
 * @param step number of the training step, a safe integer from 0
 * @param element index in the flattened tensor, a safe integer from 0
 * @returns a number of mean 0 and variance 1; its magnitude is below 5.9
 * @example
 * import { elementNormal } from './philox.ts';
 * elementNormal([0, 0], 0, 0) === elementNormal([0, 0], 0, 0); // true
 */
export function elementNormal(key: PhiloxKey, step: number, element: number): number {
  drawBlock(key, step, Math.floor(element / 4));
  const pair = element % 4 < 2 ? 0 : 2;
  return normalOfWords(block[pair]!, block[pair + 1]!, element % 2 === 1);
}

/**
 * Fill an array with the uniform numbers of elements 0, 1, 2 … of a step.
 *
 * @param key the stream's key
 * @param step number of the training step, a safe integer from 0
 * @param out receives `elementUniform(key, step, i)` at index i
 * @example
 * import { fillElementUniform } from './philox.ts';
 * const mask = new Float32Array(2);
 * fillElementUniform([0, 0], 0, mask);
 * mask[0]; // 0.3990464210510254
 */
export function fillElementUniform(key: PhiloxKey, step: number, out: Float32Array | Float64Array): void {
  for (let i = 0; i < out.length; i++) {
    if (i % 4 === 0) drawBlock(key, step, i / 4);
    out[i] = uniformOfWord(block[i % 4]!);
  }
}
