import { Unary } from '../src/runtime/wasm/machine/opcodes';
import { activate } from './activation';
import { float, madd, operand, pointer, storeTail } from './operands';
import { powConstant } from './power';
import { cos, sin } from './trigonometry';
import { erf, exp, log, log1p } from './vectorMath';

@inline
function unaryVector(kind: i32, x: v128, p: v128, q: v128): v128 {
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  if (kind == Unary.Negate) return f32x4.neg(x);
  if (kind == Unary.Absolute) return f32x4.abs(x);
  if (kind == Unary.Exp) return exp(x);
  if (kind == Unary.Log) return log(x);
  if (kind == Unary.Log1p) return log1p(x);
  if (kind == Unary.Sqrt) return f32x4.sqrt(x);
  if (kind == Unary.Square) return f32x4.mul(x, x);
  if (kind == Unary.Reciprocal) return f32x4.div(one, x);
  if (kind == Unary.Sin) return sin(x);
  if (kind == Unary.Cos) return cos(x);
  if (kind == Unary.Sign) {
    const unit = v128.or(one, v128.and(x, f32x4.splat(-0.0)));
    return v128.bitselect(unit, x, f32x4.gt(f32x4.abs(x), zero));
  }
  if (kind == Unary.Erf) return erf(x);
  if (kind == Unary.Affine) return madd(x, p, q);
  // pmin and pmax keep a NaN in their first operand.
  if (kind == Unary.Clip) return f32x4.pmin(f32x4.pmax(x, p), q);
  if (kind == Unary.Step) return v128.and(f32x4.gt(x, zero), one);
  return x;
}

/** y = f(x), `count` floats. */
@inline
function unaryLoop(kind: i32, count: i32, x: usize, y: usize, p0: f32, p1: f32): void {
  const p = f32x4.splat(p0), q = f32x4.splat(p1);
  for (; count > 0; count -= 4, x += 16, y += 16) {
    const v = unaryVector(kind, v128.load(x), p, q);
    if (count < 4) return storeTail(y, v, count);
    v128.store(y, v);
  }
}

// One function a kind: behind a switch the compiler would fold the loops, alike but for a constant, into one that
// asks for the kind at every vector.
function unaryCopy(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Copy, count, x, y, p, q);
}
function unaryNegate(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Negate, count, x, y, p, q);
}
function unaryAbsolute(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Absolute, count, x, y, p, q);
}
function unarySqrt(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Sqrt, count, x, y, p, q);
}
function unarySquare(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Square, count, x, y, p, q);
}
function unaryReciprocal(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Reciprocal, count, x, y, p, q);
}
function unaryAffine(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Affine, count, x, y, p, q);
}
function unaryExp(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Exp, count, x, y, p, q);
}
function unaryLog(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Log, count, x, y, p, q);
}
function unarySign(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Sign, count, x, y, p, q);
}
function unaryClip(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Clip, count, x, y, p, q);
}
function unaryStep(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Step, count, x, y, p, q);
}
function unaryLog1p(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Log1p, count, x, y, p, q);
}
function unarySin(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Sin, count, x, y, p, q);
}
function unaryCos(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Cos, count, x, y, p, q);
}
function unaryErf(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Erf, count, x, y, p, q);
}

/** Run elements [from, to) of a Unary instruction. */
export function unaryTile(pc: usize, from: i32, to: i32): void {
  const kind = operand(pc, 0), count = to - from;
  const offset = <usize>from << 2;
  const x = pointer(pc, 2) + offset, y = pointer(pc, 3) + offset;
  const p = float(pc, 4), q = float(pc, 5);
  if (kind >= Unary.FirstActivation) return activate(kind - Unary.FirstActivation, count, x, y, p);
  switch (kind) {
    case Unary.Copy: unaryCopy(count, x, y, p, q); break;
    case Unary.Negate: unaryNegate(count, x, y, p, q); break;
    case Unary.Absolute: unaryAbsolute(count, x, y, p, q); break;
    case Unary.Sqrt: unarySqrt(count, x, y, p, q); break;
    case Unary.Square: unarySquare(count, x, y, p, q); break;
    case Unary.Reciprocal: unaryReciprocal(count, x, y, p, q); break;
    case Unary.Affine: unaryAffine(count, x, y, p, q); break;
    case Unary.Exp: unaryExp(count, x, y, p, q); break;
    case Unary.Log: unaryLog(count, x, y, p, q); break;
    case Unary.Sign: unarySign(count, x, y, p, q); break;
    case Unary.Clip: unaryClip(count, x, y, p, q); break;
    case Unary.Step: unaryStep(count, x, y, p, q); break;
    case Unary.Log1p: unaryLog1p(count, x, y, p, q); break;
    case Unary.Sin: unarySin(count, x, y, p, q); break;
    case Unary.Cos: unaryCos(count, x, y, p, q); break;
    case Unary.Erf: unaryErf(count, x, y, p, q); break;
    case Unary.PowConstant: powConstant(count, x, y, p); break;
    default: unreachable();
  }
}
