import { ArgumentError } from '../../../util/errors.ts';
import { Opcode, Scratch, Sharing } from './opcodes.ts';
import { elementTile, rowTile, tileForThreads } from './tiles.ts';

/** A size: e ≥ 0 stands for e itself, e < 0 for −e × the rows of the current step. Make one by `perRow`. */
export type Extent = number;

/** A byte address that moves by `stride` bytes with every iteration of a repeat. */
export interface MovingPointer {
  readonly address: number;
  readonly stride: Extent;
  /** The repeat's number, as `repeatBegin` was told. */
  readonly repeat: number;
}

/** A byte address in the machine's memory; 0 where an optional pointer is left out. */
export type Pointer = number;

/** What an instruction may be given for a pointer. */
export type Address = Pointer | MovingPointer;

/** Code n × the rows of the current step as an extent. */
export const perRow = (n: number): Extent => -n;

/** A place in the program: the index of the instruction's first word, or of an operand word. */
export type Place = number;

/** A repeat that has been begun and not ended. */
interface OpenRepeat {
  readonly number: number;
  readonly place: Place;
  /** Words of the body that move, with their strides. */
  readonly patches: [place: Place, stride: Extent][];
}

/** The finished program. */
export interface Assembly {
  readonly words: Int32Array;
  /** Scratch memory that a thread needs to run it. */
  readonly scratchBytes: number;
}

const HEADER_WORDS = 7;
const REPEAT_BEGIN_WORDS = HEADER_WORDS + 3;
const floatBits = new Float32Array(1);
const intBits = /* @__PURE__ */ new Int32Array(floatBits.buffer);
/** Bit pattern of a number rounded to float32. */
export const bits = (value: number): number => {
  floatBits[0] = value;
  return intBits[0];
};
/** A bit of a word of flags. */
export const flag = (value: boolean | undefined, weight: number): number => (value === true ? weight : 0);

/** Write instructions one after another: headers, moving operands, repeats, and addresses once the program has one. */
export class InstructionWriter {
  readonly #rows: number;
  /** How many threads tiles are made for. */
  readonly threads: number;
  /** Whether some instruction is worth sharing between threads. */
  isShareable = false;
  readonly #words: number[] = [];
  /** Words that hold an index of another word and become addresses. */
  readonly #relocations: number[] = [];
  readonly #openRepeats: OpenRepeat[] = [];
  /** Words that become the address of the spare memory. */
  readonly #spares: Place[] = [];
  #spareBytes = 0;
  #scratchBytes: number = Scratch.Unfolded;

  /**
   * @param rows The most rows that a step will have: tiles are chosen for them.
   * @param threads How many threads tiles are made for.
   */
  constructor(rows: number, threads = 1) {
    this.#rows = rows;
    this.threads = threads;
  }

  /** Most elements that an extent stands for. */
  size(extent: Extent): number {
    return extent >= 0 ? extent : -extent * this.#rows;
  }

  /** Append an instruction: its tiled extents and tile sizes, the work of a full tile, its operands. */
  emit(
    opcode: Opcode,
    tiled: readonly [Extent, number, Extent, number],
    work: number,
    operands: readonly Address[],
  ): Place {
    const place = this.#words.length;
    const units = Math.max(1, Math.min(0x7fffffff, Math.ceil(work)));
    const [extent0, tile0, extent1, tile1] = tiled;
    const tiles = Math.ceil(this.size(extent0) / tile0) * Math.ceil(this.size(extent1) / tile1);
    if (tiles > 1 && tiles * units >= Sharing.LeastWork) this.isShareable = true;
    this.#words.push(opcode, HEADER_WORDS + operands.length, ...tiled, units);
    for (const operand of operands)
      this.#words.push(typeof operand === 'number' ? operand : this.#moving(operand));
    return place;
  }

