import { expect, expectTypeOf, test } from 'vitest';
import * as $ from '../graph/operations.ts';
import { ArgumentError, ShapeError } from '../util/errors.ts';
import { rows } from '../util/shape.ts';
import { evaluate } from './evaluate.ts';
import type { NestedNumbers } from './nestedValues.ts';

test('a scalar is a number, axes are lists', () => {
  expect(evaluate($.constant(3))).toBe(3);
  expect(evaluate($.constant([1, 2]))).toEqual([1, 2]);
  expect(evaluate($.constant([1, 2, 3, 4, 5, 6], [2, 3]))).toEqual([[1, 2, 3], [4, 5, 6]]); // biome-ignore format: a matrix
  expect(evaluate($.constant([1, 2], [1, 2, 1]))).toEqual([[[1], [2]]]);
  expectTypeOf(evaluate($.constant(3))).toEqualTypeOf<NestedNumbers>();
});

test('empty axes are empty lists', () => {
  expect(evaluate($.constant([]))).toEqual([]);
  expect(evaluate($.constant([], [2, 0]))).toEqual([[], []]);
  expect(evaluate($.constant([], [0, 2]))).toEqual([]);
  expect(evaluate($.sum($.constant([])))).toBe(0);
});

test('a record of tensors gives a record of values', () => {
  const x = $.constant([3, 4]);
  const result = evaluate({ x, length: $.sqrt($.sum($.square(x))) });
  expect(result).toEqual({ x: [3, 4], length: 5 });
  expectTypeOf(result).toEqualTypeOf<{ x: NestedNumbers; length: NestedNumbers }>();
  expect(evaluate({})).toEqual({});
});

test('inputs and parameters take values by name, in any form', () => {
  const x = $.input('x', [2]);
  const w = $.parameter('w', [2, 1]);
  expect(evaluate($.multiply(x, w), { x: Float32Array.of(2, 3), w: [[1], [10]] })).toEqual([[2, 3], [20, 30]]); // biome-ignore format: a matrix
});

test('values are float64 throughout', () => {
  expect(evaluate($.add($.input('x', []), 1e-12), { x: 1 })).toBe(1 + 1e-12);
});

test('the number of rows comes from the given values', () => {
  const x = $.input('x', [rows(), 2]);
  const labels = $.input('labels', [rows()], 'int');
  const average = $.divide($.sum(x), $.count(rows()));
  for (const n of [0, 1, 3]) {
    const given = { x: Array.from({ length: n }, (_, i) => [i, 1]) };
    expect(evaluate($.sum(x, { axes: 1 }), given)).toEqual(Array.from({ length: n }, (_, i) => i + 1));
  }
  expect(evaluate(average, { x: [[1, 2], [3, 4]] })).toBe(5); // biome-ignore format: a matrix
  expect(evaluate($.sum($.oneHot(labels, 2), { axes: 0 }), { labels: [1, 0, 1] })).toEqual([1, 2]);
  expect(evaluate($.input('pairs', [rows(2)]), { pairs: [1, 2, 3, 4] })).toEqual([1, 2, 3, 4]);
  expect(() => evaluate({ x, labels }, { x: [[1, 2]], labels: [0, 1] })).toThrow(ShapeError);
  expect(() => evaluate($.input('pairs', [rows(2)]), { pairs: [1, 2, 3] })).toThrow(ShapeError);
});

test('NaN and infinities pass through', () => {
  const x = $.constant([Number.NaN, Infinity, -Infinity]);
  expect(evaluate($.negate(x))).toEqual([Number.NaN, -Infinity, Infinity]);
});

test('random values depend on stream, step and seed alone', () => {
  const noise = $.randomUniform([8], 0, 1, 'noise');
  const first = evaluate(noise);
  expect(evaluate($.randomUniform([8], 0, 1, 'noise'))).toEqual(first);
  expect(evaluate(noise, {}, { step: 1 })).not.toEqual(first);
  expect(evaluate(noise, {}, { seed: 1 })).not.toEqual(first);
});

test('loops run', () => {
  const { carried, stacked } = $.repeat({ count: 4, carried: [$.input('x', [])] }, ([x]) => ({
    carried: [$.multiply(x, 2)],
    stacked: [x],
  }));
  expect(evaluate({ last: carried[0], all: stacked[0] }, { x: 3 })).toEqual({
    last: 48,
    all: [3, 6, 12, 24],
  });
});

test('mistakes are refused with what was expected', () => {
  const x = $.input('x', [2]);
  expect(() => evaluate(x)).toThrow(ArgumentError);
  expect(() => evaluate(x)).toThrow("no values for 'x'. Expected values of shape [2].");
  expect(() => evaluate(x, { x: [1, 2], y: 3 })).toThrow(
    "values for 'y', which the tensor does not read. Expected values for 'x'.",
  );
  expect(() => evaluate($.constant(1), { y: 3 })).toThrow('Expected none.');
  expect(() => evaluate(x, { x: [1, 2, 3] })).toThrow("'x' of shape [3]. Expected shape [2].");
  expect(() => evaluate(x, { x: [[1, 2], [3]] })).toThrow(ArgumentError);
  expect(() => evaluate($.input('labels', [1], 'int'), { labels: [0.5] })).toThrow('is not an integer');
  // @ts-expect-error a number is no tensor
  expect(() => evaluate({ x: 3 })).toThrow("number as 'x'. Expected a tensor.");
});

test('a function is called first, then evaluated', () => {
  expect(() => evaluate((() => $.constant(1)) as never)).toThrow(
    'a function to evaluate. Expected a tensor, or a record of tensors. Call the function',
  );
  expect(() => evaluate(undefined as never)).toThrow('undefined to evaluate');
});
