import { Binary } from '../src/runtime/wasm/opcodes';
import { extent, operand, pointer, storeTail } from './operands';
import { powVector } from './power';
import { expOfNegative, log1pOfUnit, sigmoid } from './vectorMath';

@inline
function binaryVector(kind: i32, a: v128, b: v128): v128 {
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  if (kind == Binary.Add) return f32x4.add(a, b);
  if (kind == Binary.Subtract) return f32x4.sub(a, b);
  if (kind == Binary.Multiply) return f32x4.mul(a, b);
  if (kind == Binary.Divide) return f32x4.div(a, b);
  if (kind == Binary.Maximum) return f32x4.max(a, b);
  if (kind == Binary.Minimum) return f32x4.min(a, b);
  if (kind == Binary.Power) return powVector(a, b);
  if (kind == Binary.Greater) return v128.and(f32x4.gt(a, b), one);
  if (kind == Binary.GreaterEqual) return v128.and(f32x4.ge(a, b), one);
  if (kind == Binary.Equal) return v128.and(f32x4.eq(a, b), one);
  if (kind == Binary.LogisticLoss) {
    const tail = log1pOfUnit(expOfNegative(f32x4.neg(f32x4.abs(a))));
    return f32x4.add(f32x4.sub(f32x4.pmax(a, zero), f32x4.mul(a, b)), tail);
  }
  if (kind == Binary.LogisticLossGradient) return f32x4.sub(sigmoid(a), b);
  const difference = f32x4.sub(a, b);
  return f32x4.mul(difference, difference);
}

/** One run: an operand whose flag is 0 gives the same value to every element. */
@inline
function binaryRun(kind: i32, aMoves: bool, bMoves: bool, count: i32, a: usize, b: usize, out: usize): void {
  let x = v128.load_splat<f32>(a), y = v128.load_splat<f32>(b);
  for (; count > 0; count -= 4, out += 16) {
    if (aMoves) {
      x = v128.load(a);
      a += 16;
    }
    if (bMoves) {
      y = v128.load(b);
      b += 16;
    }
    const v = binaryVector(kind, x, y);
    if (count >= 4) v128.store(out, v);
    else storeTail(out, v, count);
  }
}

/** Rows of runs, strides in bytes. */
@inline
function binaryRows(
  kind: i32, lines: i32, count: i32,
  a: usize, aStride: usize, aMoves: i32,
  b: usize, bStride: usize, bMoves: i32,
  out: usize, outStride: usize,
): void {
  for (; lines > 0; lines--) {
    if (aMoves && bMoves) binaryRun(kind, true, true, count, a, b, out);
    else if (aMoves) binaryRun(kind, true, false, count, a, b, out);
    else if (bMoves) binaryRun(kind, false, true, count, a, b, out);
    else binaryRun(kind, false, false, count, a, b, out);
    a += aStride;
    b += bStride;
    out += outStride;
  }
}

/** Run rows [r0, r1), columns [c0, c1) of a Binary instruction. */
export function binaryTile(pc: usize, r0: i32, r1: i32, c0: i32, c1: i32): void {
  const inner = extent(pc, 2);
  const am = operand(pc, 5), bm = operand(pc, 8);
  const as = <usize>extent(pc, 4) << 2, bs = <usize>extent(pc, 7) << 2, os = <usize>inner << 2;
  const a = pointer(pc, 3) + <usize>r0 * as + (<usize>(am * c0) << 2);
  const b = pointer(pc, 6) + <usize>r0 * bs + (<usize>(bm * c0) << 2);
  const out = pointer(pc, 9) + <usize>r0 * os + (<usize>c0 << 2);
  let lines = r1 - r0, n = c1 - c0;
  // Whole rows that follow each other in all operands are one run.
  if (n == inner && (am ? as == os : as == 0) && (bm ? bs == os : bs == 0)) {
    n *= lines;
    lines = 1;
  }
  switch (operand(pc, 0)) {
    case Binary.Add: binaryRows(Binary.Add, lines, n, a, as, am, b, bs, bm, out, os); break;
    case Binary.Subtract: binaryRows(Binary.Subtract, lines, n, a, as, am, b, bs, bm, out, os); break;
    case Binary.Multiply: binaryRows(Binary.Multiply, lines, n, a, as, am, b, bs, bm, out, os); break;
    case Binary.Divide: binaryRows(Binary.Divide, lines, n, a, as, am, b, bs, bm, out, os); break;
    case Binary.Maximum: binaryRows(Binary.Maximum, lines, n, a, as, am, b, bs, bm, out, os); break;
    case Binary.Minimum: binaryRows(Binary.Minimum, lines, n, a, as, am, b, bs, bm, out, os); break;
    case Binary.Power: binaryRows(Binary.Power, lines, n, a, as, am, b, bs, bm, out, os); break;
    case Binary.Greater: binaryRows(Binary.Greater, lines, n, a, as, am, b, bs, bm, out, os); break;
    case Binary.GreaterEqual: binaryRows(Binary.GreaterEqual, lines, n, a, as, am, b, bs, bm, out, os); break;
    case Binary.Equal: binaryRows(Binary.Equal, lines, n, a, as, am, b, bs, bm, out, os); break;
    case Binary.LogisticLoss: binaryRows(Binary.LogisticLoss, lines, n, a, as, am, b, bs, bm, out, os); break;
    case Binary.LogisticLossGradient:
      binaryRows(Binary.LogisticLossGradient, lines, n, a, as, am, b, bs, bm, out, os);
      break;
    case Binary.SquaredDifference: binaryRows(Binary.SquaredDifference, lines, n, a, as, am, b, bs, bm, out, os); break;
    default: unreachable();
  }
}

/** Run elements [from, to) of a Where instruction. A NaN counts as a condition that holds. */
export function whereTile(pc: usize, from: i32, to: i32): void {
  const offset = <usize>from << 2;
  let condition = pointer(pc, 1) + offset, a = pointer(pc, 2) + offset, b = pointer(pc, 3) + offset;
  let out = pointer(pc, 4) + offset;
  for (let count = to - from; count > 0; count -= 4, condition += 16, a += 16, b += 16, out += 16) {
    const mask = f32x4.ne(v128.load(condition), f32x4.splat(0));
    const v = v128.bitselect(v128.load(a), v128.load(b), mask);
    if (count >= 4) v128.store(out, v);
    else storeTail(out, v, count);
  }
}
