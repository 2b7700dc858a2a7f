import { ArgumentError, IncompatibleError } from './errors.ts';
import { cosOfSmall, sinOfSmall } from './math/smallAngles.ts';
import { log } from './math.ts';
import { highWord, lowWord, type PhiloxKey, philox } from './philox.ts';

/** What a stream of random numbers is for; each name has numbers of its own. */
export type StreamName =
  | 'init'
  | 'shuffle'
  | 'dropout'
  | 'noise'
  | 'augment'
  | 'split'
  | 'bootstrap'
  | 'permutation'
  | 'search'
  | 'data';

/** The position of a stream, as a checkpoint keeps it; plain JSON. */
export interface RandomStreamState {
  /** The stream's key: a state fits only the stream it came from. */
  readonly key: PhiloxKey;
  /** Count of 32-bit words drawn. */
  readonly position: number;
  /** The second normal number of the last pair, when it was not yet handed out. */
  readonly spare: number | null;
}

// Element draws keep the fourth counter word below 2^21 (the upper half of a safe step), so the draws of
// a stream and the keys of its children, which set it to these, never meet them or each other.
const sequenceMark = 0x80000000;
const childMark = 0xffffffff;

/** Ranges up to this are drawn by multiplication. */
const MULTIPLIED_MOST = 0x200000;

/** How many words a stream draws at a time. */
const WORDS = 64;

/** FNV-1a over the UTF-16 code units, lower byte first (G. Fowler, L. C. Noll, K.-P. Vo). */
const hashText = (text: string, offset: number): number => {
  let hash = offset;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193);
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193);
  }
  return hash >>> 0;
};

const textWords = (text: string): [number, number] => [
  hashText(text, 0x811c9dc5),
  hashText(text, 0x9747b28c),
];

const requireCount = (name: string, value: number, least: number, most: number): void => {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new ArgumentError({
    received: `${name} is ${value}`,
    expected: `an integer from ${least} to ${most}`,
  });
};

/**
 * A sequence of random numbers, the same on every machine, that knows its position.
 *
 * @example
 * import { createStream } from 'gradus';
 * const stream = createStream(1, 'shuffle');
 * const saved = stream.state();
 * const first = stream.uniform();
 * stream.restore(saved);
 * stream.uniform() === first; // true
 */
export class RandomStream {
  /** The Philox key; kernels that draw by element and step take it. */
  readonly key: PhiloxKey;
  /** How many blocks of four words have been drawn; the last of them are at hand. */
  #blocks = 0;
  #spare: number | null = null;
  readonly #words = new Uint32Array(WORDS);
  /** The next of the words at hand; their count when new ones are due. */
  #next = WORDS;

  /** @param key two integers in [0, 2^32); `createStream` and `split` derive them. */
  constructor(key: PhiloxKey) {
    this.key = key;
  }

  /** Draw 32 random bits as an integer in [0, 2^32). */
  word(): number {
    if (this.#next === WORDS) this.#fill();
    return this.#words[this.#next++]!;
  }

  /** Draw the next words. */
  #fill(): void {
    philox(lowWord(this.#blocks), highWord(this.#blocks), 0, sequenceMark, this.key, this.#words);
    this.#blocks += WORDS / 4;
    this.#next = 0;
  }

  /** Draw a number in [0, 1) with 53 random bits. */
  uniform(): number {
    const upper = this.word() >>> 5;
    const lower = this.word() >>> 6;
    return (upper * 0x4000000 + lower) / 0x20000000000000;
  }

  /**
   * Draw an integer in [0, n), each equally likely.
   *
   * Up to 2^21 by the upper part of word·n, with rejection of what would favour some (Lemire 2019); beyond, by
   * masking, with rejection.
   *
   * @param n an integer from 1 to 2^53 − 1
   * @throws ArgumentError where n is not such an integer
   */
  integer(n: number): number {
    requireCount('n', n, 1, Number.MAX_SAFE_INTEGER);
    return n <= MULTIPLIED_MOST ? this.#multiplied(n) : this.#masked(n - 1);
  }

  /** word·n stays below 2^53, so its two parts are exact. */
  #multiplied(n: number): number {
    for (;;) {
      const word = this.word();
      const lower = Math.imul(word, n) >>> 0;
      // 2^32 mod n products too many: those with the smallest lower part. The upper part is below 2^21: a whole number.
      if (lower >= n || lower >= 0x100000000 % n) return ((word * n) / 0x100000000) | 0;
    }
  }

  #masked(most: number): number {
    const wide = most > 0xffffffff;
    const top = wide ? highWord(most) : most;
    const mask = top === 0 ? 0 : 0xffffffff >>> Math.clz32(top);
    for (;;) {
      const upper = (this.word() & mask) >>> 0;
      const value = wide ? upper * 0x100000000 + this.word() : upper;
      if (value <= most) return value;
    }
  }

