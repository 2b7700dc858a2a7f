import { platform } from '#platform';
import { planMemory } from '../../compile/plan.ts';
import { bufferBytes, type Program } from '../../compile/program.ts';
import { resolveDimension, sizeOf } from '../../util/shape.ts';
import { requireLive, requireRoom, requireRows } from '../checkRun.ts';
import type { Data, Reals, RunRequest, RunStatus, Session, SessionOptions } from '../executor.ts';
import { programStreamKey } from '../streams.ts';
import { type LoweringContext, lowerings } from './lower/index.ts';
import { type Address, Assembler } from './machine/assembler.ts';
import { Context, Status } from './machine/opcodes.ts';
import { WasmData } from './memory/data.ts';
import type { Heap } from './memory/heap.ts';
import { WasmStore } from './memory/store.ts';
import { defaultThreads, type Team } from './threads/team.ts';

/** Where the assembled program lies and how long it is. */
interface Loaded {
  readonly address: number;
  readonly words: Int32Array;
  /** Whether it has work that threads could share. */
  readonly isShareable: boolean;
  /** The address of the update range. */
  readonly update: number;
  readonly end: number;
}

const statuses: Record<Status, RunStatus> = {
  [Status.Done]: 'done',
  [Status.Paused]: 'paused',
  [Status.NotFinite]: 'notFinite',
  [Status.Stalled]: 'paused',
  [Status.ThreadFailed]: 'paused',
};

const UNLIMITED = Number.POSITIVE_INFINITY;

/** Numbers that are copied one by one: a view to copy them from would have to be allocated. */
const FEW = 1024;

/** A program in the kernels' memory. A run is one or more calls into WebAssembly, each over as many steps as its budget allows. */
export class WasmSession implements Session {
  readonly program: Program;
  readonly rowCapacity: number;
  readonly workspaceBytes: number;
  readonly #heap: Heap;
  readonly #store: WasmStore;
  readonly #seed: number;
  readonly #threads: number;
  readonly #team: Team | undefined;
  readonly #bound = new Map<string, WasmData>();
  readonly #addresses: readonly number[];
  readonly #context: number;
  readonly #tables = new Map<string, { address: number; bytes: number }>();
  #loaded: Loaded | undefined;
  /** What `records` gives is a part of this array, which later runs use again. */
  #recorded = new Float64Array(0);
  #status: RunStatus = 'done';
  /** The rows for which the context stands ready for `runOnce`; 0 for none. */
  #readyRows = 0;
  isDisposed = false;

