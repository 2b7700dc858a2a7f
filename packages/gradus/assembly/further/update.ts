import { Update } from '../../src/runtime/wasm/opcodes';
import { operand } from '../operands';
import { updateLoop } from '../update';
import { adaptiveLoop } from './updateAdaptive';

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
    case Update.AdamUncorrectedEpsilon: adamUncorrectedEpsilon(pc, from, to); break;
    case Update.VelocityMomentum: velocityMomentum(pc, from, to); break;
    case Update.VelocityNesterov: velocityNesterov(pc, from, to); break;
    default: adaptiveLoop(pc, from, to);
  }
}
