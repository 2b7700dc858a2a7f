import { Random } from '../../src/runtime/wasm/opcodes';
import { float, madd, operand, pointer, scratch, storeTail } from '../operands';
import { philox, stepNumber, unit } from '../random';
import { log, log1p } from '../vectorMath';
import { cosineOfTurn, sineOfTurn } from './trigonometry';

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
    if (to - i >= 4) v128.store(y, v);
    else storeTail(y, v, to - i);
  }
}
