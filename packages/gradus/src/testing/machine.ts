import { Assembler, type Pointer } from '../runtime/wasm/machine/assembler.ts';
import { Context, Status } from '../runtime/wasm/machine/opcodes.ts';
import {
  createKernelMemory,
  fastBuildSupported,
  instantiateKernels,
  type KernelBuild,
  prefersTallBlocks,
  RESERVED_BYTES,
} from '../runtime/wasm/memory/module.ts';

/** The builds that run here. */
export const builds: readonly KernelBuild[] = fastBuildSupported() ? ['portable', 'fast'] : ['portable'];

/** A value after every buffer: a kernel that writes past its end changes it. */
const GUARD = 0x7f812345;
const GUARD_WORDS = 8;

/** How a test's call runs. */
export interface CallOptions {
  readonly rows?: number;
  readonly steps?: number;
  readonly total?: number;
  readonly order?: readonly number[];
  readonly first?: number;
  readonly scalars?: readonly (readonly number[])[];
  readonly outputCount?: number;
  /** Work a call may do; the test calls again until it is done. */
  readonly budget?: number;
  readonly stepNumber?: bigint;
  /** Sum products in blocks of 6×8. Default where the engine is best at them. */
  readonly tallBlocks?: boolean;
}

/** One memory for all: making a memory costs more than most tests. */
const memory = createKernelMemory(256);
const kernelsOf = new Map(
  builds.map((build) => {
    const kernels = instantiateKernels(build, memory);
    return [build, kernels];
  }),
);

/**
 * A machine with a bump allocator: the tests' way of running a few instructions. A new one takes the memory over from
 * the one before.
 */
export class TestMachine {
  readonly #guards: number[] = [];
  #next: Pointer = RESERVED_BYTES;
  readonly assembler: Assembler;
  readonly #build: KernelBuild;
  readonly #rows: number;
  /** Outputs of the last call. */
  outputs: Float64Array = new Float64Array(0);
  /** Flag after the last call. */
  flag = 0;
  /** How often the last call was made until it was done. */
  calls = 0;

  constructor(build: KernelBuild, rows = 1, threads = 1) {
    this.#build = build;
    this.#rows = rows;
    this.assembler = new Assembler(rows, threads);
  }

