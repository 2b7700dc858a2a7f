import { Activation } from '../src/runtime/wasm/machine/opcodes';
import { float, madd, operand, pointer, storeTail } from './operands';
import { erf, exp, expOfNegative, expm1OfNegative, log1pOfUnit } from './vectorMath';
import { sigmoid as logistic, tanh as hyperbolic } from './vectorMath';

/** √(2/π) */
const GELU_SLOPE: f32 = 0.7978845608028654;
const GELU_CUBIC: f32 = 0.044715;

/** Beyond this tanh(log(1 + eˣ)) is 1 in float32, and the square of eˣ is still far from overflow. */
const MISH_FLAT: f32 = 20;

/** eˣ as Mish needs it. */
@inline
function exponentialOf(x: v128): v128 {
  return exp(f32x4.pmin(x, f32x4.splat(MISH_FLAT)));
}

/** n = e² + 2e for e = eˣ: tanh(log(1 + e)) = ((1 + e)² − 1)/((1 + e)² + 1) = n/(n + 2). */
@inline
function mishNumber(e: v128): v128 {
  return f32x4.mul(e, f32x4.add(e, f32x4.splat(2)));
}

/**
 * y = act(x); alpha is the slope or scale below zero. Relative error ≤ 4e-7, but for GELU, whose error is
 * absolute below 0: 4e-7 (exact) and 1e-6 (tanh form).
 */
@inline
export function activationVector(kind: i32, x: v128, alpha: v128): v128 {
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  if (kind == Activation.Sigmoid) return logistic(x);
  if (kind == Activation.Tanh) return hyperbolic(x);
  if (kind == Activation.Relu) return f32x4.pmax(x, zero);
  if (kind == Activation.LeakyRelu) return v128.bitselect(f32x4.mul(x, alpha), x, f32x4.lt(x, zero));
  if (kind == Activation.Elu) {
    const below = f32x4.mul(alpha, expm1OfNegative(f32x4.pmin(x, zero)));
    return v128.bitselect(x, below, f32x4.gt(x, zero));
  }
  if (kind == Activation.Softplus) {
    return f32x4.add(f32x4.pmax(x, zero), log1pOfUnit(expOfNegative(f32x4.neg(f32x4.abs(x)))));
  }
  if (kind == Activation.Gelu) {
    const half = f32x4.mul(x, f32x4.splat(0.5));
    return madd(half, erf(f32x4.mul(x, f32x4.splat(0.7071067811865476))), half);
  }
  if (kind == Activation.GeluTanh) {
    const cubic = madd(f32x4.mul(x, x), f32x4.splat(GELU_CUBIC), one);
    // ½(1 + tanh u) = σ(2u)
    return f32x4.mul(x, logistic(f32x4.mul(f32x4.mul(x, cubic), f32x4.splat(2 * GELU_SLOPE))));
  }
  if (kind == Activation.Silu) return f32x4.mul(x, logistic(x));
  if (kind == Activation.Mish) {
    const n = mishNumber(exponentialOf(x));
    return f32x4.mul(x, f32x4.div(n, f32x4.add(n, f32x4.splat(2))));
  }
  return x;
}

