import { type Buffer, bufferBytes } from './program.ts';

/** Where every workspace buffer lies, for a number of rows. */
export interface MemoryPlan {
  /** Byte offsets by buffer id; −1 for buffers that are not part of the workspace. */
  readonly offsets: Int32Array;
  /** Bytes of the whole workspace. */
  readonly bytes: number;
  /** The largest sum of bytes alive at one instruction: no plan can need less. */
  readonly peakLiveBytes: number;
}

const ALIGNMENT = 64;
const aligned = (bytes: number): number => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

/** A buffer that needs an address. */
interface Request {
  readonly buffer: Buffer;
  readonly bytes: number;
}

const duration = ({ buffer }: Request): number => buffer.last - buffer.first + 1;

/** Buffers from which on only one order is tried, in the order of time, as its work does not grow with their square. */
const MANY = 4000;

const byTime = (a: Request, b: Request): number => a.buffer.first - b.buffer.first || b.bytes - a.bytes;

/** The orders in which buffers may get their addresses; none of them is best for all programs. */
const ORDERS: readonly ((a: Request, b: Request) => number)[] = [
  (a, b) => b.bytes - a.bytes || a.buffer.first - b.buffer.first,
  (a, b) => b.bytes * duration(b) - a.bytes * duration(a) || a.buffer.first - b.buffer.first,
  (a, b) => duration(b) - duration(a) || b.bytes - a.bytes,
  byTime,
  (a, b) => b.buffer.last - a.buffer.last || b.bytes - a.bytes,
];

/**
 * Give every workspace buffer an address, so that buffers alive at the same time never overlap: one after another, each at
 * the lowest gap that fits it, the largest first; where that needs more than the peak, other orders are tried as well.
 *
 * @param buffers - The program's buffers with their lifetimes.
 * @param rows - The row capacity.
 */
export function planMemory(buffers: readonly Buffer[], rows: number): MemoryPlan {
  const requests = buffers
    .filter(({ kind, last }) => kind === 'workspace' && last >= 0)
    .map((buffer) => ({ buffer, bytes: aligned(bufferBytes(buffer, rows)) }));
  const peakLiveBytes = peakOf(requests);
  if (requests.length > MANY) {
    const plan = place([...requests].sort(byTime), buffers.length, true);
    return { ...plan, peakLiveBytes };
  }
  let best: Pick<MemoryPlan, 'offsets' | 'bytes'> | undefined;
  for (const order of ORDERS) {
    const plan = place([...requests].sort(order), buffers.length);
    if (best === undefined || plan.bytes < best.bytes) best = plan;
    if (best.bytes === peakLiveBytes) break;
  }
  return { ...best!, peakLiveBytes };
}

/**
 * Place buffers in the order given.
 *
 * @param isByTime - Whether that is the order of time: those that are dead need not be looked at again then.
 */
function place(
  requests: readonly Request[],
  count: number,
  isByTime = false,
): Pick<MemoryPlan, 'offsets' | 'bytes'> {
  const offsets = new Int32Array(count).fill(-1);
  let placed: (Request & { offset: number })[] = [];
  let total = 0;
  for (const { buffer, bytes } of requests) {
    if (isByTime) placed = placed.filter((other) => other.buffer.last >= buffer.first);
    let offset = 0;
    for (const other of placed) {
      const meets = other.buffer.first <= buffer.last && buffer.first <= other.buffer.last;
      if (!meets || other.offset + other.bytes <= offset) continue;
      if (offset + bytes <= other.offset) break;
      offset = other.offset + other.bytes;
    }
    offsets[buffer.id] = offset;
    placed.push({ buffer, bytes, offset });
    placed.sort((a, b) => a.offset - b.offset);
    total = Math.max(total, offset + bytes);
  }
  return { offsets, bytes: total };
}

function peakOf(wanted: readonly { readonly buffer: Buffer; readonly bytes: number }[]): number {
  const changes = new Map<number, number>();
  const change = (at: number, bytes: number): void => {
    changes.set(at, (changes.get(at) ?? 0) + bytes);
  };
  for (const { buffer, bytes } of wanted) {
    change(buffer.first, bytes);
    change(buffer.last + 1, -bytes);
  }
  let live = 0;
  let peak = 0;
  for (const at of [...changes.keys()].sort((a, b) => a - b)) {
    live += changes.get(at)!;
    peak = Math.max(peak, live);
  }
  return peak;
}
