import { Activation } from '../src/runtime/wasm/machine/opcodes';
import { activateLoop } from './activation';
import { madd, nmadd, operand, pointer, storeUpTo } from './operands';

// A row is gone over several times, a function at a time, while the first cache holds it: one loop for all five would
// hold more numbers and constants than there are registers, and takes three times as long.

/** next = f·c + i·g, the gates one line after another. */
function nextStates(count: i32, gates: usize, line: usize, c: usize, next: usize): void {
  for (; count > 0; count -= 4, gates += 16, c += 16, next += 16) {
    const candidate = f32x4.mul(v128.load(gates), v128.load(gates + 2 * line));
    storeUpTo(next, madd(v128.load(gates + line), v128.load(c), candidate), count);
  }
}

/** y = o·y */
function scaleBy(count: i32, o: usize, y: usize): void {
  for (; count > 0; count -= 4, o += 16, y += 16) storeUpTo(y, f32x4.mul(v128.load(o), v128.load(y)), count);
}

/** y = σ(x) */
function sigmoids(count: i32, x: usize, y: usize): void {
  activateLoop(Activation.Sigmoid, count, x, y, 0);
}

/** y = tanh x */
function tangents(count: i32, x: usize, y: usize): void {
  activateLoop(Activation.Tanh, count, x, y, 0);
}

/**
 * Rows [from, to) of an LstmCell: c′ = σ(z_f)·c + σ(zᵢ)·tanh z_g, h = σ(zₒ)·tanh c′; the gates are kept for the gradient.
 * Relative error of a gate ≤ 3e-7.
 */
export function lstmCellTile(pc: usize, from: i32, to: i32): void {
  const units = operand(pc, 1), line = <usize>units << 2;
  const first = <usize>from * line;
  let z = pointer(pc, 2) + (first << 2), gates = pointer(pc, 6) + (first << 2);
  let c = pointer(pc, 3) + first, next = pointer(pc, 4) + first, output = pointer(pc, 5) + first;
  for (; from < to; from++) {
    sigmoids(2 * units, z, gates);
    tangents(units, z + 2 * line, gates + 2 * line);
    sigmoids(units, z + 3 * line, gates + 3 * line);
    nextStates(units, gates, line, c, next);
    tangents(units, next, output);
    scaleBy(units, gates + 3 * line, output);
    z += line << 2;
    gates += line << 2;
    c += line;
    next += line;
    output += line;
  }
}

/** s(1 − s)·x */
@inline
function logisticSlope(s: v128, x: v128): v128 {
  return f32x4.mul(f32x4.mul(s, f32x4.sub(f32x4.splat(1), s)), x);
}

/** (1 − s²)·x */
@inline
function tanhSlope(s: v128, x: v128): v128 {
  return f32x4.mul(nmadd(s, s, f32x4.splat(1)), x);
}

/** Rows [from, to) of an LstmCellGradient: with t = tanh c′ and k = dc′ + dh·o·(1 − t²), dc = k·f. */
export function lstmCellGradientTile(pc: usize, from: i32, to: i32): void {
  const units = operand(pc, 1), line = <usize>units << 2;
  const first = <usize>from * line;
  let gates = pointer(pc, 2) + (first << 2), dz = pointer(pc, 7) + (first << 2);
  let c = pointer(pc, 3) + first, next = pointer(pc, 4) + first;
  let dOutput = pointer(pc, 5) + first, dNext = pointer(pc, 6) + first, dc = pointer(pc, 8) + first;
  for (; from < to; from++) {
    // tanh c′ waits where dc will stand.
    tangents(units, next, dc);
    for (let count = units, at: usize = 0; count > 0; count -= 4, at += 16) {
      const si = gates + at, zi = dz + at;
      const i = v128.load(si), f = v128.load(si + line), g = v128.load(si + 2 * line), o = v128.load(si + 3 * line);
      const t = v128.load(dc + at), dh = v128.load(dOutput + at);
      const k = f32x4.add(v128.load(dNext + at), tanhSlope(t, f32x4.mul(dh, o)));
      const di = logisticSlope(i, f32x4.mul(k, g)), df = logisticSlope(f, f32x4.mul(k, v128.load(c + at)));
      storeUpTo(zi, di, count);
      storeUpTo(zi + line, df, count);
      storeUpTo(zi + 2 * line, tanhSlope(g, f32x4.mul(k, i)), count);
      storeUpTo(zi + 3 * line, logisticSlope(o, f32x4.mul(dh, t)), count);
      storeUpTo(dc + at, f32x4.mul(k, f), count);
    }
    gates += line << 2;
    dz += line << 2;
    c += line;
    next += line;
    dOutput += line;
    dNext += line;
    dc += line;
  }
}
