import { expect, expectTypeOf, test } from 'vitest';
import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import { ArgumentError, ShapeError, UnsupportedError } from '../util/errors.ts';
import { grad, valueAndGrad } from './grad.ts';

test('the gradient of 3x³ + 10y² is 9x², 20y', () => {
  const gradient = grad(({ x, y }) => $.add($.multiply(3, $.pow(x, 3)), $.multiply(10, $.square(y))));
  expect(gradient({ x: 3, y: 3 })).toEqual({ x: 81, y: 60 });
  expect(gradient({ x: -1, y: 0 })).toEqual({ x: 9, y: 0 });
});

test('tensors one by one give a list of gradients, a single one its gradient alone', () => {
  expect(grad((x, y) => $.multiply(x, y))(2, 5)).toEqual([5, 2]);
  expect(grad((x) => $.sum($.square(x)))([1, 2, 3])).toEqual([2, 4, 6]);
  expect(grad((x) => $.exp(x))(0)).toBe(1);
});

test('the structure of the argument comes back: numbers, typed arrays, nested lists, records', () => {
  const gradient = grad(({ a, b, c }) =>
    $.add($.multiply(a, $.sum(b)), $.sum($.multiply(c, $.constant([1, 2, 3, 4, 5, 6], [2, 3])))),
  );
  const at = { a: 2, b: Float32Array.of(1, 2), c: [[0, 0, 0], [0, 0, 0]] }; // biome-ignore format: a matrix
  const result = gradient(at);
  expect(result).toEqual({ a: 3, b: Float64Array.of(2, 2), c: [[1, 2, 3], [4, 5, 6]] }); // biome-ignore format: a matrix
  expectTypeOf(result).toEqualTypeOf<{ a: number; b: Float64Array; c: number[][] }>();
  expectTypeOf(grad((x: Tensor) => x)(3)).toEqualTypeOf<number>();
  expectTypeOf(grad((x, y) => $.add(x, y))(3, 4)).toEqualTypeOf<[number, number]>();
});

test('a function with declared inputs refuses other names when it is compiled', () => {
  const gradient = grad(({ x, y }: { x: Tensor; y: Tensor }) => $.multiply(x, y));
  expect(gradient({ x: 2, y: 3 })).toEqual({ x: 3, y: 2 });
  // @ts-expect-error z is none of its inputs
  expect(() => gradient({ x: 2, z: 3 })).toThrow();
});

test('the value comes with the gradient, for every combination of shapes', () => {
  const evaluate = valueAndGrad((x) => $.mean($.square(x)));
  expect(evaluate([1, 3])).toEqual({ value: 5, gradient: [1, 3] });
  expect(evaluate([1, 3, 5, 7])).toEqual({ value: 21, gradient: [0.5, 1.5, 2.5, 3.5] });
  expect(evaluate([[2]])).toEqual({ value: 4, gradient: [[4]] });
  expect(evaluate([1, 3])).toEqual({ value: 5, gradient: [1, 3] });
});

test('what the value does not depend on has gradient zero', () => {
  expect(grad(({ x, y }) => $.add(x, $.multiply(0, y)))({ x: 1, y: 2 })).toEqual({ x: 1, y: 0 });
  expect(grad((_x, y) => $.square(y))([1, 2], 3)).toEqual([[0, 0], 6]);
  expect(grad((_x) => $.constant(4))([1, 2])).toEqual([0, 0]);
  expect(grad((x) => $.stopGradient($.square(x)))(3)).toBe(0);
  expect(grad((x) => $.multiply(x, $.stopGradient(x)))(3)).toBe(3);
});

test('labels are an Int32Array and have gradient zero', () => {
  const loss = ({ logits, labels }: { logits: Tensor; labels: Tensor }) =>
    $.mean($.softmaxCrossEntropy(logits, labels));
  const { value, gradient } = valueAndGrad(loss)({ logits: [[0, 0]], labels: Int32Array.of(1) });
  expect(value).toBeCloseTo(Math.LN2, 14);
  expect(gradient.logits[0][0]).toBeCloseTo(0.5, 14);
  expect(gradient.logits[0][1]).toBeCloseTo(-0.5, 14);
  expect(gradient.labels).toEqual(Float64Array.of(0));
});

test('values and gradients that are not finite are given as they are', () => {
  expect(valueAndGrad((x) => $.log(x))(0)).toEqual({ value: -Infinity, gradient: Infinity });
  expect(valueAndGrad((x) => $.square(x))(Number.NaN)).toEqual({ value: Number.NaN, gradient: Number.NaN });
});

test('empty vectors have an empty gradient', () => {
  expect(valueAndGrad((x) => $.sum($.square(x)))([])).toEqual({ value: 0, gradient: [] });
});

test('a loop has the gradient of its steps written out: d(x^8)/dx = 8x^7', () => {
  const power = (x: Tensor): Tensor =>
    $.repeat({ count: 3, carried: [x] }, ([c]) => ({ carried: [$.multiply(c, c)] })).carried[0];
  expect(valueAndGrad(power)(2)).toEqual({ value: 256, gradient: 1024 });
});

test('mistakes are refused with what was expected', () => {
  expect(() => grad((x) => $.square(x))([1, 2])).toThrow(ShapeError);
  expect(() => grad((x) => $.square(x))([1, 2])).toThrow(
    'a function that returned shape [2]. Expected a scalar. Reduce it with sum or mean, or take its jacobian.',
  );
  // @ts-expect-error a number is no tensor
  expect(() => grad(() => 3)(1)).toThrow('a function that returned number. Expected a tensor.');
  expect(() => grad((x) => $.sum(x))([[1, 2], [3]])).toThrow(ArgumentError);
  expect(() => grad((x) => $.sum(x))([[1, 2], [3]])).toThrow(
    'argument 1: a list of 1 inside lists that begin with shape [2, 2].',
  );
  // @ts-expect-error text is no number
  expect(() => grad((x) => x)('2')).toThrow('argument 1 of type string.');
  const outside = $.parameter('w', []);
  expect(() => grad((x) => $.multiply(x, outside))(1)).toThrow("reads 'w' from outside");
});

test('looking at a value that is not known yet is refused', () => {
  const absolute = (x: Tensor): Tensor => (Number(x) > 0 ? x : $.negate(x));
  expect(() => grad(absolute)(3)).toThrow(UnsupportedError);
});

test('a value that is not a function, and missing arguments, are refused', () => {
  expect(() => grad(3 as never)).toThrow('3 to differentiate. Expected a function of tensors.');
  expect(() => grad((x, y) => $.multiply(x, y))(...([2] as unknown as [2, 3]))).toThrow(
    "1 of the function's 2 arguments. Expected numbers for each.",
  );
});

test('a step has no slope, and says so', () => {
  const message =
    "the gradient by argument 1, 'y', on which the value depends through step alone. Expected a function with a slope";
  expect(() => grad(({ x, y }) => $.add(x, $.step($.multiply(2, y))))({ x: 1, y: 2 })).toThrow(message);
  expect(() => grad((x) => $.step(x))(1)).toThrow(UnsupportedError);
  // What has a slope of its own keeps it; a comparison that only chooses is none.
  expect(grad((x) => $.add(x, $.step(x)))(3)).toBe(1);
  expect(grad((x, y) => $.where($.greater(x, y), x, $.constant(0)))(3, 1)).toEqual([1, 0]);
  expect(grad((x) => $.straightThrough(x))(3)).toBe(1);
});
