import { Opcode } from '../src/runtime/wasm/machine/opcodes';
import { activationGradientTile } from './activation';
import { binaryTile } from './binary';
import { addPartsTile, convolutionInputGradientTile, convolutionKernelGradientTile, convolutionTile } from './convolution';
import { stridedCopyTile } from './copy';
import { checkFiniteTile, countCorrectTile, countTile, fillTile, recordTile } from './fill';
import { gatherByteTile, gatherWordsTile } from './gather';
import { lstmCellGradientTile, lstmCellTile } from './lstm';
import { matmulTile } from './matmul';
import { oneHotTile } from './oneHot';
import { maxPoolGradientTile, maxPoolTile } from './pooling';
import { dropoutTile, randomTile } from './random';
import { reduceTile } from './reduce';
import { rowWiseTile } from './rowWise';
import { softmaxCrossEntropyTile } from './softmaxCrossEntropy';
import { takeGradientTile, takeTile } from './take';
import { unaryTile } from './unary';
import { updateTile } from './update';
import { whereTile } from './where';

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
