import { log } from './math.ts';

const size = 624;
const shift = 397;

/**
 * The Mersenne Twister MT19937 with NumPy's legacy draws (`numpy.random.RandomState(seed)`), for results
 * that were published with it. New code uses `createStream`.
 *
 * Source: M. Matsumoto, T. Nishimura, ACM Transactions on Modeling and Computer Simulation 8, 1998.
 *
 * @example
 * import { MersenneTwister } from 'gradus';
 * const random = new MersenneTwister(1);
 * random.uniform(); // 0.417022004702574
 */
export class MersenneTwister {
  readonly #state = new Uint32Array(size);
  #index = size;
  #spare: number | null = null;

  /** @param seed an integer; its lower 32 bits count (`init_genrand`). */
  constructor(seed: number) {
    let word = seed >>> 0;
    this.#state[0] = word;
    for (let i = 1; i < size; i++) {
      word = (Math.imul(1812433253, word ^ (word >>> 30)) + i) >>> 0;
      this.#state[i] = word;
    }
  }

  #refill(): void {
    const state = this.#state;
    for (let i = 0; i < size; i++) {
      const joined = (state[i]! & 0x80000000) | (state[(i + 1) % size]! & 0x7fffffff);
      state[i] = state[(i + shift) % size]! ^ (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
    }
    this.#index = 0;
  }

  /** Draw 32 random bits as an integer in [0, 2^32). */
  u32(): number {
    if (this.#index === size) this.#refill();
    let word = this.#state[this.#index++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  /** Draw a number in [0, 1) with 53 random bits, as `random_sample` does. */
  uniform(): number {
    const upper = this.u32() >>> 5;
    const lower = this.u32() >>> 6;
    return (upper * 0x4000000 + lower) / 0x20000000000000;
  }

  /**
   * Draw a standard normal number by the polar method, as `standard_normal` does (the last bit may differ
   * from NumPy's, whose logarithm is the platform's).
   */
  gauss(): number {
    if (this.#spare !== null) {
      const spare = this.#spare;
      this.#spare = null;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * log(square)) / square);
      this.#spare = factor * x;
      return factor * y;
    }
  }

  /** Draw an integer in [0, most], most below 2^32, by masking and rejection. */
  #interval(most: number): number {
    if (most === 0) return 0;
    const mask = 0xffffffff >>> Math.clz32(most);
    for (;;) {
      const value = (this.u32() & mask) >>> 0;
      if (value <= most) return value;
    }
  }

  /** Shuffle an array in place, as `shuffle` does with a one-dimensional array. */
  shuffle<T extends { readonly length: number; [index: number]: unknown }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.#interval(i);
      const taken = items[i];
      items[i] = items[j];
      items[j] = taken;
    }
    return items;
  }

  /** Draw an order of 0 … n − 1, as `permutation(n)` does. */
  permutation(n: number): Int32Array {
    const order = new Int32Array(n);
    for (let i = 0; i < n; i++) order[i] = i;
    return this.shuffle(order);
  }
}
