import { MersenneTwister } from 'gradus';

/** The random numbers of PyTorch 1.0 on a CPU, with which the notebooks of the time were run. */
export class TorchRandom {
  private readonly words: MersenneTwister;

  /** As `torch.manual_seed(seed)`. */
  constructor(seed: number) {
    this.words = new MersenneTwister(seed);
  }

  /** As `torch.rand`: 24 random bits, one word each. */
  uniform(): number {
    return (this.words.u32() & 0xffffff) * 2 ** -24;
  }

  /**
   * As `Tensor.normal_(0, deviation)` on 16 numbers or more: uniform numbers, turned into normal ones by blocks of 16
   * (Box–Muller); where 16 does not divide the count, the last 16 are drawn anew.
   */
  normal(count: number, deviation: number): Float32Array {
    if (count < 16) throw new RangeError('PyTorch draws fewer than 16 normal numbers in another way');
    const values = Float32Array.from({ length: count }, () => this.uniform());
    for (let first = 0; first + 16 <= count; first += 16) this.turnNormal(values.subarray(first, first + 16));
    if (count % 16 !== 0) {
      const last = values.subarray(count - 16);
      for (let i = 0; i < 16; i++) last[i] = this.uniform();
      this.turnNormal(last);
    }
    return values.map((value) => value * deviation);
  }

  /** As `Tensor.uniform_(-bound, bound)`. */
  between(count: number, bound: number): Float32Array {
    return Float32Array.from({ length: count }, () => this.uniform() * 2 * bound - bound);
  }

  /**
   * As `Tensor.bernoulli_(probability)` on an Intel processor, where Intel's library draws: x ← 1132489760·x mod 2³¹ − 1
   * from one word on, and a number is 1 where x/2³¹, rounded to float32, is below the probability.
   */
  bernoulli(count: number, probability: number): Uint8Array {
    const modulus = 2 ** 31 - 1;
    let x = this.words.u32() % modulus || 1;
    return Uint8Array.from({ length: count }, () => {
      const drawn = Math.fround(x) / 2 ** 31 < probability ? 1 : 0;
      // In two parts, so that no product exceeds 2⁵³.
      const high = (1132489760 * Math.floor(x / 65536)) % modulus;
      x = (65536 * high + 1132489760 * (x % 65536)) % modulus;
      return drawn;
    });
  }

  /** As `torch.randperm(count)`. */
  permutation(count: number): Int32Array {
    const order = Int32Array.from({ length: count }, (_, i) => i);
    for (let i = 0; i < count - 1; i++) {
      const j = i + (this.words.u32() % (count - i));
      [order[i], order[j]] = [order[j], order[i]];
    }
    return order;
  }

  /** As one pass over a shuffled `DataLoader`: a 64-bit seed for its workers, which is not used, then the order. */
  loaderOrder(count: number): Int32Array {
    this.words.u32();
    this.words.u32();
    return this.permutation(count);
  }

  /** The orders of epochs, for the option `order` of `fit`; each epoch takes so many passes, the first one to train. */
  loaderOrders(count: number, passes = 1): (epoch: number) => Int32Array {
    const orders: Int32Array[] = [];
    return (epoch) => {
      while (orders.length <= epoch) {
        orders.push(this.loaderOrder(count));
        for (let pass = 1; pass < passes; pass++) this.loaderOrder(count);
      }
      return orders[epoch];
    };
  }

  private turnNormal(block: Float32Array): void {
    for (let j = 0; j < 8; j++) {
      const radius = Math.sqrt(-2 * Math.log(1 - block[j]));
      const angle = 2 * Math.PI * block[j + 8];
      block[j] = radius * Math.cos(angle);
      block[j + 8] = radius * Math.sin(angle);
    }
  }
}
