import type { Data, Session } from '../runtime/executor.ts';
import type { Pace } from './pace.ts';

/** Rows of a block: enough to keep the kernels busy, few enough for a small workspace. */
export const BLOCK_ROWS = 512;

/** Give a session its tables; a loss of one's own need not read all of them. */
export function bindInputs(session: Session, inputs: ReadonlyMap<string, Data>): void {
  for (const [name, data] of inputs) if (session.program.inputs.has(name)) session.bind(name, data);
}

/** What is streamed through a program that trains nothing. */
export interface StreamRequest {
  readonly session: Session;
  /** The rows to take, or how many from the first on. */
  readonly rows: Int32Array | number;
  /** Tables that the program gathers its inputs from, or a function that writes the inputs of a block. */
  readonly inputs: ReadonlyMap<string, Data> | ((first: number, size: number) => void);
  /** The output to collect, if any. */
  readonly output?: string;
  readonly pace: Pace;
}

/** What came out. */
export interface StreamResult {
  /** The recorded scalars, each averaged over the rows in the order of the blocks. */
  readonly means: Float64Array;
  /** The collected output, row by row. */
  readonly values: Float32Array | Float64Array;
}

/** Stream rows through a program block by block. The sums run in a fixed order. */
export async function streamRows(request: StreamRequest): Promise<StreamResult> {
  const { session, rows, inputs, output, pace } = request;
  const isWritten = typeof inputs === 'function';
  if (!isWritten) bindInputs(session, inputs);
  const rowCount = typeof rows === 'number' ? rows : rows.length;
  const batchSize = session.rowCapacity;
  const sums = new Float64Array(session.program.records.length);
  const parts: (Float32Array | Float64Array)[] = [];
  for (let first = 0; first < rowCount; first += batchSize) {
    const size = Math.min(batchSize, rowCount - first);
    if (isWritten) inputs(first, size);
    const place =
      typeof rows === 'number' ? { firstRow: first } : { order: rows.subarray(first, first + size) };
    session.start({ steps: 1, batchSize, rowCount: size, ...place });
    while (session.advance(pace.workForSlice()) === 'paused') await pace.rest();
    if (sums.length > 0) {
      const { records } = session;
      for (let i = 0; i < sums.length; i++) sums[i] += records[i] * size;
    }
    if (output !== undefined) parts.push(session.read(output));
    if (pace.isDue) await pace.rest();
  }
  return { means: sums.map((total) => total / rowCount), values: joined(parts) };
}

function joined(parts: readonly (Float32Array | Float64Array)[]): Float32Array | Float64Array {
  if (parts.length === 1) return parts[0];
  const length = parts.reduce((total, part) => total + part.length, 0);
  const all = parts[0] instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}
