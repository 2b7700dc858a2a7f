import { expect, test } from 'vitest';
import { testNumbers } from '../testing/machine.ts';
import { bindProduct } from './blasProduct.ts';
import { findBlas } from './findBlas.ts';
import { type Koffi, loadKoffi } from './koffi.ts';

interface Shape {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly flags: number;
}

const blas = (() => {
  try {
    return findBlas();
  } catch {
    return undefined;
  }
})();
const needsBlas = blas === undefined ? 'no BLAS, or no koffi, on this machine' : undefined;

/** Multiply by plain loops in float64, and add what C held where flag 4 is set. */
function truth(a: Float32Array, b: Float32Array, c: Float32Array, { m, n, k, flags }: Shape): Float64Array {
  const result = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = (flags & 4) === 0 ? 0 : c[i * n + j];
      for (let p = 0; p < k; p++) {
        sum += a[(flags & 1) === 0 ? i * k + p : p * m + i] * b[(flags & 2) === 0 ? p * n + j : j * k + p];
      }
      result[i * n + j] = sum;
    }
  }
  return result;
}

/** Multiply on a memory, from a base on, and give C. */
function multiply(memory: WebAssembly.Memory, base: number, arrays: readonly Float32Array[], shape: Shape) {
  const product = blas!.productOn(memory);
  const { m, n, k, flags } = shape;
  const [a, b, c] = arrays;
  const addresses = [base, base + a.byteLength, base + a.byteLength + b.byteLength];
  arrays.forEach((values, i) => {
    new Float32Array(memory.buffer, addresses[i], values.length).set(values);
  });
  const [atA, atB, atC] = addresses.map((address) => address | 0);
  product(flags, m, n, k, atA, (flags & 1) === 0 ? k : m, atB, (flags & 2) === 0 ? n : k, atC, n);
  return new Float32Array(memory.buffer, addresses[2], c.length).slice();
}

const drawn = (shape: Shape, seed: number): Float32Array[] => {
  const next = testNumbers(seed);
  return [shape.m * shape.k, shape.k * shape.n, shape.m * shape.n].map((size) =>
    Float32Array.from({ length: size }, next),
  );
};

const sizes = [
  [1, 1, 1],
  [1, 17, 33],
  [15, 16, 17],
  [3, 1, 70],
  [65, 33, 129],
  [100, 10, 7],
  [31, 64, 1],
];

test('products of all transpositions, added to C or not, within 1e-6 × k of float64 loops', ({ skip }) => {
  skip(blas === undefined, needsBlas);
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 64 });
  for (const [m, n, k] of sizes) {
    for (let flags = 0; flags < 8; flags++) {
      const shape = { m, n, k, flags };
      const [a, b, c] = drawn(shape, m * 100 + n * 10 + flags + 1);
      const expected = truth(a, b, c, shape);
      multiply(memory, 65536, [a, b, c], shape).forEach((value, i) => {
        if (!(Math.abs(value - expected[i]) <= 1e-6 * Math.max(4, k)))
          expect.fail(`${m}×${n}×${k}, flags ${flags}: ${value}, not ${expected[i]}, at ${i}`);
      });
    }
  }
});

test('what C held is not read unless it is added to; NaN and infinities of A and B arrive', ({ skip }) => {
  skip(blas === undefined, needsBlas);
  const memory = new WebAssembly.Memory({ initial: 4 });
  const shape = { m: 20, n: 20, k: 20, flags: 0 };
  const [a, b] = drawn(shape, 3);
  a[5 * 20 + 3] = Number.NaN;
  b[7 * 20 + 4] = Number.POSITIVE_INFINITY;
  const result = multiply(memory, 64, [a, b, new Float32Array(400).fill(Number.NaN)], shape);
  result.forEach((value, i) => {
    expect(Number.isNaN(value), `row ${Math.floor(i / 20)}, column ${i % 20}`).toBe(Math.floor(i / 20) === 5);
    if (i % 20 === 4 && Math.floor(i / 20) !== 5) expect(Math.abs(value)).toBe(Number.POSITIVE_INFINITY);
  });
});

test('a sum over nothing is 0, or what C held', ({ skip }) => {
  skip(blas === undefined, needsBlas);
  const memory = new WebAssembly.Memory({ initial: 1 });
  const none = new Float32Array(0);
  for (const flags of [0, 1, 2, 3]) {
    const shape = { m: 2, n: 3, k: 0, flags };
    expect([...multiply(memory, 64, [none, none, new Float32Array(6).fill(2)], shape)]).toEqual(
      new Array(6).fill(0),
    );
    const added = multiply(memory, 64, [none, none, new Float32Array(6).fill(2)], {
      ...shape,
      flags: flags | 4,
    });
    expect([...added]).toEqual(new Array(6).fill(2));
  }
});

test('a memory may grow between calls, shared or not, and addresses may lie above 2 GiB', ({ skip }) => {
  skip(blas === undefined, needsBlas);
  for (const shared of [false, true]) {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared });
    const shape = { m: 5, n: 6, k: 7, flags: 0 };
    const arrays = drawn(shape, 9);
    const before = multiply(memory, 64, arrays, shape);
    memory.grow(40);
    expect(multiply(memory, 40 * 65536, arrays, shape)).toEqual(before);
    try {
      memory.grow(2 ** 15);
    } catch {
      continue; // A machine that does not give so much.
    }
    expect(multiply(memory, 2 ** 31 + 64, arrays, shape)).toEqual(before);
  }
});

test('its text makes the same function elsewhere, as in a thread', ({ skip }) => {
  skip(blas === undefined, needsBlas);
  const { thread } = blas!;
  if (thread === undefined) return;
  const make = new Function(`return ${thread.source}`)() as typeof bindProduct;
  const memory = new WebAssembly.Memory({ initial: 1 });
  const floats = new Float32Array(memory.buffer);
  floats.set([1, 2, 3, 4]);
  make(loadKoffi().koffi, thread.library, memory)(0, 2, 2, 2, 0, 2, 0, 2, 64, 2);
  expect([...floats.subarray(16, 20)]).toEqual([7, 10, 15, 22]);
});

test('each thread asks the library for one thread: with OpenMP a library counts them for each', () => {
  const asked: string[] = [];
  const known = ['cblas_sgemm', 'openblas_set_num_threads'];
  const koffi: Koffi = {
    version: '3.0.0',
    address: () => 0n,
    load: () => ({
      func(name) {
        if (!known.includes(name)) throw new Error(`Cannot find function '${name}'`);
        return (count) => asked.push(`${name} ${String(count)}`);
      },
    }),
  };
  bindProduct(koffi, 'any', new WebAssembly.Memory({ initial: 1 }));
  expect(asked).toEqual(['openblas_set_num_threads 1']);
});
