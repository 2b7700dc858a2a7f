import { Further } from '../src/runtime/wasm/opcodes';
import { context, rows, scratch, step } from './operands';

// What is seldom used stands in a module of its own, assembly/further, which is loaded when a program needs it. Its
// functions then stand in the table of this one.

/** Run a tile by the further kernels. They keep no state between tiles: where the call stands goes along. */
export function furtherTile(opcode: i32, pc: usize, from0: i32, to0: i32, from1: i32, to1: i32): void {
  call_indirect<void>(Further.Tile, opcode, pc, from0, to0, from1, to1, context, step, rows, scratch());
}

/** Apply an activation that is seldom used. */
export function furtherActivation(kind: i32, count: i32, x: usize, y: usize, alpha: f32): void {
  call_indirect<void>(Further.Activation, kind, count, x, y, alpha);
}

/** Multiply by the derivative of such an activation. */
export function furtherActivationGradient(kind: i32, count: i32, dy: usize, s: usize, dx: usize, alpha: f32): void {
  call_indirect<void>(Further.ActivationGradient, kind, count, dy, s, dx, alpha);
}