/** dy·act′, from the saved output or input that Activation names. Error ≤ 2e-6·|dy|. */
@inline
export function gradientVector(kind: i32, dy: v128, s: v128, alpha: v128): v128 {
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  if (kind == Activation.Sigmoid) return f32x4.mul(dy, f32x4.mul(s, f32x4.sub(one, s)));
  if (kind == Activation.Tanh) return f32x4.mul(dy, f32x4.sub(one, f32x4.mul(s, s)));
  if (kind == Activation.Relu) return v128.andnot(dy, f32x4.le(s, zero));
  if (kind == Activation.LeakyRelu) return v128.bitselect(dy, f32x4.mul(dy, alpha), f32x4.gt(s, zero));
  if (kind == Activation.Elu) return v128.bitselect(dy, f32x4.mul(dy, f32x4.add(s, alpha)), f32x4.gt(s, zero));
  if (kind == Activation.Softplus) {
    return f32x4.neg(f32x4.mul(dy, expm1OfNegative(f32x4.neg(s))));
  }
  if (kind == Activation.Gelu) {
    // Φ(x) + x·φ(x)
    const half = f32x4.splat(0.5);
    const cumulative = madd(erf(f32x4.mul(s, f32x4.splat(0.7071067811865476))), half, half);
    const density = f32x4.mul(exp(f32x4.mul(f32x4.mul(s, s), f32x4.splat(-0.5))), f32x4.splat(0.3989422804014327));
    return f32x4.mul(dy, madd(s, density, cumulative));
  }
  if (kind == Activation.GeluTanh) {
    // y = x·σ(v), v = 2√(2/π)(x + c·x³): y′ = σ + x·σ(1 − σ)·v′
    const square = f32x4.mul(s, s);
    const v = f32x4.mul(f32x4.mul(s, madd(square, f32x4.splat(GELU_CUBIC), one)), f32x4.splat(2 * GELU_SLOPE));
    const slope = f32x4.mul(madd(square, f32x4.splat(3 * GELU_CUBIC), one), f32x4.splat(2 * GELU_SLOPE));
    const sigma = logistic(v);
    const change = f32x4.mul(f32x4.mul(sigma, f32x4.sub(one, sigma)), f32x4.mul(s, slope));
    return f32x4.mul(dy, f32x4.add(sigma, change));
  }
  if (kind == Activation.Silu) {
    const sigma = logistic(s);
    return f32x4.mul(dy, f32x4.mul(sigma, madd(s, f32x4.sub(one, sigma), one)));
  }
  if (kind == Activation.Mish) {
    // t + x·(1 − t²)·σ with t = 1 − r, r = 2/(n + 2): 1 − t² = r(1 + t)
    const e = exponentialOf(s);
    const n = mishNumber(e);
    const r = f32x4.div(f32x4.splat(2), f32x4.add(n, f32x4.splat(2)));
    const t = f32x4.mul(f32x4.mul(n, r), f32x4.splat(0.5));
    const slope = f32x4.mul(f32x4.mul(r, f32x4.add(one, t)), f32x4.div(e, f32x4.add(one, e)));
    return f32x4.mul(dy, madd(s, slope, t));
  }
  return dy;
}

/** y = act(x), `count` floats. */
@inline
export function activateLoop(kind: i32, count: i32, x: usize, y: usize, a: f32): void {
  const alpha = f32x4.splat(a);
  for (; count > 0; count -= 4, x += 16, y += 16) {
    const v = activationVector(kind, v128.load(x), alpha);
    if (count < 4) return storeTail(y, v, count);
    v128.store(y, v);
  }
}

/** dx = dy·act′, `count` floats. */
@inline
export function gradientLoop(kind: i32, count: i32, dy: usize, s: usize, dx: usize, a: f32): void {
  const alpha = f32x4.splat(a);
  for (; count > 0; count -= 4, dy += 16, s += 16, dx += 16) {
    const v = gradientVector(kind, v128.load(dy), v128.load(s), alpha);
    if (count < 4) return storeTail(dx, v, count);
    v128.store(dx, v);
  }
}

// One function a kind: behind a switch the compiler would fold the loops, alike but for a constant, into one that
// asks for the kind at every vector.
function identity(count: i32, x: usize, y: usize, alpha: f32): void {
  activateLoop(Activation.Identity, count, x, y, alpha);
}
function sigmoid(count: i32, x: usize, y: usize, alpha: f32): void {
  activateLoop(Activation.Sigmoid, count, x, y, alpha);
}
function tanh(count: i32, x: usize, y: usize, alpha: f32): void {
  activateLoop(Activation.Tanh, count, x, y, alpha);
}
function relu(count: i32, x: usize, y: usize, alpha: f32): void {
  activateLoop(Activation.Relu, count, x, y, alpha);
}
function leakyRelu(count: i32, x: usize, y: usize, alpha: f32): void {
  activateLoop(Activation.LeakyRelu, count, x, y, alpha);
}
function elu(count: i32, x: usize, y: usize, alpha: f32): void {
  activateLoop(Activation.Elu, count, x, y, alpha);
}
function softplus(count: i32, x: usize, y: usize, alpha: f32): void {
  activateLoop(Activation.Softplus, count, x, y, alpha);
}
function gelu(count: i32, x: usize, y: usize, alpha: f32): void {
  activateLoop(Activation.Gelu, count, x, y, alpha);
}
function geluTanh(count: i32, x: usize, y: usize, alpha: f32): void {
  activateLoop(Activation.GeluTanh, count, x, y, alpha);
}
function silu(count: i32, x: usize, y: usize, alpha: f32): void {
  activateLoop(Activation.Silu, count, x, y, alpha);
}
function mish(count: i32, x: usize, y: usize, alpha: f32): void {
  activateLoop(Activation.Mish, count, x, y, alpha);
}

