import { expect, test } from 'vitest';
import { createStream } from './random.ts';
import { symmetricEigen } from './symmetricEigen.ts';

test('eigenvalues of small matrices in closed form', () => {
  // (a + d)/2 ± √((a − d)²/4 + b²)
  const { values, vectors } = symmetricEigen([2, 1, 1, 2], 2);
  expect(values[0]).toBeCloseTo(1, 15);
  expect(values[1]).toBeCloseTo(3, 15);
  expect(vectors[1][0]).toBeCloseTo(Math.SQRT1_2, 15);
  expect(vectors[1][1]).toBeCloseTo(Math.SQRT1_2, 15);
  expect([...symmetricEigen([0, -1, -1, 0], 2).values]).toEqual([-1, 1]);
  expect([...symmetricEigen([18, 0, 0, 20], 2).values]).toEqual([18, 20]);
  expect([...symmetricEigen([-7], 1).values]).toEqual([-7]);
  expect(symmetricEigen([], 0).values).toHaveLength(0);
  expect([...symmetricEigen(new Float64Array(9), 3).values]).toEqual([0, 0, 0]);
});

test('the second difference has the eigenvalues 2 − 2cos(kπ/(n + 1)) within 1e-14', () => {
  const n = 20;
  const matrix = Float64Array.from({ length: n * n }, (_, i) => {
    const distance = Math.abs(Math.floor(i / n) - (i % n));
    return distance === 0 ? 2 : distance === 1 ? -1 : 0;
  });
  symmetricEigen(matrix, n).values.forEach((value, k) => {
    expect(Math.abs(value - (2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1))))).toBeLessThan(1e-14);
  });
});

test('A v = λ v and vᵢ·vⱼ = δᵢⱼ within 1e-13, eigenvalues far apart or equal', () => {
  const stream = createStream(3, 'data');
  for (const n of [3, 8, 25]) {
    const half = Float64Array.from({ length: n * 4 }, () => stream.normal());
    // H Hᵀ of rank 4: most eigenvalues are 0.
    const matrix = Float64Array.from({ length: n * n }, (_, i) => {
      const [row, column] = [Math.floor(i / n), i % n];
      let sum = row === column ? 1e-3 : 0;
      for (let k = 0; k < 4; k++) sum += half[row * 4 + k] * half[column * 4 + k];
      return sum;
    });
    const { values, vectors } = symmetricEigen(matrix, n);
    const scale = values[n - 1];
    vectors.forEach((v, i) => {
      for (let row = 0; row < n; row++) {
        let product = 0;
        for (let k = 0; k < n; k++) product += matrix[row * n + k] * v[k];
        expect(Math.abs(product - values[i] * v[row])).toBeLessThan(1e-13 * scale);
      }
      vectors.forEach((w, j) => {
        const product = v.reduce((sum, x, k) => sum + x * w[k], 0);
        expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-13);
      });
    });
  }
});

test('only the upper triangle is read; what is not finite ends', () => {
  expect([...symmetricEigen([2, 1, 99, 2], 2).values]).toEqual([...symmetricEigen([2, 1, 1, 2], 2).values]);
  expect(symmetricEigen([Number.NaN, 1, 1, 2], 2).values).toHaveLength(2);
  expect(symmetricEigen([1, Infinity, Infinity, 2], 2).values).toHaveLength(2);
});
