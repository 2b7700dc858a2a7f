import { cosOfSmall, sinOfSmall } from './math/smallAngles.ts';
import { log } from './math.ts';
import { highWord, lowWord, type PhiloxKey, philox } from './philox.ts';

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
 * import { elementUniform } from './elementDraws.ts';
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
 * import { elementNormal } from './elementDraws.ts';
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
 * import { fillElementUniform } from './elementDraws.ts';
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
