import type { Program } from '../compile/program.ts';
import type { StoreLayout } from './layout.ts';

/** Floats as an executor holds them. */
export type Reals = Float32Array | Float64Array;

/** A part of a store: the parameters, their gradients, or a slot of the optimizer. */
export type Region = 'parameter' | 'gradient' | number;

/** Choose the value of a region. */
export const regionOf = <T>(region: Region, parameter: T, gradient: T, slots: readonly T[]): T =>
  region === 'parameter' ? parameter : region === 'gradient' ? gradient : slots[region];

/** The parameters of a model, with their gradients and optimizer slots, in one executor's memory. */
export interface ParameterStore {
  readonly layout: StoreLayout;
  /** How many slots an optimizer may use. */
  readonly slots: number;
  /** Copy a segment out. */
  read(name: string, region?: Region): Reals;
  /** Copy values into a segment; as many as it holds. */
  write(name: string, values: ArrayLike<number>, region?: Region): void;
  /** Free the memory at once; otherwise the garbage collector does. */
  dispose(): void;
}

/** A table from which a program gathers its rows: `width` values per row. */
export interface DataSource {
  readonly values: Float32Array | Float64Array | Int32Array | Uint8Array;
  readonly width: number;
  /** Bytes are read as scale·byte + shift. Default 1 and 0. */
  readonly scale?: number;
  readonly shift?: number;
}

/** A table in an executor's memory. */
export interface Data {
  readonly rows: number;
  readonly width: number;
  /** Replace the first rows by others: at most as many, of the same type. */
  write(values: DataSource['values']): void;
  dispose(): void;
}

/** Which part of a program runs. */
export type Range = 'all' | 'valueAndGradient' | 'update';

/** A run of steps. */
export interface RunRequest {
  /** Default 'all'. */
  readonly range?: Range;
  /** How many steps to run, each on the next batch. */
  readonly steps: number;
  readonly batchSize: number;
  /** Rows in all: the last batch may be partial. */
  readonly rowCount: number;
  /** The order of the rows. Default their order in the data. */
  readonly order?: Int32Array;
  /** The first row when there is no order. Default 0. */
  readonly firstRow?: number;
  /** The batch to begin with. Default 0. */
  readonly firstBatch?: number;
  /** The number of the first step, which random values depend on. Default 0. */
  readonly stepNumber?: number;
  /** One row of the program's scalars a step. */
  readonly scalars?: Float64Array;
}

/** How a slice of a run ended. */
export type RunStatus = 'done' | 'paused' | 'notFinite';

/** A program bound to a store, with a workspace of its own. */
export interface Session {
  readonly program: Program;
  /** The most rows a batch may have. */
  readonly rowCapacity: number;
  /** Bytes of the workspace. */
  readonly workspaceBytes: number;
  /** Bind a gathered input to its table. */
  bind(input: string, data: Data): void;
  /** Write an input that is not gathered, for the rows it holds. */
  write(input: string, values: ArrayLike<number>): void;
  /** Begin a run, which `advance` carries out. */
  start(request: RunRequest): void;
  /**
   * Go on with the run for about `work` multiply-adds.
   *
   * @returns 'done'; 'paused' when there is more to do; 'notFinite' when a loss or gradient is not finite and the
   *   update of that step has not been made.
   */
  advance(work?: number): RunStatus;
  /**
   * Run one step, to its end, over rows that have been written: `start` and `advance` in one, for programs that read no
   * scalars. Allocates nothing when the rows are as many as in the call before.
   */
  runOnce(rows: number): RunStatus;
  /** Steps finished in this run; when it ended as 'notFinite', the index of the failed step. */
  readonly stepsDone: number;
  /** The recorded scalars: one row a finished step, and one of the step that failed. Good until the next run. */
  readonly records: Float64Array;
  /** Copy an output out, for the rows of the last step. */
  read(output: string): Reals;
  /** Copy an output into an array, from the element `offset` on. */
  readInto(output: string, into: Reals, offset?: number): void;
  dispose(): void;
}

/** Options of a session. */
export interface SessionOptions {
  readonly store: ParameterStore;
  readonly rowCapacity: number;
  /** The seed of the streams that dropout and noise draw from. Default 0. */
  readonly seed?: number;
  /** How many threads may take part, the caller included. Default: what the executor was made with. */
  readonly threads?: number;
}

/** An executor runs programs. */
export interface Executor {
  /** `reference-float64`, `wasm-portable` … */
  readonly name: string;
  /** The rounding of its kernels, by which a model file names the build that trained it; undefined where there is no choice. */
  readonly numerics?: 'fast' | 'portable' | undefined;
  /** The memory that its stores, data and sessions lie in; they work together with those of executors that share it. */
  readonly memory?: object;
  /** Make a store for parameters, their gradients and as many optimizer slots, all 0. */
  createStore(layout: StoreLayout, slots: number): ParameterStore;
  /** Copy a table into the executor's memory. */
  createData(source: DataSource): Data;
  /** Bind a program to a store, with a workspace of its own. */
  createSession(program: Program, options: SessionOptions): Session;
}
