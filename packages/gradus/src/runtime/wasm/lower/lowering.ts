import type { Buffer, InstructionName, InstructionOf, Program } from '../../../compile/program.ts';
import { type Shape, sizeOf } from '../../../util/shape.ts';
import type { Address, Assembler, Extent } from '../machine/assembler.ts';

/** What lowering needs to know about a session. */
export interface LoweringContext {
  readonly assembler: Assembler;
  readonly program: Program;
  /** The address of a buffer's numbers. */
  pointer(id: number): Address;
  /** The address and the type of the table bound to an input. */
  source(input: string): {
    readonly pointer: Address;
    readonly kind: 'float' | 'int' | 'byte';
    readonly width: number;
    readonly scale: number;
    readonly shift: number;
  };
  readonly gradients: { readonly pointer: Address; readonly size: number };
  /** The address of the parameters, the gradients and the slots at an element of the trainable region. */
  trainable(offset: number): {
    readonly weights: Address;
    readonly gradient: Address;
    readonly slots: readonly Address[];
  };
  streamKey(stream: string): readonly [number, number];
}

/** How an instruction is put into the machine's words. */
export type Lowering<K extends InstructionName> = (
  context: LoweringContext,
  instruction: InstructionOf<K>,
) => void;

/** The buffer with a number. */
export const bufferOf = (context: LoweringContext, id: number): Buffer => context.program.buffers[id];

/** The shape of a buffer. */
export const shapeOf = (context: LoweringContext, id: number): Shape => bufferOf(context, id).shape;

/** How many elements a buffer has. */
export const sizeOfBuffer = (context: LoweringContext, id: number): Extent => sizeOf(shapeOf(context, id));
