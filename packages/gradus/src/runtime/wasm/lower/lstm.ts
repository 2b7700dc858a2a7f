import type { InstructionOf } from '../../../compile/program.ts';
import { Opcode } from '../machine/opcodes.ts';
import type { Lowering, LoweringContext } from './lowering.ts';

/** Multiply-adds that the gates of a unit cost about as much as, forwards and backwards. */
const COST = { lstmCell: 90, lstmCellGradient: 50 } as const;

function lower(
  { assembler, program, pointer }: LoweringContext,
  { op, inputs, outputs }: InstructionOf<'lstmCell' | 'lstmCellGradient'>,
): void {
  const [rows, units] = program.buffers[inputs[1]].shape;
  const opcode = op === 'lstmCell' ? Opcode.LstmCell : Opcode.LstmCellGradient;
  assembler.rowwise(opcode, rows, units, COST[op], [rows, units, ...[...inputs, ...outputs].map(pointer)]);
}

export const lstmCellLowering: Lowering<'lstmCell'> = lower;
export const lstmCellGradientLowering: Lowering<'lstmCellGradient'> = lower;