  #allocate(bytes: number): Pointer {
    const address = this.#next;
    const end = (address + bytes + 3) & ~3;
    new Int32Array(memory.buffer).fill(GUARD, end / 4, end / 4 + GUARD_WORDS);
    this.#guards.push(end);
    this.#next = (end + 4 * GUARD_WORDS + 15) & ~15;
    return address;
  }

  /** Put floats into memory. */
  floats(values: ArrayLike<number>): Pointer {
    const address = this.#allocate(values.length * 4);
    new Float32Array(memory.buffer, address, values.length).set(values);
    return address;
  }

  /** Put floats into the last bytes of the memory, 16 before its end; the next call takes their place. */
  last(values: ArrayLike<number>): Pointer {
    const address = memory.buffer.byteLength - 16 - 4 * values.length;
    new Float32Array(memory.buffer, address, values.length).set(values);
    return address;
  }

  /** Put 32-bit integers into memory. */
  ints(values: ArrayLike<number>): Pointer {
    const address = this.#allocate(values.length * 4);
    new Int32Array(memory.buffer, address, values.length).set(values);
    return address;
  }

  /** Put bytes into memory. */
  bytes(values: ArrayLike<number>): Pointer {
    const address = this.#allocate(values.length);
    new Uint8Array(memory.buffer, address, values.length).set(values);
    return address;
  }

  /** Make room for n floats that hold garbage. */
  output(n: number): Pointer {
    return this.floats(new Float32Array(n).fill(-123.5));
  }

  /** Copy n floats out of memory. */
  read(address: Pointer, n: number): Float32Array {
    return new Float32Array(memory.buffer, address, n).slice();
  }

  /** Copy n words out of memory. */
  readInts(address: Pointer, n: number): Int32Array {
    return new Int32Array(memory.buffer, address, n).slice();
  }

  /** Run the program to its end, or to a value that is not finite; checks that no buffer was overrun. */
  run(options: CallOptions = {}): Status {
    const steps = options.steps ?? 1;
    const rows = options.rows ?? this.#rows;
    const scalars = options.scalars ?? [];
    const outputCount = options.outputCount ?? 1;
    const scalarTable = this.#allocate(8 * scalars.flat().length);
    const outputTable = this.#allocate(8 * outputCount * steps);
    new Float64Array(memory.buffer, scalarTable).set(scalars.flat());
    const order = options.order ? this.ints(options.order) : 0;
    const program = this.#allocate(4 * this.assembler.place);
    const spare = this.#allocate(this.assembler.spareBytes);
    const { words, scratchBytes } = this.assembler.assemble(program, spare);
    const cells = new Int32Array(memory.buffer);
    cells.set(words, program / 4);
    const context = this.#allocate(Context.Size);
    const put = (field: Context, value: number): void => {
      cells[(context + field) / 4] = value;
    };
    cells.fill(0, context / 4, (context + Context.Size) / 4);
    put(Context.Program, program);
    put(Context.ProgramEnd, program + 4 * words.length);
    put(Context.Instruction, program);
    put(Context.Steps, steps);
    put(Context.BatchSize, rows);
    put(Context.Order, order);
    put(Context.OrderLength, options.total ?? rows * steps);
    put(Context.First, options.first ?? 0);
    const stepNumber = options.stepNumber ?? 0n;
    put(Context.StepNumberLow, Number(BigInt.asIntN(32, stepNumber)));
    put(Context.StepNumberHigh, Number(BigInt.asIntN(32, stepNumber >> 32n)));
    put(Context.Scalars, scalarTable);
    put(Context.ScalarCount, scalars[0]?.length ?? 0);
    put(Context.Outputs, outputTable);
    put(Context.OutputCount, outputCount);
    put(Context.Scratch, this.#allocate(scratchBytes));
    put(Context.ScratchBytes, scratchBytes);
    put(Context.TallBlocks, Number(options.tallBlocks ?? prefersTallBlocks(this.#build)));
    const kernels = kernelsOf.get(this.#build);
    if (kernels === undefined) throw new Error(`the build ${this.#build} does not run here`);
    const budget = new Float64Array(memory.buffer, context + Context.Budget, 1);
    let status = Status.Paused;
    for (this.calls = 0; status === Status.Paused; this.calls++) {
      budget[0] = options.budget ?? Number.POSITIVE_INFINITY;
      status = kernels.run(context);
    }
    this.outputs = new Float64Array(memory.buffer, outputTable, outputCount * steps).slice();
    this.flag = cells[(context + Context.Flag) / 4];
    for (const end of this.#guards) {
      for (let i = 0; i < GUARD_WORDS; i++) {
        if (cells[end / 4 + i] !== GUARD)
          throw new Error(`a kernel wrote ${4 * i} bytes past the end of a buffer`);
      }
    }
    return status;
  }
}

/** A reproducible source of numbers for tests: uniform in [−1, 1). */
export const testNumbers = (seed: number): (() => number) => {
  let state = (seed * 2654435761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return ((state >>> 0) / 4294967296) * 2 - 1;
  };
};

/** n float32 numbers in [−1, 1). */
export const testArray = (n: number, seed: number): Float32Array => {
  const next = testNumbers(seed);
  return Float32Array.from({ length: n }, next);
};

/** Largest |actual − expected| relative to max(|expected|, floor); Infinity where one is NaN or infinite and the other differs. */
export const worstError = (actual: ArrayLike<number>, expected: ArrayLike<number>, floor = 0): number => {
  let worst = actual.length === expected.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < expected.length; i++) {
    const a = actual[i];
    const e = expected[i];
    if (Object.is(a, e) || a === e) continue;
    const error = Math.abs(a - e) / Math.max(Math.abs(e), floor);
    worst = Math.max(worst, error >= 0 ? error : Number.POSITIVE_INFINITY);
  }
  return worst;
};
