import {
  bufferBytes,
  type Instruction,
  type InstructionName,
  type InstructionOf,
  type Program,
} from '../../compile/program.ts';
import { updateRules } from '../../compile/updateRules.ts';
import type { OpName } from '../../graph/attributes.ts';
import { resolveShape } from '../../util/shape.ts';
import { requireLive, requireRoom, requireRows } from '../checkRun.ts';
import type {
  Data,
  DataSource,
  Executor,
  RunRequest,
  RunStatus,
  Session,
  SessionOptions,
} from '../executor.ts';
import { programStreamKey } from '../streams.ts';
import { allocate, type Precision } from './interpret.ts';
import type { ArrayValue, EvaluationContext, Values } from './ops/evaluation.ts';
import { type ComputedOp, evaluateOp } from './ops/index.ts';
import { ReferenceStore } from './store.ts';

class ReferenceData implements Data {
  source: DataSource;
  readonly rows: number;
  readonly width: number;
  isDisposed = false;

  constructor(source: DataSource) {
    this.source = source;
    this.width = source.width;
    this.rows = source.values.length / source.width;
  }

  write(values: DataSource['values']): void {
    requireRoom('data', values.length, this.rows * this.width);
    const [known, given] = [this.source.values.constructor.name, values.constructor.name];
    if (given !== known) throw new Error(`${given} rows for data of '${known}'`);
    this.source = { ...this.source, values };
  }

  dispose(): void {
    this.isDisposed = true;
  }
}

/**
 * Run programs in plain loops, in float64 or float32: the truth that the other executors are held against.
 *
 * @example
 * import { ReferenceExecutor } from 'gradus';
 * new ReferenceExecutor('float32').name; // 'reference-float32'
 */
export class ReferenceExecutor implements Executor {
  /** `reference-float64` or `reference-float32`. */
  readonly name: string;
  private readonly precision: Precision;

  /** @param precision - The precision of floats. Default 'float64'. */
  constructor(precision: Precision = 'float64') {
    this.precision = precision;
    this.name = `reference-${precision}`;
  }

  /** Make a store for parameters, their gradients and as many optimizer slots, all 0. */
  createStore(layout: ReferenceStore['layout'], slots: number): ReferenceStore {
    return new ReferenceStore(layout, slots, this.precision);
  }

  /** Take a table in; its values are not copied. */
  createData(source: DataSource): Data {
    return new ReferenceData(source);
  }

  /** Do nothing: the reference executor loads nothing. */
  /** Bind a program to a store, with a workspace of its own. */
  createSession(program: Program, options: SessionOptions): Session {
    return new ReferenceSession(program, options, this.precision);
  }
}

type Handlers = { readonly [K in Exclude<InstructionName, OpName>]: (instruction: InstructionOf<K>) => void };

class ReferenceSession implements Session {
  readonly program: Program;
  readonly rowCapacity: number;
  readonly workspaceBytes = 0;
  stepsDone = 0;
  private readonly store: ReferenceStore;
  private readonly precision: Precision;
  private readonly seed: number;
  private readonly bound = new Map<string, ReferenceData>();
  private readonly given = new Map<string, Values>();
  private values: (ArrayValue | undefined)[] = [];
  private request: RunRequest = { steps: 0, batchSize: 1, rowCount: 0 };
  private rows = 0;
  private finite = true;
  private recorded = new Float64Array(0);
  isDisposed = false;
  private loopAt = new Map<number, number>();

  constructor(program: Program, options: SessionOptions, precision: Precision) {
    this.program = program;
    this.rowCapacity = options.rowCapacity;
    this.precision = precision;
    this.seed = options.seed ?? 0;
    if (!(options.store instanceof ReferenceStore))
      throw new Error('a reference session needs a reference store');
    this.store = options.store;
  }

  bind(input: string, data: Data): void {
    this.bound.set(input, data as ReferenceData);
  }

  write(input: string, values: ArrayLike<number>): void {
    const buffer = this.program.buffers[this.program.inputs.get(input)!];
    requireRoom(input, values.length, bufferBytes(buffer, this.rowCapacity) / 4);
    this.given.set(input, buffer.dataType === 'int' ? Int32Array.from(values) : Float64Array.from(values));
  }

  start(request: RunRequest): void {
    requireLive(this, 'a session');
    for (const data of this.bound.values()) requireLive(data, 'the data of a session');
    requireRows(request, this.rowCapacity, this.bound.values());
    this.request = request;
    this.stepsDone = 0;
    this.finite = true;
    this.recorded = new Float64Array(request.steps * this.program.records.length);
  }

  advance(work = Number.POSITIVE_INFINITY): RunStatus {
    requireLive(this, 'a session');
    const { steps, batchSize, rowCount, firstBatch = 0, range = 'all' } = this.request;
    const { gradientEnd, instructions } = this.program;
    const from = range === 'update' ? gradientEnd : 0;
    const to = range === 'valueAndGradient' ? gradientEnd : instructions.length;
    // A limited slice is one step: this executor does not stop within one.
    while (this.stepsDone < steps) {
      const first = (firstBatch + this.stepsDone) * batchSize;
      this.rows = Math.max(0, Math.min(batchSize, rowCount - first));
      this.finite = true;
      if (range !== 'update') this.values = [];
      if (!this.runRange(instructions, from, to)) return 'notFinite';
      this.stepsDone++;
      if (Number.isFinite(work) && this.stepsDone < steps) return 'paused';
    }
    return 'done';
  }