  /** Draw a standard normal number: Box–Muller on two 53-bit uniforms, two numbers a pair. */
  normal(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    const radius = Math.sqrt(-2 * log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    // + 0 turns −0 into 0, which JSON would do to a saved spare.
    this.#spare = radius * sinOfSmall(angle) + 0;
    return radius * cosOfSmall(angle) + 0;
  }

  /**
   * Draw an order of 0 … n − 1, each equally likely (Fisher–Yates, from the last place down).
   *
   * @param n an integer from 0 to 2^31 − 1
   * @returns n distinct indices
   * @throws ArgumentError where n is not such an integer
   */
  permutation(n: number): Int32Array {
    requireCount('n', n, 0, 0x7fffffff);
    const order = new Int32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    this.shuffle(order);
    return order;
  }

  /**
   * Put values into an order of their own, each order equally likely: `permutation` in place.
   *
   * A long list may be done in pieces: the places above `from` are settled already, those up to `to` are left.
   *
   * @param values up to 2^31 − 1 numbers
   * @param from the last place to settle
   * @param to the place before the first to settle
   */
  shuffle(values: Int32Array, from = values.length - 1, to = 0): void {
    for (let i = from; i > to; i--) {
      const j = i < MULTIPLIED_MOST ? this.#multiplied(i + 1) : this.#masked(i);
      const taken = values[i]!;
      values[i] = values[j]!;
      values[j] = taken;
    }
  }

  /**
   * Derive the stream of one part: a layer, an epoch, a fold. It depends on this stream's key and the
   * label only, not on what has been drawn; a number and its text are different labels.
   *
   * @param label any text, or a safe integer
   * @throws ArgumentError where the label is a number that is not a safe integer
   */
  split(label: string | number): RandomStream {
    const words = new Uint32Array(4);
    if (typeof label === 'number') {
      requireCount('label', label, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
      philox(lowWord(label), highWord(label), 0, childMark, this.key, words);
    } else {
      const [low, high] = textWords(label);
      philox(low, high, 1, childMark, this.key, words);
    }
    return new RandomStream([words[0]!, words[1]!]);
  }

  /** Read the position, for `restore`. */
  state(): RandomStreamState {
    const position = 4 * this.#blocks - WORDS + this.#next;
    return { key: this.key, position, spare: this.#spare };
  }

  /**
   * Go to a position that `state` read, so that the same numbers follow.
   *
   * @param state of this stream, or of one with the same seed, name and labels
   * @throws IncompatibleError where the state belongs to another stream
   * @throws ArgumentError where the position is not a whole number
   */
  restore(state: RandomStreamState): void {
    if (state.key[0] !== this.key[0] || state.key[1] !== this.key[1]) {
      throw new IncompatibleError({
        received: `a random state with key [${state.key.join(', ')}]`,
        expected: `the key of this stream, [${this.key.join(', ')}]`,
        remedy: 'Restore it with the seed it was saved with',
      });
    }
    requireCount('position', state.position, 0, Number.MAX_SAFE_INTEGER);
    this.#blocks = Math.floor(state.position / 4);
    this.#next = WORDS;
    const drawn = state.position - 4 * this.#blocks;
    if (drawn > 0) {
      this.#fill();
      this.#next = drawn;
    }
    this.#spare = state.spare;
  }
}

/**
 * Create the stream of random numbers that a seed has for one purpose.
 *
 * key = first two words of Philox(counter = (seed low, seed high, 0, 0), key = (h₁, h₂)), where h₁ and h₂
 * are FNV-1a hashes of the name with two offsets: seeds and names that differ have unrelated numbers.
 *
 * @param seed any safe integer
 * @param name what the numbers are for
 * @returns a stream at its start
 * @throws ArgumentError where the seed is not a safe integer
 * @example
 * import { createStream } from 'gradus';
 * const order = createStream(0, 'shuffle').split(3).permutation(5);
 * order.length; // 5
 */
export function createStream(seed: number, name: StreamName): RandomStream {
  requireCount('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  const words = new Uint32Array(4);
  philox(lowWord(seed), highWord(seed), 0, 0, textWords(name), words);
  return new RandomStream([words[0]!, words[1]!]);
}
