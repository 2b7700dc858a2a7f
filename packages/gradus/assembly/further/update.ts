import { Update } from '../../src/runtime/wasm/opcodes';
import { operand } from '../operands';
import { updateLoop } from '../update';
import { adaptiveLoop } from './updateAdaptive';

function momentum(pc: usize, from: i32, to: i32): void {
  updateLoop(Update.Momentum, pc, from, to);
}
function nesterov(pc: usize, from: i32, to: i32): void {
  updateLoop(Update.Nesterov, pc, from, to);
}
function adamW(pc: usize, from: i32, to: i32): void {
  updateLoop(Update.AdamW, pc, from, to);
}
function adamUncorrectedEpsilon(pc: usize, from: i32, to: i32): void {
  updateLoop(Update.AdamUncorrectedEpsilon, pc, from, to);
}
function velocityMomentum(pc: usize, from: i32, to: i32): void {
  updateLoop(Update.VelocityMomentum, pc, from, to);
}
function velocityNesterov(pc: usize, from: i32, to: i32): void {
  updateLoop(Update.VelocityNesterov, pc, from, to);
}

/** Run weights [from, to) of an Update instruction of a rule that is seldom used. */
export function updateTile(pc: usize, from: i32, to: i32): void {
  switch (operand(pc, 0)) {
    case Update.Momentum: momentum(pc, from, to); break;
    case Update.Nesterov: nesterov(pc, from, to); break;
    case Update.AdamW: adamW(pc, from, to); break;
    case Update.AdamUncorrectedEpsilon: adamUncorrectedEpsilon(pc, from, to); break;
    case Update.VelocityMomentum: velocityMomentum(pc, from, to); break;
    case Update.VelocityNesterov: velocityNesterov(pc, from, to); break;
    default: adaptiveLoop(pc, from, to);
  }
}
