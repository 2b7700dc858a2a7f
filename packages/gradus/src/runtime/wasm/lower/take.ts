import { type Shape, sizeOf } from '../../../util/shape.ts';
import type { Extent } from '../machine/assembler.ts';
import { Opcode } from '../machine/opcodes.ts';
import type { Lowering, LoweringContext } from './lowering.ts';

/** Slices of a table that a tile of its gradient holds: an eighth of them, since every tile looks at all indices. */
const PARTS = 8;

/** What both instructions read, and the sizes that their tiles depend on. */
function operandsOf(
  { program: { buffers }, pointer }: LoweringContext,
  [values, indices]: readonly number[],
  out: number,
  table: Shape,
) {
  const count = sizeOf(buffers[indices].shape);
  const [size, ...rest] = table;
  const isFloat = buffers[indices].dataType === 'float' ? 1 : 0;
  const width: Extent = sizeOf(rest);
  const addresses = [pointer(values), pointer(indices), isFloat, pointer(out)];
  return { count, size, width, words: [count, size, width, ...addresses] };
}

export const takeLowering: Lowering<'take'> = (context, { inputs, outputs: [out] }) => {
  const { assembler, program } = context;
  const { count, width, words } = operandsOf(context, inputs, out, program.buffers[inputs[0]].shape);
  assembler.rowwise(Opcode.Take, count, assembler.size(width), 2, words);
};

export const takeGradientLowering: Lowering<'takeGradient'> = (context, { inputs, outputs: [out] }) => {
  const { assembler, program } = context;
  const { count, size, width, words } = operandsOf(context, inputs, out, program.buffers[out].shape);
  const tile = Math.max(1, Math.ceil(assembler.size(size) / PARTS));
  const numbers = assembler.size(width) * (tile + assembler.size(count) / PARTS);
  assembler.emit(Opcode.TakeGradient, [size, tile, 1, 1], 2 * (numbers + assembler.size(count)), words);
};
