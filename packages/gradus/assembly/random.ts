import { Context, Random } from '../src/runtime/wasm/machine/opcodes';
import { context, float, madd, operand, pointer, scratch, step, storeTail } from './operands';
import { transpose4 } from './pack';
import { cosineOfTurn, sineOfTurn } from './trigonometry';
import { log, log1p } from './vectorMath';

// Philox 4×32-10 (Salmon, Moraes, Dror and Shaw 2011). Element e of a tensor takes word e mod 4 of the block with
// counter (low, high half of ⌊e/4⌋; low, high half of the step's number) and key (keyLow, keyHigh).
// uniform = (word >>> 8)·2^-24, in [0, 1).

/** Lower halves of the products of four words with a constant. */
@inline
function lowProducts(even: v128, odd: v128): v128 {
  return i8x16.shuffle(even, odd, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
}

/** Upper halves of the same products. */
@inline
function highProducts(even: v128, odd: v128): v128 {
  return i8x16.shuffle(even, odd, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
}

/** Draw four blocks, one a lane, and write their 16 words in the order of the elements. */
function philox(block: u32, stepNumber: u64, key0: u32, key1: u32, words: usize): void {
  const m0 = i32x4.splat(0xd2511f53), m1 = i32x4.splat(0xcd9e8d57);
  let c0 = i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3));
  let c1 = i32x4.splat(0);
  let c2 = i32x4.splat(<u32>stepNumber), c3 = i32x4.splat(<u32>(stepNumber >> 32));
  let k0 = i32x4.splat(key0), k1 = i32x4.splat(key1);
  for (let round = 0; round < 10; round++) {
    const even0 = i64x2.extmul_low_i32x4_u(c0, m0), odd0 = i64x2.extmul_high_i32x4_u(c0, m0);
    const even1 = i64x2.extmul_low_i32x4_u(c2, m1), odd1 = i64x2.extmul_high_i32x4_u(c2, m1);
    c0 = v128.xor(v128.xor(highProducts(even1, odd1), c1), k0);
    c1 = lowProducts(even1, odd1);
    c2 = v128.xor(v128.xor(highProducts(even0, odd0), c3), k1);
    c3 = lowProducts(even0, odd0);
    k0 = i32x4.add(k0, i32x4.splat(0x9e3779b9));
    k1 = i32x4.add(k1, i32x4.splat(0xbb67ae85));
  }
  v128.store(words, c0);
  v128.store(words, c1, 16);
  v128.store(words, c2, 32);
  v128.store(words, c3, 48);
  transpose4(words, words + 16, words + 32, words + 48, words, 16);
}

/** The number of the current step, over all calls. */
@inline
function stepNumber(): u64 {
  const first = <u64>load<u32>(context + Context.StepNumberLow) | (<u64>load<u32>(context + Context.StepNumberHigh) << 32);
  return first + <u64>step;
}

/** Uniform floats in [0, 1) from words. */
@inline
function unit(words: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(words, 8)), f32x4.splat(5.9604644775390625e-8));
}

/** Run elements [from, to) of a Dropout instruction; `from` is a multiple of 4. Keeps where uniform ≥ rate. */
export function dropoutTile(pc: usize, from: i32, to: i32): void {
  const rate = float(pc, 3);
  const scale = f32x4.splat(1 / (1 - rate)), threshold = f32x4.splat(rate);
  const key0 = <u32>operand(pc, 4), key1 = <u32>operand(pc, 5);
  const number = stepNumber();
  let x = pointer(pc, 1) + (<usize>from << 2), y = pointer(pc, 2) + (<usize>from << 2);
  const words = scratch();
  for (let i = from; i < to; i += 4, x += 16, y += 16) {
    const place = <usize>(i - from) & 15;
    if (place == 0) philox(<u32>i >> 2, number, key0, key1, words);
    const kept = f32x4.ge(unit(v128.load(words + (place << 2))), threshold);
    const v = v128.and(f32x4.mul(v128.load(x), scale), kept);
    if (to - i < 4) return storeTail(y, v, to - i);
    v128.store(y, v);
  }
}

/**
 * Box–Muller on words (w0, w1) and (w2, w3): u = ((w0 >>> 8) + ½)·2^-24, r = √(−2 ln u),
 * θ = 2π·(w1 >>> 8)·2^-24, values r·cos θ and r·sin θ. Where u ≥ ½, ln u is taken from 1 − u, which is exact.
 */
@inline
function normal(words: v128): v128 {
  const first = i32x4.shr_u(i8x16.shuffle(words, words, 0, 1, 2, 3, 0, 1, 2, 3, 8, 9, 10, 11, 8, 9, 10, 11), 8);
  const second = unit(i8x16.shuffle(words, words, 4, 5, 6, 7, 4, 5, 6, 7, 12, 13, 14, 15, 12, 13, 14, 15));
  const half = f32x4.splat(0.5), size = f32x4.splat(5.9604644775390625e-8);
  const u = f32x4.mul(f32x4.add(f32x4.convert_i32x4_u(first), half), size);
  const complement = i32x4.sub(i32x4.splat(0xffffff), first);
  const z = f32x4.mul(f32x4.add(f32x4.convert_i32x4_u(complement), half), size);
  const logarithm = v128.bitselect(log(u), log1p(f32x4.neg(z)), f32x4.lt(u, half));
  const radius = f32x4.sqrt(f32x4.mul(logarithm, f32x4.splat(-2)));
  const odd = i32x4(0, -1, 0, -1);
  return f32x4.mul(radius, v128.bitselect(sineOfTurn(second), cosineOfTurn(second), odd));
}

/** Run elements [from, to) of a Random instruction; `from` is a multiple of 4. */
export function randomTile(pc: usize, from: i32, to: i32): void {
  const gaussian = operand(pc, 0) == Random.Normal;
  const p = float(pc, 3), q = float(pc, 4);
  const key0 = <u32>operand(pc, 5), key1 = <u32>operand(pc, 6);
  const number = stepNumber();
  // Uniform: low + u·(high − low); normal: mean + z·deviation.
  const scale = f32x4.splat(gaussian ? q : q - p), shift = f32x4.splat(p);
  let y = pointer(pc, 2) + (<usize>from << 2);
  const words = scratch();
  for (let i = from; i < to; i += 4, y += 16) {
    const place = <usize>(i - from) & 15;
    if (place == 0) philox(<u32>i >> 2, number, key0, key1, words);
    const drawn = v128.load(words + (place << 2));
    const v = madd(gaussian ? normal(drawn) : unit(drawn), scale, shift);
    if (to - i < 4) return storeTail(y, v, to - i);
    v128.store(y, v);
  }
}
