import { Reduction } from '../src/runtime/wasm/machine/opcodes';
import { extent, maxLanes, operand, pointer, storeUpTo, sumLanes } from './operands';

/** Terms that one float32 accumulator takes before it goes into a float64 one. */
const BLOCK: i32 = 128;

/** Sum consecutive floats: blocks of 2048 in 16 lanes, the blocks' sums in float64. */
export function sumRun(x: usize, count: i32): f64 {
  let total: f64 = 0;
  while (count >= 16) {
    let blocks = min(count >> 4, BLOCK);
    count -= blocks << 4;
    let a = v128.load(x), b = v128.load(x, 16), c = v128.load(x, 32), d = v128.load(x, 48);
    x += 64;
    for (blocks--; blocks > 0; blocks--, x += 64) {
      a = f32x4.add(a, v128.load(x));
      b = f32x4.add(b, v128.load(x, 16));
      c = f32x4.add(c, v128.load(x, 32));
      d = f32x4.add(d, v128.load(x, 48));
    }
    total += <f64>sumLanes(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
  }
  for (; count > 0; count--, x += 4) total += <f64>load<f32>(x);
  return total;
}

/** Find the largest of consecutive floats; NaN when there is one, −Inf when there is none. */
export function maxRun(x: usize, count: i32): f32 {
  let best = f32x4.splat(-Infinity);
  for (; count >= 4; count -= 4, x += 16) best = f32x4.max(best, v128.load(x));
  let value = maxLanes(best);
  for (; count > 0; count--, x += 4) value = max<f32>(value, load<f32>(x));
  return value;
}

@inline
function combine(maximum: bool, a: v128, b: v128): v128 {
  return maximum ? f32x4.max(a, b) : f32x4.add(a, b);
}

/** Reduce 4·vectors columns down `count` rows. Past BLOCK rows the blocks' sums go through float64. */
@inline
function reduceColumns(
  maximum: bool, vectors: i32, count: i32, x: usize, stride: usize, y: usize, columns: i32, scale: f64,
): void {
  const start = f32x4.splat(maximum ? -Infinity : 0);
  let t0 = f64x2.splat(0), t1 = t0, t2 = t0, t3 = t0, t4 = t0, t5 = t0, t6 = t0, t7 = t0;
  let a = start, b = start, c = start, d = start;
  const long = !maximum && count > BLOCK;
  while (count > 0) {
    let block = maximum ? count : min(count, BLOCK);
    count -= block;
    a = start;
    b = start;
    c = start;
    d = start;
    for (; block > 0; block--, x += stride) {
      a = combine(maximum, a, v128.load(x));
      if (vectors > 1) {
        b = combine(maximum, b, v128.load(x, 16));
        c = combine(maximum, c, v128.load(x, 32));
        d = combine(maximum, d, v128.load(x, 48));
      }
    }
    if (long) {
      t0 = f64x2.add(t0, f64x2.promote_low_f32x4(a));
      t1 = f64x2.add(t1, f64x2.promote_low_f32x4(high(a)));
      if (vectors > 1) {
        t2 = f64x2.add(t2, f64x2.promote_low_f32x4(b));
        t3 = f64x2.add(t3, f64x2.promote_low_f32x4(high(b)));
        t4 = f64x2.add(t4, f64x2.promote_low_f32x4(c));
        t5 = f64x2.add(t5, f64x2.promote_low_f32x4(high(c)));
        t6 = f64x2.add(t6, f64x2.promote_low_f32x4(d));
        t7 = f64x2.add(t7, f64x2.promote_low_f32x4(high(d)));
      }
    }
  }
  if (long) {
    a = join(t0, t1);
    if (vectors > 1) {
      b = join(t2, t3);
      c = join(t4, t5);
      d = join(t6, t7);
    }
  }
  if (scale != 1) {
    const divisor = f32x4.splat(<f32>scale);
    a = f32x4.div(a, divisor);
    if (vectors > 1) {
      b = f32x4.div(b, divisor);
      c = f32x4.div(c, divisor);
      d = f32x4.div(d, divisor);
    }
  }
  storeUpTo(y, a, columns);
  if (vectors > 1) {
    v128.store(y, b, 16);
    v128.store(y, c, 32);
    v128.store(y, d, 48);
  }
}

@inline
function high(v: v128): v128 {
  return i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
}

@inline
function join(low: v128, top: v128): v128 {
  const a = f32x4.demote_f64x2_zero(low), b = f32x4.demote_f64x2_zero(top);
  return i8x16.shuffle(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
}

@inline
function columnRun(maximum: bool, count: i32, x: usize, stride: usize, y: usize, columns: i32, scale: f64): void {
  for (; columns >= 16; columns -= 16, x += 64, y += 64) reduceColumns(maximum, 4, count, x, stride, y, 4, scale);
  for (; columns > 0; columns -= 4, x += 16, y += 16) reduceColumns(maximum, 1, count, x, stride, y, columns, scale);
}

/** Run outer rows [o0, o1), inner columns [c0, c1) of a Reduce instruction. */
export function reduceTile(pc: usize, o0: i32, o1: i32, c0: i32, c1: i32): void {
  const kind = operand(pc, 0);
  const count = extent(pc, 2), inner = extent(pc, 3);
  const maximum = kind == Reduction.Maximum;
  const scale: f64 = kind == Reduction.Mean ? <f64>count : 1;
  const stride = <usize>inner << 2;
  let x = pointer(pc, 4) + <usize>o0 * <usize>count * stride + (<usize>c0 << 2);
  let y = pointer(pc, 5) + <usize>o0 * stride + (<usize>c0 << 2);
  for (let i = o0; i < o1; i++) {
    if (inner == 1) {
      store<f32>(y, maximum ? maxRun(x, count) : <f32>(sumRun(x, count) / scale));
    } else if (maximum) columnRun(true, count, x, stride, y, c1 - c0, 1);
    else columnRun(false, count, x, stride, y, c1 - c0, scale);
    x += <usize>count * stride;
    y += stride;
  }
}