  constructor(program: Program, options: SessionOptions, heap: Heap) {
    if (!(options.store instanceof WasmStore) || options.store.heap !== heap) {
      throw new Error('a session needs a store of its own executor');
    }
    this.program = program;
    this.rowCapacity = options.rowCapacity;
    this.#seed = options.seed ?? 0;
    this.#team = heap.team;
    this.#threads = this.#team === undefined ? 1 : (options.threads ?? defaultThreads());
    this.#store = options.store;
    this.#heap = heap;
    this.#context = heap.allocate(Context.Size, this);
    const plan = planMemory(program.buffers, this.rowCapacity);
    const workspace = heap.allocate(plan.bytes, this);
    this.workspaceBytes = plan.bytes;
    this.#addresses = program.buffers.map((buffer) => {
      if (buffer.kind === 'parameter' || buffer.kind === 'gradient')
        return this.#store.address(buffer.name, buffer.kind);
      if (buffer.kind === 'workspace') return workspace + plan.offsets[buffer.id];
      if (buffer.kind === 'view') return 0;
      const address = heap.allocate(bufferBytes(buffer, this.rowCapacity), this);
      if (buffer.values !== undefined) heap.floats.set(buffer.values, address / 4);
      return address;
    });
  }

  bind(input: string, data: Data): void {
    const id = this.program.inputs.get(input);
    if (id === undefined || !(data instanceof WasmData))
      throw new Error(`the program has no input '${input}' for this data`);
    const buffer = this.program.buffers[id];
    const width = Math.abs(sizeOf(buffer.shape));
    const isInt = buffer.dataType === 'int';
    if (data.width !== width || isInt !== (data.kind === 'int')) {
      throw new Error(
        `input '${input}' wants ${width} numbers of type '${buffer.dataType}' a row, not ${data.width} of '${data.kind}'`,
      );
    }
    this.#bound.set(input, data);
    this.#loaded = undefined;
  }

  write(input: string, values: ArrayLike<number>): void {
    const id = this.program.inputs.get(input)!;
    const buffer = this.program.buffers[id];
    requireLive(this, 'a session');
    requireRoom(input, values.length, bufferBytes(buffer, this.rowCapacity) / 4);
    const view = buffer.dataType === 'int' ? this.#heap.ints : this.#heap.floats;
    view.set(values, this.#addresses[id] / 4);
  }

  start(request: RunRequest): void {
    const { range = 'all', steps, batchSize, rowCount, order, firstRow = 0, firstBatch = 0 } = request;
    this.#readyRows = 0;
    this.#requireMemory();
    requireRows(request, this.rowCapacity, this.#bound.values());
    const loaded = this.#load();
    // An abandoned run may have left a loop in the middle, with its operands moved.
    if (this.#status === 'paused') this.#heap.ints.set(loaded.words, loaded.address / 4);
    this.#status = 'done';
    const firstPlace = firstBatch * batchSize;
    const stepNumber = request.stepNumber ?? 0;
    const scalars = request.scalars ?? new Float64Array(0);
    const scalarTable = this.#table('scalars', scalars.byteLength);
    const recordTable = this.#table('records', 8 * steps * this.program.records.length);
    const orderTable = order === undefined ? 0 : this.#table('order', 4 * Math.max(1, rowCount - firstPlace));
    this.#heap.doubles.set(scalars, scalarTable / 8);
    if (order !== undefined) this.#heap.ints.set(order.subarray(firstPlace, rowCount), orderTable / 4);
    const begin = range === 'update' ? loaded.update : loaded.address;
    const { ints } = this.#heap;
    const set = (field: Context, value: number): void => {
      ints[(this.#context + field) / 4] = value;
    };
    set(Context.Program, begin);
    set(Context.ProgramEnd, range === 'valueAndGradient' ? loaded.update : loaded.end);
    set(Context.Instruction, begin);
    set(Context.Tile, 0);
    set(Context.Step, 0);
    set(Context.Steps, steps);
    set(Context.BatchSize, batchSize);
    set(Context.Order, orderTable);
    set(Context.OrderLength, rowCount - firstPlace);
    set(Context.First, firstRow + firstPlace);
    set(Context.StepNumberLow, stepNumber >>> 0);
    set(Context.StepNumberHigh, Math.floor(stepNumber / 2 ** 32));
    set(Context.Scalars, scalarTable);
    set(Context.ScalarCount, this.program.scalarCount);
    set(Context.Outputs, recordTable);
    set(Context.OutputCount, this.program.records.length);
    set(Context.Flag, 0);
    set(Context.Team, 0);
    set(Context.Commit, loaded.update);
    set(Context.Threads, this.#threads);
    set(Context.TallBlocks, this.#heap.tallBlocks);
  }

  advance(work = UNLIMITED): RunStatus {
    this.#requireMemory();
    this.#heap.doubles[(this.#context + Context.Budget) / 8] = work;
    const team = this.#team;
    if (team === undefined || this.#threads === 1 || this.#loaded?.isShareable !== true) {
      this.#status = statuses[this.#heap.kernels.run(this.#context) as Status];
      return this.#status;
    }
    // The clock is looked at only as long as threads are to start.
    const began = team.wants(this.#threads) ? platform.now() : undefined;
    this.#status = statuses[team.runWith(this.#runWith)];
    if (began !== undefined) team.worked(platform.now() - began, this.#threads);
    return this.#status;
  }

  /** Run the call with the team at an address, or alone: one function for all calls, which need not allocate another. */
  readonly #runWith = (team: number): Status => {
    this.#heap.ints[(this.#context + Context.Team) / 4] = team;
    return this.#heap.kernels.run(this.#context);
  };

  runOnce(rows: number): RunStatus {
    const loaded = this.#loaded;
    const context = this.#context;
    if (rows === this.#readyRows && loaded !== undefined && this.#status === 'done') {
      // Everything else stands as `start` has left it.
      const { ints } = this.#heap;
      ints[(context + Context.Instruction) / 4] = loaded.address;
      ints[(context + Context.Tile) / 4] = 0;
      ints[(context + Context.Step) / 4] = 0;
      ints[(context + Context.Flag) / 4] = 0;
    } else {
      this.start({ steps: 1, batchSize: rows, rowCount: rows });
      this.#readyRows = rows;
    }
    let status = this.advance();
    while (status === 'paused') status = this.advance();
    return status;
  }

  get stepsDone(): number {
    return this.#heap.ints[(this.#context + Context.Step) / 4];
  }

  get records(): Float64Array {
    const table = this.#tables.get('records');
    if (table === undefined) return new Float64Array(0);
    // A failed step has recorded its loss, too.
    const rows = this.stepsDone + (this.#status === 'notFinite' ? 1 : 0);
    const size = rows * this.program.records.length;
    const first = table.address / 8;
    if (this.#recorded.length < size) this.#recorded = new Float64Array(size);
    this.#recorded.set(this.#heap.doubles.subarray(first, first + size));
    return this.#recorded.subarray(0, size);
  }

  read(output: string): Float32Array {
    const id = this.program.outputs.get(output)!;
    requireLive(this, 'a session');
    const rows = this.#heap.ints[(this.#context + Context.Rows) / 4];
    const start = this.#addresses[id] / 4;
    return this.#heap.floats.slice(
      start,
      start + resolveDimension(sizeOf(this.program.buffers[id].shape), rows),
    );
  }

  readInto(output: string, into: Reals, offset = 0): void {
    const id = this.program.outputs.get(output)!;
    requireLive(this, 'a session');
    const rows = this.#heap.ints[(this.#context + Context.Rows) / 4];
    const count = resolveDimension(sizeOf(this.program.buffers[id].shape), rows);
    requireRoom(output, count, into.length - offset);
    const start = this.#addresses[id] / 4;
    const { floats } = this.#heap;
    if (count > FEW) into.set(floats.subarray(start, start + count), offset);
    else for (let i = 0; i < count; i++) into[offset + i] = floats[start + i];
  }

  dispose(): void {
    this.isDisposed = true;
    this.#heap.release(this);
  }

  /** Whatever runs writes by address: nothing of it may belong to others by now. */
  #requireMemory(): void {
    requireLive(this, 'a session');
    requireLive(this.#store, 'the store of a session');
    for (const data of this.#bound.values()) requireLive(data, 'the data of a session');
  }

  /** A table that grows with the runs that need it. */
  #table(name: string, bytes: number): number {
    const known = this.#tables.get(name);
    if (known !== undefined && known.bytes >= bytes) return known.address;
    if (known !== undefined) {
      this.#tables.delete(name);
      this.#heap.free(known.address, this);
    }
    const made = { address: this.#heap.allocate(bytes, this), bytes };
    this.#tables.set(name, made);
    return made.address;
  }

  /** Assemble the program for the data that is bound now. */
  #load(): Loaded {
    if (this.#loaded !== undefined) return this.#loaded;
    const assembler = new Assembler(this.rowCapacity, this.#threads);
    const { library } = this.#heap;
    if (library !== undefined) assembler.externalTiles = library.tiles;
    const context = this.#loweringContext(assembler);
    let update = 0;
    this.program.instructions.forEach((instruction, i) => {
      if (i === this.program.gradientEnd) update = assembler.place;
      // The row belongs to the instruction by its name.
      const lower = lowerings[instruction.op] as (context: LoweringContext, i: typeof instruction) => void;
      lower(context, instruction);
    });
    if (this.program.gradientEnd === this.program.instructions.length) update = assembler.place;
    const length = assembler.place;
    const address = this.#table('program', length * 4);
    const spare = this.#table('spare', assembler.spareBytes);
    const { words, scratchBytes } = assembler.assemble(address, spare);
    const scratch = this.#table('scratch', scratchBytes);
    const { ints } = this.#heap;
    ints.set(words, address / 4);
    ints[(this.#context + Context.Scratch) / 4] = scratch;
    ints[(this.#context + Context.ScratchBytes) / 4] = scratchBytes;
    const { isShareable } = assembler;
    this.#loaded = { address, words, isShareable, update: address + update * 4, end: address + length * 4 };
    return this.#loaded;
  }

  #loweringContext(assembler: Assembler): LoweringContext {
    const { program } = this;
    const store = this.#store;
    return {
      assembler,
      program,
      pointer: (id) => this.#pointer(id),
      source: (input) => {
        const data = this.#bound.get(input);
        if (data === undefined) throw new Error(`no data is bound to the input '${input}'`);
        return {
          pointer: data.address,
          kind: data.kind,
          width: data.width,
          scale: data.scale,
          shift: data.shift,
        };
      },
      gradients: { pointer: store.gradients, size: store.layout.trainableSize },
      trainable: (offset) => ({
        weights: store.parameters + offset * 4,
        gradient: store.gradients + offset * 4,
        slots: store.slotAddresses.map((slot) => slot + offset * 4),
      }),
      streamKey: (stream) => programStreamKey(this.#seed, stream),
    };
  }

  /** The address of a buffer; that of a loop's slice moves with the loop. */
  #pointer(id: number): Address {
    const buffer = this.program.buffers[id];
    if (buffer.view === undefined) return this.#addresses[id];
    const base = this.#pointer(buffer.view.of);
    if (buffer.view.loop === undefined) return base;
    const stride = sizeOf(buffer.shape) * 4;
    if (typeof base !== 'number') throw new Error('a loop reads a slice of a slice');
    return { address: base, stride, repeat: buffer.view.loop };
  }
}
