import { madd, nmadd, operand, pointer, storeUpTo } from './operands';
import { sigmoid, tanh } from './vectorMath';

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
    for (let count = units, at: usize = 0; count > 0; count -= 4, at += 16) {
      const zi = z + at, si = gates + at;
      const i = sigmoid(v128.load(zi)), f = sigmoid(v128.load(zi + line));
      const g = tanh(v128.load(zi + 2 * line)), o = sigmoid(v128.load(zi + 3 * line));
      const state = madd(f, v128.load(c + at), f32x4.mul(i, g));
      storeUpTo(si, i, count);
      storeUpTo(si + line, f, count);
      storeUpTo(si + 2 * line, g, count);
      storeUpTo(si + 3 * line, o, count);
      storeUpTo(next + at, state, count);
      storeUpTo(output + at, f32x4.mul(o, tanh(state)), count);
    }
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
    for (let count = units, at: usize = 0; count > 0; count -= 4, at += 16) {
      const si = gates + at, zi = dz + at;
      const i = v128.load(si), f = v128.load(si + line), g = v128.load(si + 2 * line), o = v128.load(si + 3 * line);
      const t = tanh(v128.load(next + at)), dh = v128.load(dOutput + at);
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
