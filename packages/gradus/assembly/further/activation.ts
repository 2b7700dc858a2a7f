import { Activation } from '../../src/runtime/wasm/opcodes';
import { activateLoop, gradientLoop } from '../activation';

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

/** Apply an activation that is seldom used to `count` floats; x and y may be the same. */
export function activation(kind: i32, count: i32, x: usize, y: usize, alpha: f32): void {
  switch (kind) {
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

/** Multiply `count` gradients by the derivative of such an activation; dy and dx may be the same. */
export function activationGradient(kind: i32, count: i32, dy: usize, s: usize, dx: usize, alpha: f32): void {
  switch (kind) {
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
