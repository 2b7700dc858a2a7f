import { Unary } from '../../src/runtime/wasm/opcodes';
import { float, operand, pointer } from '../operands';
import { unaryLoop } from '../unary';
import { powConstant } from './power';

function exp(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Exp, count, x, y, p, q);
}
function log(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Log, count, x, y, p, q);
}
function sign(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Sign, count, x, y, p, q);
}
function clip(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Clip, count, x, y, p, q);
}
function step(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Step, count, x, y, p, q);
}
function log1p(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Log1p, count, x, y, p, q);
}
function sin(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Sin, count, x, y, p, q);
}
function cos(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Cos, count, x, y, p, q);
}
function erf(count: i32, x: usize, y: usize, p: f32, q: f32): void {
  unaryLoop(Unary.Erf, count, x, y, p, q);
}

/** Run elements [from, to) of a Unary instruction of a kind that is seldom used. */
export function unaryTile(pc: usize, from: i32, to: i32): void {
  const count = to - from;
  const offset = <usize>from << 2;
  const x = pointer(pc, 2) + offset, y = pointer(pc, 3) + offset;
  const p = float(pc, 4), q = float(pc, 5);
  switch (operand(pc, 0)) {
    case Unary.Exp: exp(count, x, y, p, q); break;
    case Unary.Log: log(count, x, y, p, q); break;
    case Unary.Sign: sign(count, x, y, p, q); break;
    case Unary.Clip: clip(count, x, y, p, q); break;
    case Unary.Step: step(count, x, y, p, q); break;
    case Unary.Log1p: log1p(count, x, y, p, q); break;
    case Unary.Sin: sin(count, x, y, p, q); break;
    case Unary.Cos: cos(count, x, y, p, q); break;
    case Unary.Erf: erf(count, x, y, p, q); break;
    case Unary.PowConstant: powConstant(count, x, y, p); break;
    default: unreachable();
  }
}
