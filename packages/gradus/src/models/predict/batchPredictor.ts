import { platform } from '#platform';
import type { Program } from '../../compile/program.ts';
import type { Matrix } from '../../data/matrix.ts';
import type { Data, Executor, ParameterStore, Session } from '../../runtime/executor.ts';
import { WasmExecutor } from '../../runtime/wasm/executor.ts';
import { Pace } from '../../train/pace.ts';
import { BLOCK_ROWS, streamRows } from '../../train/streamRows.ts';
import { compilePrediction } from '../network/graphs.ts';
import type { Network } from '../network/network.ts';
import type { Weights } from '../network/weights.ts';

/** Multiply-adds that are done without a pause: about a millisecond. */
const SHORT_WORK = 1e7;
/** Milliseconds of short predictions after which the event loop has its turn. */
const SLICE = 8;

/** The session of the last prediction, with what it was made on. */
interface Current {
  readonly session: Session;
  readonly store: ParameterStore;
  readonly executor: Executor;
}

/** Whether two executors compute with the same kernels and as many threads. */
const isAlike = (a: Executor, b: Executor): boolean => {
  if (a instanceof WasmExecutor && b instanceof WasmExecutor)
    return a.name === b.name && a.threads === b.threads;
  return a.name === b.name;
};

/** Predicts many rows in blocks, and lets the event loop turn between them. */
export class BatchPredictor {
  readonly #network: Network;
  readonly #weights: Weights;
  /** Numbers of an output row. */
  readonly #outputs: number;
  #current: Current | undefined;
  /** Predictions follow one another, as they share a session. */
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #worked = 0;

  constructor(network: Network, weights: Weights) {
    this.#network = network;
    this.#weights = weights;
    this.#outputs = network.outputShape.reduce((a, b) => a * b, 1);
  }

  /**
   * Predict rows. A prediction that is not done at once and begins beside a training reads a copy of the weights, so
   * that all its rows see the last finished step.
   *
   * @returns The outputs, row by row.
   */
  async predict(
    matrices: ReadonlyMap<string, Matrix>,
    rows: number,
    executor: Executor,
  ): Promise<Float32Array> {
    const isShort = rows * this.#network.parameterCount <= SHORT_WORK;
    // Between blocks, and within a long one, training may go on.
    const needsCopy = () => this.#weights.isHeld && !(isShort && rows <= BLOCK_ROWS);
    if (needsCopy()) return this.#predictFromCopy(matrices, rows, executor);
    const run = async (): Promise<Float32Array> => {
      // A training may have begun while this prediction waited.
      if (needsCopy()) return this.#predictFromCopy(matrices, rows, executor);
      const program = this.#programFor(isGathered(matrices));
      const session = this.#sessionFor(program, executor, rows);
      const isBlock = isShort && rows <= session.rowCapacity && !session.program.gathered;
      return isBlock
        ? this.#predictBlock(session, matrices, rows)
        : this.#stream(session, executor, matrices, rows);
    };
    const began = platform.now();
    const isNext = this.#waiting === 0;
    this.#waiting++;
    // A short prediction that need not wait is done when `run` comes back.
    const turn = isNext ? run() : this.#last.then(run);
    this.#last = turn.catch(() => {});
    try {
      return await turn;
    } finally {
      this.#waiting--;
      if (isNext && isShort) await this.#restAfter(platform.now() - began);
    }
  }

  /** Let go of what the last prediction has left: training moves the weights elsewhere. */
  release(): void {
    if (this.#waiting === 0) this.#current?.session.dispose();
    this.#current = undefined;
  }

  /** Let the event loop turn when short predictions have kept it waiting, one after another. */
  async #restAfter(milliseconds: number): Promise<void> {
    this.#worked += milliseconds;
    if (this.#worked < SLICE) return;
    this.#worked = 0;
    await platform.yieldToEventLoop();
  }

  async #predictFromCopy(
    matrices: ReadonlyMap<string, Matrix>,
    rows: number,
    executor: Executor,
  ): Promise<Float32Array> {
    const store = this.#weights.copyOn(executor);
    const program = compilePrediction(this.#network, isGathered(matrices));
    const rowCapacity = Math.min(BLOCK_ROWS, rows);
    const session = executor.createSession(program, { store, rowCapacity });
    try {
      return await this.#stream(session, executor, matrices, rows);
    } finally {
      session.dispose();
      store.dispose();
    }
  }

  /** Predict a few rows at once. */
  #predictBlock(session: Session, matrices: ReadonlyMap<string, Matrix>, rows: number): Float32Array {
    for (const [name, { values }] of matrices) session.write(name, values);
    session.runOnce(rows);
    const into = new Float32Array(rows * this.#outputs);
    session.readInto('prediction', into);
    return into;
  }

  async #stream(
    session: Session,
    executor: Executor,
    matrices: ReadonlyMap<string, Matrix>,
    rows: number,
  ): Promise<Float32Array> {
    const block = Math.min(session.rowCapacity, rows);
    const into = new Float32Array(rows * this.#outputs);
    const pace = new Pace(session.rowCapacity * this.#network.parameterCount);
    const tables = new Map<string, Data>();
    if (session.program.gathered) {
      // Tables of one block: bytes are scaled while they are gathered, and never stand as floats.
      for (const [name, { values, ...matrix }] of matrices) {
        const data = executor.createData({ ...matrix, values: values.subarray(0, block * matrix.width) });
        tables.set(name, data);
        if (session.program.inputs.has(name)) session.bind(name, data);
      }
    }
    const inputs = (first: number, size: number): void => {
      for (const [name, { values, width }] of matrices) {
        const part = size === rows ? values : values.subarray(first * width, (first + size) * width);
        const table = tables.get(name);
        if (table === undefined) session.write(name, part);
        else if (first > 0) table.write(part);
      }
    };
    try {
      await streamRows({ session, rows, inputs, outputs: ['prediction'], into, pace });
      return into;
    } finally {
      for (const data of tables.values()) data.dispose();
    }
  }

  /** The program of the last prediction, or a new one for another kind of input. */
  #programFor(gathered: boolean): Program {
    const program = this.#current?.session.program;
    return program?.gathered === gathered ? program : compilePrediction(this.#network, gathered);
  }

  /** The session of the last prediction, or a new one when the program, the rows or the store have changed. */
  #sessionFor(program: Program, executor: Executor, rows: number): Session {
    const store = this.#weights.storeOn(executor);
    const rowCapacity = Math.min(BLOCK_ROWS, rows);
    const current = this.#current;
    const isPlaced = current?.store === store && isAlike(current.executor, executor);
    const isSame = isPlaced && current.session.program === program;
    if (isSame && current.session.rowCapacity >= rowCapacity) return current.session;
    // Nobody uses it any more: predictions follow one another.
    current?.session.dispose();
    const session = executor.createSession(program, { store, rowCapacity });
    this.#current = { session, store, executor };
    return session;
  }
}

/** Whether inputs are read from tables: bytes are. */
const isGathered = (matrices: ReadonlyMap<string, Matrix>): boolean =>
  [...matrices.values()].some(({ values }) => values instanceof Uint8Array);