  /** Have the word that is about to be pushed move with its repeat; returns its first value. */
  #moving({ address, stride, repeat }: MovingPointer): number {
    const open = this.#openRepeats.find(({ number }) => number === repeat);
    if (open === undefined) {
      throw new ArgumentError({
        received: `an operand that moves with repeat ${repeat}`,
        expected: 'a repeat that is open',
      });
    }
    open.patches.push([this.#words.length, stride]);
    return address;
  }

  /** Append an instruction tiled along n elements. */
  elementwise(opcode: Opcode, n: Extent, cost: number, operands: readonly Address[]): Place {
    const size = this.size(n);
    const tile = tileForThreads(size, elementTile(size), cost, 16, this.threads);
    return this.emit(opcode, [n, tile, 1, 1], Math.min(tile, size) * cost, operands);
  }

  /** Append an instruction tiled along rows of `width` elements. */
  rowwise(opcode: Opcode, rows: Extent, width: number, cost: number, operands: readonly Address[]): Place {
    const tile = tileForThreads(this.size(rows), rowTile(width), width * cost, 1, this.threads);
    return this.emit(opcode, [rows, tile, 1, 1], Math.min(tile, this.size(rows)) * width * cost, operands);
  }

  /**
   * Open a repeat; what follows, up to `repeatEnd`, runs `count` times. At most 4 deep.
   *
   * @param number What moving pointers of its body call it.
   * @param reverse Begin at the last slice that moving pointers reach, and go back.
   */
  repeatBegin(count: Extent, number = 0, reverse = false): Place {
    if (this.#openRepeats.length === 4)
      throw new ArgumentError({ received: 'a fifth level of repeats', expected: 'at most 4' });
    const place = this.emit(Opcode.RepeatBegin, [1, 1, 1, 1], 1, [count, 0, flag(reverse, 1)]);
    this.#relocations.push(place + HEADER_WORDS + 1);
    this.#openRepeats.push({ number, place, patches: [] });
    return place;
  }

  /** Close the innermost repeat. */
  repeatEnd(): Place {
    const open = this.#openRepeats.pop();
    if (open === undefined) throw new ArgumentError({ received: 'the end of a repeat that was never begun' });
    const place = this.emit(Opcode.RepeatEnd, [1, 1, 1, 1], 1, [
      open.place + REPEAT_BEGIN_WORDS,
      open.patches.length,
      ...open.patches.flat(),
    ]);
    this.#relocations.push(place + HEADER_WORDS);
    open.patches.forEach((_, i) => {
      this.#relocations.push(place + HEADER_WORDS + 2 + 2 * i);
    });
    this.#words[open.place + HEADER_WORDS + 1] = place;
    return place;
  }

  /**
   * Have an operand point to spare memory, which an instruction shares with those right behind it; whatever comes later
   * may write over it.
   */
  spare(instruction: Place, operand: number, bytes: number): void {
    this.#spares.push(instruction + HEADER_WORDS + operand);
    this.#spareBytes = Math.max(this.#spareBytes, bytes);
  }

  /** Have each thread's scratch memory hold an unfolded part of images, besides what products pack. */
  unfolds(): void {
    this.#scratchBytes = Scratch.Size;
  }

  /** Spare memory that the program needs. */
  get spareBytes(): number {
    return this.#spareBytes;
  }

  /** Words assembled so far: the place of the next instruction. */
  get place(): Place {
    return this.#words.length;
  }

  /**
   * Finish the program for the address at which its words will lie.
   *
   * @param base Byte address of the first word, a multiple of 4.
   * @param spare Byte address of the spare memory.
   */
  assemble(base: Pointer, spare: Pointer = 0): Assembly {
    if (this.#openRepeats.length > 0) throw new ArgumentError({ received: 'a repeat that was never ended' });
    const words = Int32Array.from(this.#words);
    for (const index of this.#relocations) words[index] = base + 4 * words[index];
    for (const place of this.#spares) words[place] = spare;
    return { words, scratchBytes: this.#scratchBytes };
  }
}
