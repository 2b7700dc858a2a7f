import { Opcode } from '../../src/runtime/wasm/opcodes';
import { enterStep, setScratch } from '../operands';
import { binaryTile } from './binary';
import { addPartsTile, convolutionInputGradientTile, convolutionKernelGradientTile, convolutionTile } from './convolution';
import { stridedCopyTile } from './copy';
import { lstmCellGradientTile, lstmCellTile } from './lstm';
import { oneHotTile } from './oneHot';
import { maxPoolGradientTile, maxPoolTile } from './pooling';
import { randomTile } from './random';
import { rowWiseTile } from './rowWise';
import { takeGradientTile, takeTile } from './take';
import { unaryTile } from './unary';
import { updateTile } from './update';
import { whereTile } from './where';

/** Run one tile as `runTile` of the first kernels does, in a step of a call, with scratch memory of the thread's. */
export function tile(
  opcode: i32, pc: usize, from0: i32, to0: i32, from1: i32, to1: i32, context: usize, step: i32, rows: i32, scratch: usize,
): void {
  enterStep(context, step, rows);
  setScratch(scratch);
  switch (opcode) {
    case Opcode.Unary: unaryTile(pc, from0, to0); break;
    case Opcode.Binary: binaryTile(pc, from0, to0, from1, to1); break;
    case Opcode.Update: updateTile(pc, from0, to0); break;
    case Opcode.StridedCopy: stridedCopyTile(pc, from0, to0); break;
    case Opcode.RowWise: rowWiseTile(pc, from0, to0); break;
    case Opcode.Random: randomTile(pc, from0, to0); break;
    case Opcode.OneHot: oneHotTile(pc, from0, to0); break;
    case Opcode.Where: whereTile(pc, from0, to0); break;
    case Opcode.Take: takeTile(pc, from0, to0); break;
    case Opcode.TakeGradient: takeGradientTile(pc, from0, to0); break;
    case Opcode.Convolution: convolutionTile(pc, from0, to0); break;
    case Opcode.ConvolutionInputGradient: convolutionInputGradientTile(pc, from0, to0, from1, to1); break;
    case Opcode.ConvolutionKernelGradient: convolutionKernelGradientTile(pc, from0, to0, from1, to1); break;
    case Opcode.AddParts: addPartsTile(pc, from0, to0); break;
    case Opcode.MaxPool: maxPoolTile(pc, from0, to0); break;
    case Opcode.MaxPoolGradient: maxPoolGradientTile(pc, from0, to0); break;
    case Opcode.LstmCell: lstmCellTile(pc, from0, to0); break;
    case Opcode.LstmCellGradient: lstmCellGradientTile(pc, from0, to0); break;
    default: unreachable();
  }
}
