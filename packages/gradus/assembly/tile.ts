import { Opcode } from '../src/runtime/wasm/opcodes';
import { activationGradientTile } from './activation';
import { binaryTile } from './binary';
import { checkFiniteTile, countCorrectTile, countTile, fillTile, recordTile } from './fill';
import { gatherByteTile, gatherWordsTile } from './gather';
import { matmulTile } from './matmul';
import { furtherTile } from './onDemand';
import { dropoutTile } from './random';
import { reduceTile } from './reduce';
import { softmaxCrossEntropyTile } from './softmaxCrossEntropy';
import { unaryTile } from './unary';
import { updateTile } from './update';

/** Run one tile: [from0, to0) of the first tiled axis, [from1, to1) of the second. Writes nothing outside its region. */
export function runTile(opcode: i32, pc: usize, from0: i32, to0: i32, from1: i32, to1: i32): void {
  switch (opcode) {
    case Opcode.GatherFloat: gatherWordsTile(pc, from0, to0); break;
    case Opcode.GatherByte: gatherByteTile(pc, from0, to0); break;
    case Opcode.GatherInt: gatherWordsTile(pc, from0, to0); break;
    case Opcode.Matmul: matmulTile(pc, from0, to0, from1, to1); break;
    case Opcode.Unary: unaryTile(pc, from0, to0); break;
    case Opcode.ActivationGradient: activationGradientTile(pc, from0, to0); break;
    case Opcode.Binary: binaryTile(pc, from0, to0, from1, to1); break;
    case Opcode.Reduce: reduceTile(pc, from0, to0, from1, to1); break;
    case Opcode.SoftmaxCrossEntropy: softmaxCrossEntropyTile(pc, from0, to0); break;
    case Opcode.Dropout: dropoutTile(pc, from0, to0); break;
    case Opcode.Update: updateTile(pc, from0, to0); break;
    case Opcode.CheckFinite: checkFiniteTile(pc, from0, to0); break;
    case Opcode.Record: recordTile(pc); break;
    case Opcode.Fill: fillTile(pc, from0, to0); break;
    case Opcode.Count: countTile(pc); break;
    case Opcode.CountCorrect: countCorrectTile(pc); break;
    default: furtherTile(opcode, pc, from0, to0, from1, to1);
  }
}
