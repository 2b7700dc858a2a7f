import { Binary } from '../src/runtime/wasm/machine/opcodes';
import { extent, operand, pointer, scratch, storeTail } from './operands';
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

// The tile at hand: rows of runs, strides in bytes; an operand whose flag is 0 stands still within a run.
let lines: i32 = 0;
let count: i32 = 0;
let aRow: usize = 0;
let aStride: usize = 0;
let aMoves: i32 = 0;
let bRow: usize = 0;
let bStride: usize = 0;
let bMoves: i32 = 0;
let outRow: usize = 0;
let outStride: usize = 0;
/** What every result is multiplied by. */
let scale: f32 = 1;

/** An operand that stands still is read again and again from where four copies of it lie: one loop for all patterns. */
@inline
function binaryRows(kind: i32): void {
  const still = scratch(), aStep = <usize>aMoves << 4, bStep = <usize>bMoves << 4, by = f32x4.splat(scale);
  for (let line = 0; line < lines; line++) {
    let a = aRow + <usize>line * aStride, b = bRow + <usize>line * bStride, out = outRow + <usize>line * outStride;
    if (aMoves == 0) {
      v128.store(still, v128.load_splat<f32>(a));
      a = still;
    }
    if (bMoves == 0) {
      v128.store(still, v128.load_splat<f32>(b), 16);
      b = still + 16;
    }
    for (let left = count; left > 0; left -= 4, a += aStep, b += bStep, out += 16) {
      const v = f32x4.mul(binaryVector(kind, v128.load(a), v128.load(b)), by);
      if (left < 4) {
        storeTail(out, v, left);
        break;
      }
      v128.store(out, v);
    }
  }
}

// One function a kind: behind a switch the compiler would fold the loops, alike but for a constant, into one that
// asks for the kind at every vector.
function add(): void {
  binaryRows(Binary.Add);
}
function subtract(): void {
  binaryRows(Binary.Subtract);
}
function multiply(): void {
  binaryRows(Binary.Multiply);
}
function divide(): void {
  binaryRows(Binary.Divide);
}
function logisticLoss(): void {
  binaryRows(Binary.LogisticLoss);
}
function logisticLossGradient(): void {
  binaryRows(Binary.LogisticLossGradient);
}
function squaredDifference(): void {
  binaryRows(Binary.SquaredDifference);
}
function maximum(): void {
  binaryRows(Binary.Maximum);
}
function minimum(): void {
  binaryRows(Binary.Minimum);
}
function greater(): void {
  binaryRows(Binary.Greater);
}
function greaterEqual(): void {
  binaryRows(Binary.GreaterEqual);
}
function equal(): void {
  binaryRows(Binary.Equal);
}
function power(): void {
  binaryRows(Binary.Power);
}

/** Make rows [r0, r1), columns [c0, c1) of a Binary instruction the tile at hand. */
function readBinary(pc: usize, r0: i32, r1: i32, c0: i32, c1: i32): void {
  const inner = extent(pc, 2);
  aMoves = operand(pc, 5);
  bMoves = operand(pc, 8);
  aStride = <usize>extent(pc, 4) << 2;
  bStride = <usize>extent(pc, 7) << 2;
  outStride = <usize>inner << 2;
  aRow = pointer(pc, 3) + <usize>r0 * aStride + (<usize>(aMoves * c0) << 2);
  bRow = pointer(pc, 6) + <usize>r0 * bStride + (<usize>(bMoves * c0) << 2);
  outRow = pointer(pc, 9) + <usize>r0 * outStride + (<usize>c0 << 2);
  scale = pointer(pc, 10) != 0 ? load<f32>(pointer(pc, 10)) : 1;
  lines = r1 - r0;
  count = c1 - c0;
  // Whole rows that follow each other in all operands are one run.
  if (count == inner && (aMoves ? aStride == outStride : aStride == 0) && (bMoves ? bStride == outStride : bStride == 0)) {
    count *= lines;
    lines = 1;
  }
}

/** Run rows [r0, r1), columns [c0, c1) of a Binary instruction. */
export function binaryTile(pc: usize, r0: i32, r1: i32, c0: i32, c1: i32): void {
  readBinary(pc, r0, r1, c0, c1);
  switch (operand(pc, 0)) {
    case Binary.Add: add(); break;
    case Binary.Subtract: subtract(); break;
    case Binary.Multiply: multiply(); break;
    case Binary.Divide: divide(); break;
    case Binary.LogisticLoss: logisticLoss(); break;
    case Binary.LogisticLossGradient: logisticLossGradient(); break;
    case Binary.SquaredDifference: squaredDifference(); break;
    case Binary.Maximum: maximum(); break;
    case Binary.Minimum: minimum(); break;
    case Binary.Greater: greater(); break;
    case Binary.GreaterEqual: greaterEqual(); break;
    case Binary.Equal: equal(); break;
    case Binary.Power: power(); break;
    default: unreachable();
  }
}
