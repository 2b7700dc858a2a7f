import { platform } from '#platform';
import { UnsupportedError } from '../../../util/errors.ts';
import type { ProductLibrary } from '../threads/external.ts';
import { Team } from '../threads/team.ts';
import {
  createKernelMemory,
  instantiateKernels,
  isShared,
  type KernelBuild,
  type Kernels,
  prefersTallBlocks,
  RESERVED_BYTES,
} from './module.ts';
import type { WasmMemory } from './webAssembly.ts';

const PAGE = 65536;
const ALIGNMENT = 64;
/** Kernels may read this far behind a buffer's end. */
const READABLE_BEHIND = 16;

/** A free stretch of memory. */
interface Gap {
  start: number;
  end: number;
}

/** All of a memory, number by number. */
interface Views {
  readonly floats: Float32Array;
  readonly ints: Int32Array;
  readonly bytes: Uint8Array;
  readonly doubles: Float64Array;
}

const viewsOf = ({ buffer }: WasmMemory): Views => ({
  floats: new Float32Array(buffer),
  ints: new Int32Array(buffer),
  bytes: new Uint8Array(buffer),
  doubles: new Float64Array(buffer),
});

/** Make a memory that threads can share, where there can be threads; engines may refuse the address space for it. */
function createMemory(): WasmMemory {
  if (platform.threadLimit() > 1 && typeof SharedArrayBuffer !== 'undefined') {
    try {
      return createKernelMemory(16, true);
    } catch {
      // Then one thread.
    }
  }
  return createKernelMemory(16);
}

/**
 * One WebAssembly memory with its kernels, and the allocator of what lies in it. All models of a build share it.
 * No view may be kept over an allocation, since growing the memory detaches it.
 */
export class Heap {
  readonly kernels: Kernels;
  /** The threads of this memory; undefined where memory cannot be shared. */
  readonly team: Team | undefined;
  readonly memory: WasmMemory;
  /** 1 where products are best summed in blocks of 6×8. */
  readonly tallBlocks: number;
  #views: Views;
  /** Free stretches in ascending order, none touching the next. */
  readonly #gaps: Gap[] = [];
  readonly #sizes = new Map<number, number>();
  readonly #owned = new WeakMap<object, Set<number>>();
  readonly #registry = new FinalizationRegistry<Set<number>>((addresses) => {
    for (const address of addresses) this.#putBack(address);
  });

  /** Nobody has written from here on: the memory holds zeros. */
  #fresh = RESERVED_BYTES;

  constructor(
    readonly build: KernelBuild,
    readonly library?: ProductLibrary,
  ) {
    this.memory = createMemory();
    this.#views = viewsOf(this.memory);
    this.tallBlocks = Number(prefersTallBlocks(build));
    this.kernels = instantiateKernels(build, this.memory, library?.productOn(this.memory));
    this.#gaps.push({ start: RESERVED_BYTES, end: this.memory.buffer.byteLength });
    const mayShare = library === undefined || library.thread !== undefined;
    if (mayShare && isShared(this.memory)) this.team = new Team(this);
  }

  /** All of the memory as 32-bit floats. */
  get floats(): Float32Array {
    return this.#views.floats;
  }

  /** All of the memory as 32-bit integers. */
  get ints(): Int32Array {
    return this.#views.ints;
  }

  /** All of the memory as bytes. */
  get bytes(): Uint8Array {
    return this.#views.bytes;
  }

  /** All of the memory as 64-bit floats. */
  get doubles(): Float64Array {
    return this.#views.doubles;
  }

  /** Bytes handed out. */
  get used(): number {
    let total = 0;
    for (const size of this.#sizes.values()) total += size;
    return total;
  }

  /**
   * Take memory, aligned to 64 bytes and filled with zeros; it goes back by `free` or `release`, or when the owner is
   * collected.
   *
   * @throws UnsupportedError when the memory cannot grow so far.
   */
  allocate(bytes: number, owner: object): number {
    const size = Math.ceil((bytes + READABLE_BEHIND) / ALIGNMENT) * ALIGNMENT;
    let index = this.#gaps.findIndex(({ start, end }) => end - start >= size);
    if (index < 0) {
      this.#grow(size);
      index = this.#gaps.length - 1;
    }
    const gap = this.#gaps[index];
    const address = gap.start;
    gap.start += size;
    if (gap.start === gap.end) this.#gaps.splice(index, 1);
    this.#sizes.set(address, size);
    this.#addressesOf(owner).add(address);
    this.bytes.fill(0, address, Math.max(address, Math.min(address + size, this.#fresh)));
    this.#fresh = Math.max(this.#fresh, address + size);
    return address;
  }

  /** Give one of an owner's allocations back. */
  free(address: number, owner: object): void {
    if (this.#owned.get(owner)?.delete(address) === true) this.#putBack(address);
  }

  /** Give all of an owner's allocations back. */
  release(owner: object): void {
    for (const address of this.#owned.get(owner) ?? []) this.#putBack(address);
    this.#owned.delete(owner);
    this.#registry.unregister(owner);
  }

  #addressesOf(owner: object): Set<number> {
    let addresses = this.#owned.get(owner);
    if (addresses === undefined) {
      addresses = new Set();
      this.#owned.set(owner, addresses);
      this.#registry.register(owner, addresses, owner);
    }
    return addresses;
  }

  #putBack(address: number): void {
    const size = this.#sizes.get(address)!;
    this.#sizes.delete(address);
    const index = this.#gaps.findIndex(({ start }) => start > address);
    const at = index < 0 ? this.#gaps.length : index;
    this.#gaps.splice(at, 0, { start: address, end: address + size });
    this.#join(at);
    this.#join(at - 1);
  }

  /** Make one gap of two that touch. */
  #join(index: number): void {
    const [gap, next] = [this.#gaps[index], this.#gaps[index + 1]];
    if (gap === undefined || next === undefined || gap.end !== next.start) return;
    gap.end = next.end;
    this.#gaps.splice(index + 1, 1);
  }

  #grow(size: number): void {
    const before = this.memory.buffer.byteLength;
    const last = this.#gaps.at(-1);
    const open = last !== undefined && last.end === before ? last.end - last.start : 0;
    // Half as much again at least, so that a growing model does not grow the memory at every step.
    const pages = Math.ceil(Math.max(size - open, before / 2) / PAGE);
    const needed = Math.ceil((size - open) / PAGE);
    if (!this.#tryGrow(pages) && !this.#tryGrow(needed)) {
      throw new UnsupportedError({
        received: `a need for ${Math.ceil(size / 2 ** 20)} MiB more than the ${Math.ceil(before / 2 ** 20)} MiB in use`,
        expected: 'at most 4 GiB of model and data',
        remedy:
          'Call dispose on models that are no longer needed, or use a smaller batch, fewer rows, or bytes instead of floats',
      });
    }
    const after = this.memory.buffer.byteLength;
    if (open > 0) last!.end = after;
    else this.#gaps.push({ start: before, end: after });
  }

  #tryGrow(pages: number): boolean {
    try {
      this.memory.grow(pages);
      this.#views = viewsOf(this.memory);
      return true;
    } catch {
      return false;
    }
  }
}

const heaps = new Map<string, Heap>();

/** Give the heap of a build, and of the library that its products are left to, made at its first use. */
export function heapOf(build: KernelBuild, library?: ProductLibrary): Heap {
  const key = `${build} ${library?.path ?? ''}`;
  let heap = heaps.get(key);
  if (heap === undefined) {
    heap = new Heap(build, library);
    heaps.set(key, heap);
  }
  return heap;
}