/** Apply an activation to `count` floats; x and y may be the same. */
export function activate(kind: i32, count: i32, x: usize, y: usize, alpha: f32): void {
  switch (kind) {
    case Activation.Sigmoid: sigmoid(count, x, y, alpha); break;
    case Activation.Tanh: tanh(count, x, y, alpha); break;
    case Activation.Relu: relu(count, x, y, alpha); break;
    case Activation.Identity: identity(count, x, y, alpha); break;
    case Activation.LeakyRelu: leakyRelu(count, x, y, alpha); break;
    case Activation.Elu: elu(count, x, y, alpha); break;
    case Activation.Softplus: softplus(count, x, y, alpha); break;
    case Activation.Gelu: gelu(count, x, y, alpha); break;
    case Activation.GeluTanh: geluTanh(count, x, y, alpha); break;
    case Activation.Silu: silu(count, x, y, alpha); break;
    case Activation.Mish: mish(count, x, y, alpha); break;
    default: unreachable();
  }
}

function identityGradient(count: i32, dy: usize, s: usize, dx: usize, alpha: f32): void {
  gradientLoop(Activation.Identity, count, dy, s, dx, alpha);
}
function sigmoidGradient(count: i32, dy: usize, s: usize, dx: usize, alpha: f32): void {
  gradientLoop(Activation.Sigmoid, count, dy, s, dx, alpha);
}
function tanhGradient(count: i32, dy: usize, s: usize, dx: usize, alpha: f32): void {
  gradientLoop(Activation.Tanh, count, dy, s, dx, alpha);
}
function reluGradient(count: i32, dy: usize, s: usize, dx: usize, alpha: f32): void {
  gradientLoop(Activation.Relu, count, dy, s, dx, alpha);
}
function leakyReluGradient(count: i32, dy: usize, s: usize, dx: usize, alpha: f32): void {
  gradientLoop(Activation.LeakyRelu, count, dy, s, dx, alpha);
}
function eluGradient(count: i32, dy: usize, s: usize, dx: usize, alpha: f32): void {
  gradientLoop(Activation.Elu, count, dy, s, dx, alpha);
}
function softplusGradient(count: i32, dy: usize, s: usize, dx: usize, alpha: f32): void {
  gradientLoop(Activation.Softplus, count, dy, s, dx, alpha);
}
function geluGradient(count: i32, dy: usize, s: usize, dx: usize, alpha: f32): void {
  gradientLoop(Activation.Gelu, count, dy, s, dx, alpha);
}
function geluTanhGradient(count: i32, dy: usize, s: usize, dx: usize, alpha: f32): void {
  gradientLoop(Activation.GeluTanh, count, dy, s, dx, alpha);
}
function siluGradient(count: i32, dy: usize, s: usize, dx: usize, alpha: f32): void {
  gradientLoop(Activation.Silu, count, dy, s, dx, alpha);
}
function mishGradient(count: i32, dy: usize, s: usize, dx: usize, alpha: f32): void {
  gradientLoop(Activation.Mish, count, dy, s, dx, alpha);
}

/** Multiply `count` gradients by an activation's derivative; dy and dx may be the same. */
export function activationGradient(kind: i32, count: i32, dy: usize, s: usize, dx: usize, alpha: f32): void {
  switch (kind) {
    case Activation.Sigmoid: sigmoidGradient(count, dy, s, dx, alpha); break;
    case Activation.Tanh: tanhGradient(count, dy, s, dx, alpha); break;
    case Activation.Relu: reluGradient(count, dy, s, dx, alpha); break;
    case Activation.Identity: identityGradient(count, dy, s, dx, alpha); break;
    case Activation.LeakyRelu: leakyReluGradient(count, dy, s, dx, alpha); break;
    case Activation.Elu: eluGradient(count, dy, s, dx, alpha); break;
    case Activation.Softplus: softplusGradient(count, dy, s, dx, alpha); break;
    case Activation.Gelu: geluGradient(count, dy, s, dx, alpha); break;
    case Activation.GeluTanh: geluTanhGradient(count, dy, s, dx, alpha); break;
    case Activation.Silu: siluGradient(count, dy, s, dx, alpha); break;
    case Activation.Mish: mishGradient(count, dy, s, dx, alpha); break;
    default: unreachable();
  }
}

/** Run elements [from, to) of an ActivationGradient instruction. */
export function activationGradientTile(pc: usize, from: i32, to: i32): void {
  const offset = <usize>from << 2;
  const dy = pointer(pc, 2) + offset, saved = pointer(pc, 3) + offset, dx = pointer(pc, 4) + offset;
  activationGradient(operand(pc, 0), to - from, dy, saved, dx, float(pc, 5));
}
