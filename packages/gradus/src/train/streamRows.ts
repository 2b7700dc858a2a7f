import { platform } from '#platform';
import type { Data, Reals, Session } from '../runtime/executor.ts';
import type { Pace } from './pace.ts';

/** Rows of a block: enough to keep the kernels busy, few enough for a small workspace. */
export const BLOCK_ROWS = 512;

/** The recorded scalar that says what a block weighs in the means, where that is not the number of its rows. */
export const COUNT = 'count';

/** Give a session its tables; a loss of one's own need not read all of them. */
export function bindInputs(session: Session, inputs: ReadonlyMap<string, Data>): void {
  for (const [name, data] of inputs) if (session.program.inputs.has(name)) session.bind(name, data);
}

/** What is streamed through a program that trains nothing. */
export interface StreamRequest {
  readonly session: Session;
  /** The rows to take, or how many from the first on. */
  readonly rows: Int32Array | number;
  /**
   * Tables that the program gathers its inputs from, or a function that brings the rows of a block: written, or at the
   * beginning of the tables that are bound.
   */
  readonly inputs: ReadonlyMap<string, Data> | ((first: number, size: number) => void);
  /** The outputs to collect. Default none. */
  readonly outputs?: readonly string[];
  /** Where to collect the first. Default an array of its own. */
  readonly into?: Reals;
  readonly pace: Pace;
}

/** What came out. */
export interface StreamResult {
  /** The recorded scalars, each averaged over the blocks in their order, by their rows or what they count. */
  readonly means: Float64Array;
  /** The collected outputs, row by row. */
  readonly values: readonly Reals[];
}

/**
 * Stream rows through a program block by block. The sums run in a fixed order. Nothing is waited for, and the promise
 * is as good as kept, when all rows fit into a slice.
 */
export async function streamRows(request: StreamRequest): Promise<StreamResult> {
  const { session, rows, inputs, outputs = [], pace } = request;
  const isBrought = typeof inputs === 'function';
  if (!isBrought) bindInputs(session, inputs);
  const rowCount = typeof rows === 'number' ? rows : rows.length;
  const batchSize = session.rowCapacity;
  const sums = new Float64Array(session.program.records.length);
  const counted = session.program.records.indexOf(COUNT);
  let total = 0;
  const values = outputs.map((_, k) => (k === 0 ? request.into : undefined));
  for (let first = 0; first < rowCount; first += batchSize) {
    const size = Math.min(batchSize, rowCount - first);
    if (isBrought) inputs(first, size);
    const place =
      typeof rows !== 'number'
        ? { order: rows.subarray(first, first + size) }
        : { firstRow: isBrought ? 0 : first };
    session.start({ steps: 1, batchSize, rowCount: size, ...place });
    let began = platform.now();
    let worked = 0;
    while (session.advance(pace.workForSlice()) === 'paused') {
      worked += platform.now() - began;
      await pace.rest();
      began = platform.now();
    }
    worked += platform.now() - began;
    // A partial block says less: what a block costs besides its rows would be counted as theirs.
    if (size === batchSize) pace.measured(1, worked);
    if (sums.length > 0) {
      const { records } = session;
      const weight = counted === -1 ? size : records[counted];
      for (let i = 0; i < sums.length; i++) sums[i] += records[i] * weight;
      total += weight;
    }
    outputs.forEach((output, k) => {
      const room = values[k] ?? roomLike(session.read(output), rowCount / size);
      values[k] = room;
      session.readInto(output, room, first * (room.length / rowCount));
    });
    if (pace.isDue) await pace.rest();
  }
  return { means: sums.map((sum) => sum / total), values: values.map((room) => room ?? new Float32Array(0)) };
}

/** Make an array of the type of a block, for as many blocks. */
function roomLike(block: Reals, times: number): Reals {
  const length = Math.round(block.length * times);
  return block instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
}
