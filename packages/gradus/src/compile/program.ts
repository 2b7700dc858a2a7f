import type { OpAttributes, OpName } from '../graph/attributes.ts';
import type { DataType } from '../graph/tensor.ts';
import { resolveDimension, type Shape, sizeOf } from '../util/shape.ts';
import type { UpdateConstants, UpdateRule } from './updateRules.ts';

/** Where the values of a buffer live. */
export type BufferKind =
  /** Space of the program's own, shared by buffers whose lifetimes do not meet. */
  | 'workspace'
  /** Written before a step: gathered from bound data by index, or by the caller. */
  | 'input'
  /** A segment of the parameter store: a weight, its gradient, or state that is not trained. */
  | 'parameter'
  | 'gradient'
  /** Fixed values. */
  | 'constant'
  /** The values of another buffer under a shape of its own: all of them, or slice t inside a loop. */
  | 'view';

/** A numbered buffer of a program. */
export interface Buffer {
  readonly id: number;
  readonly kind: BufferKind;
  /** The input, the segment, or the scope of the op that makes it. */
  readonly name: string;
  readonly shape: Shape;
  readonly dataType: DataType;
  /** The values of a constant. */
  readonly values?: Float64Array;
  /** The buffer that a view shows; with a loop, the slice of it that belongs to the loop's iteration. */
  readonly view?: { readonly of: number; readonly loop: number | undefined };
  /** The first and the last instruction at which the buffer holds something; mended while the program is emitted. */
  first: number;
  last: number;
}

/** What a program does besides the graph's ops. */
export interface ProgramAttributes {
  /** Pick the batch's rows from bound data. */
  gather: { readonly input: string };
  copy: Readonly<Record<never, never>>;
  fill: { readonly value: number };
  /** Write a scalar into the step's row of results. */
  record: { readonly column: number };
  /** Look for values that are not finite: a buffer, or all gradients. */
  checkFinite: { readonly gradients: boolean };
  /** End the call here when a check failed. */
  stopUnlessFinite: Readonly<Record<never, never>>;
  /** Update one run of the store's trainable parameters. */
  update: {
    readonly rule: UpdateRule;
    readonly constants: UpdateConstants;
    /** The run of segments, in elements of the trainable region. */
    readonly offset: number;
    readonly size: number;
    /** The first of the step's scalars that belong to this run. */
    readonly column: number;
  };
  loopBegin: { readonly loop: number; readonly count: number; readonly reverse: boolean };
  loopEnd: { readonly loop: number };
}

/** Graph ops that leave an instruction, and the program's own. */
export type InstructionAttributes = Omit<
  OpAttributes,
  'input' | 'parameter' | 'constant' | 'reshape' | 'stopGradient' | 'repeat'
> &
  ProgramAttributes;

/** The name of an instruction. */
export type InstructionName = keyof InstructionAttributes;

/** One step of a program: an operation on numbered buffers. */
export type Instruction = {
  [K in InstructionName]: {
    readonly op: K;
    readonly attributes: InstructionAttributes[K];
    readonly inputs: readonly number[];
    readonly outputs: readonly number[];
    readonly scope: string;
  };
}[InstructionName];

/** One kind of instruction. */
export type InstructionOf<K extends InstructionName> = Extract<Instruction, { op: K }>;

const BYTES = 4;

/** Count the bytes of a buffer for a number of rows. Bytes take four bytes each once they are gathered. */
export const bufferBytes = (buffer: Buffer, rows: number): number =>
  resolveDimension(sizeOf(buffer.shape), rows) * BYTES;

/**
 * A compiled network: one flat list of instructions over numbered buffers, in two ranges, the value with its
 * gradient and the update. It holds no values but constants, and an executor binds it to a store.
 */
export class Program {
  readonly buffers: readonly Buffer[];
  readonly instructions: readonly Instruction[];
  /** Where the update range begins. */
  readonly gradientEnd: number;
  /** Buffers by the name of the input they hold. */
  readonly inputs: ReadonlyMap<string, number>;
  /** Whether the inputs are gathered from bound data by the program itself. */
  readonly gathered: boolean;
  /** Buffers that can be read after a step, by name. */
  readonly outputs: ReadonlyMap<string, number>;
  /** Names of the scalars recorded every step, in the order of their columns. */
  readonly records: readonly string[];
  /** How many scalars a step reads from its row of the table. */
  readonly scalarCount: number;
  /** The random streams that are drawn from. */
  readonly streams: readonly string[];
  /** Trainable parameters that the loss does not depend on; their gradients stay zero. */
  readonly unreached: readonly string[];

  constructor(parts: Program) {
    this.buffers = parts.buffers;
    this.instructions = parts.instructions;
    this.gradientEnd = parts.gradientEnd;
    this.inputs = parts.inputs;
    this.gathered = parts.gathered;
    this.outputs = parts.outputs;
    this.records = parts.records;
    this.scalarCount = parts.scalarCount;
    this.streams = parts.streams;
    this.unreached = parts.unreached;
  }
}

/** The names of graph ops, kept here so that the emitter can tell leaves and aliases from instructions. */
export const isInstructionName = (op: string): op is Extract<OpName, InstructionName> =>
  !['input', 'parameter', 'constant', 'reshape', 'stopGradient', 'repeat'].includes(op);
