import { expect, expectTypeOf, test } from 'vitest';
import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import { ShapeError } from '../util/errors.ts';
import { grad } from './grad.ts';
import { hessian } from './hessian.ts';

test('the Hessian has the structure of the argument twice', () => {
  const result = hessian(({ a, b }) => $.multiply(a, $.sum($.square(b))))({ a: 3, b: [1, 2] });
  expect(result).toEqual({ a: { a: 0, b: [2, 4] }, b: { a: [2, 4], b: [[6, 0], [0, 6]] } }); // biome-ignore format: matrices
  expectTypeOf(result).toEqualTypeOf<{
    a: { a: number; b: number[] };
    b: { a: number[]; b: number[][] };
  }>();
  const both = hessian((x, y) => $.multiply($.square(x), y))(3, 5);
  expect(both).toEqual([[10, 6], [6, 0]]); // biome-ignore format: a matrix
  expectTypeOf(both).toEqualTypeOf<[[number, number], [number, number]]>();
  expect(hessian((x) => $.sum($.pow(x, 3)))(Float64Array.of(1, 2))).toEqual([[6, 0], [0, 12]]); // biome-ignore format: a matrix
  expect(hessian((x) => $.multiply(3, x))(1)).toBe(0);
  expect(hessian((x) => $.sum(x))([1, 2])).toEqual([[0, 0], [0, 0]]); // biome-ignore format: a matrix
  expect(hessian((x) => $.sum(x))([])).toEqual([]);
});

test('the Hessian is that of central differences of the gradient within 1e-8, through a loop too', () => {
  const f = (x: Tensor): Tensor =>
    $.sum($.repeat({ count: 3, carried: [x] }, ([c]) => ({ carried: [$.sin($.multiply(c, x))] })).carried[0]);
  const at = [0.4, 0.9];
  const ours = hessian(f)(at);
  const h = 1e-5;
  for (const i of [0, 1]) {
    const shifted = (by: number): number[] => grad(f)(at.map((value, k) => (k === i ? value + by : value)));
    const [up, down] = [shifted(h), shifted(-h)];
    for (const j of [0, 1]) expect(ours[i][j]).toBeCloseTo((up[j] - down[j]) / (2 * h), 8);
  }
});

test('a function whose value is not a scalar is refused', () => {
  expect(() => hessian((x) => $.square(x))([1, 2])).toThrow(ShapeError);
  expect(() => hessian((x) => $.square(x))([1, 2])).toThrow(
    'a function that returned shape [2]. Expected a scalar. Reduce it with sum or mean.',
  );
});