  runOnce(rows: number): RunStatus {
    this.start({ steps: 1, batchSize: rows, rowCount: rows });
    return this.advance();
  }

  get records(): Float64Array {
    const rows = this.stepsDone + (this.finite ? 0 : 1);
    return this.recorded.slice(0, rows * this.program.records.length);
  }

  read(output: string): Float32Array | Float64Array {
    const { values } = this.valueOf(this.program.outputs.get(output)!);
    return this.precision === 'float64' ? Float64Array.from(values) : Float32Array.from(values);
  }

  readInto(output: string, into: Float32Array | Float64Array, offset = 0): void {
    into.set(this.read(output), offset);
  }

  dispose(): void {
    this.isDisposed = true;
  }

  /** Run instructions; false when a check has stopped them. */
  private runRange(instructions: readonly Instruction[], from: number, to: number): boolean {
    for (let at = from; at < to; at++) {
      const instruction = instructions[at];
      if (instruction.op === 'stopUnlessFinite') {
        if (!this.finite) return false;
      } else if (instruction.op === 'loopBegin') {
        const { loop, count, reverse } = instruction.attributes;
        const end = instructions.findIndex(
          (other, i) => i > at && other.op === 'loopEnd' && other.attributes.loop === loop,
        );
        for (let i = 0; i < count; i++) {
          this.loopAt.set(loop, reverse ? count - 1 - i : i);
          this.runRange(instructions, at + 1, end);
        }
        at = end;
      } else {
        this.run(instruction);
      }
    }
    return true;
  }

  private run(instruction: Instruction): void {
    const own = this.handlers[instruction.op as keyof Handlers] as ((i: Instruction) => void) | undefined;
    if (own !== undefined) {
      own(instruction);
      return;
    }
    evaluateOp(instruction.op as ComputedOp, {
      attributes: instruction.attributes as never,
      inputs: instruction.inputs.map((id) => this.valueOf(id)),
      outputs: instruction.outputs.map((id) => this.valueOf(id)),
      context: this.context(),
    });
  }

  private context(): EvaluationContext {
    return {
      rows: this.rows,
      step: (this.request.stepNumber ?? 0) + this.stepsDone,
      streamKey: (stream) => programStreamKey(this.seed, stream),
      evaluateBody: () => [],
    };
  }

  private readonly handlers: Handlers = {
    gather: ({ attributes, outputs }) => this.gather(attributes.input, this.valueOf(outputs[0])),
    copy: ({ inputs, outputs }) => this.valueOf(outputs[0]).values.set(this.valueOf(inputs[0]).values),
    fill: ({ attributes, outputs }) => {
      this.valueOf(outputs[0]).values.fill(attributes.value);
    },
    record: ({ attributes, inputs }) => {
      const at = this.stepsDone * this.program.records.length + attributes.column;
      this.recorded[at] = this.valueOf(inputs[0]).values[0];
    },
    checkFinite: ({ attributes, inputs }) => {
      const checked = attributes.gradients
        ? [this.store.gradients]
        : inputs.map((id) => this.valueOf(id).values);
      for (const values of checked) if (!values.every(Number.isFinite)) this.finite = false;
    },
    stopUnlessFinite: () => {},
    loopBegin: () => {},
    loopEnd: () => {},
    update: ({ attributes: { rule, constants, offset, size, column } }) => {
      const part = <T extends Float32Array | Float64Array>(all: T): T =>
        all.subarray(offset, offset + size) as T;
      const { parameters, gradients, slotValues } = this.store;
      const row = this.stepsDone * this.program.scalarCount + column;
      const scalars = this.request.scalars?.subarray(row) ?? new Float64Array(0);
      updateRules[rule].apply(part(parameters), part(gradients), slotValues.map(part), scalars, constants);
    },
  };

  private gather(input: string, out: ArrayValue): void {
    const data = this.bound.get(input);
    if (data === undefined) throw new Error(`no data is bound to the input '${input}'`);
    const { order, batchSize, firstRow = 0, firstBatch = 0 } = this.request;
    const { values, width, scale = 1, shift = 0 } = data.source;
    const first = (firstBatch + this.stepsDone) * batchSize;
    for (let row = 0; row < this.rows; row++) {
      const from = (order === undefined ? firstRow + first + row : order[first + row]) * width;
      for (let k = 0; k < width; k++) {
        const value = values[from + k];
        out.values[row * width + k] = values instanceof Uint8Array ? scale * value + shift : value;
      }
    }
  }

  /** The array of a buffer, one a buffer and step; views and store segments share memory with what they show. */
  private valueOf(id: number): ArrayValue {
    const buffer = this.program.buffers[id];
    const shape = resolveShape(buffer.shape, this.rows);
    const size = shape.reduce((a, b) => a * b, 1);
    if (buffer.kind === 'parameter' || buffer.kind === 'gradient') {
      return { shape, values: this.store.view(buffer.name, buffer.kind) };
    }
    if (buffer.view !== undefined) {
      const { of, loop } = buffer.view;
      const t = loop === undefined ? 0 : this.loopAt.get(loop)!;
      return { shape, values: this.valueOf(of).values.subarray(t * size, (t + 1) * size) as Values };
    }
    let value = this.values[id];
    if (value === undefined) {
      value = allocate(buffer, this.rows, this.precision);
      if (buffer.values !== undefined) value.values.set(buffer.values);
      if (buffer.kind === 'input' && this.given.has(buffer.name))
        value.values.set(this.given.get(buffer.name)!);
      this.values[id] = value;
    }
    return value;
  }
}
