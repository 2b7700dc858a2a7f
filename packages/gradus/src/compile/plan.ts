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

/**
 * Give every workspace buffer a place so that buffers alive at the same time never overlap: the largest buffer first,
 * each at the lowest gap that fits it.
 *
 * @param buffers - The program's buffers with their lifetimes.
 * @param rows - The row capacity.
 */
export function planMemory(buffers: readonly Buffer[], rows: number): MemoryPlan {
  const offsets = new Int32Array(buffers.length).fill(-1);
  const wanted = buffers
    .filter(({ kind, last }) => kind === 'workspace' && last >= 0)
    .map((buffer) => ({ buffer, bytes: aligned(bufferBytes(buffer, rows)) }));
  const ordered = [...wanted].sort((a, b) => b.bytes - a.bytes || a.buffer.first - b.buffer.first);
  const placed: { buffer: Buffer; bytes: number; offset: number }[] = [];
  let total = 0;
  for (const { buffer, bytes } of ordered) {
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
  return { offsets, bytes: total, peakLiveBytes: peakOf(wanted) };
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
