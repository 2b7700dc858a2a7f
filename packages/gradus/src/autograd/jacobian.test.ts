import { readFileSync } from 'node:fs';
import { expect, expectTypeOf, test } from 'vitest';
import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import { ArgumentError, ShapeError } from '../util/errors.ts';
import { type FunctionInput, grad, valueAndGrad } from './grad.ts';
import { hessian } from './hessian.ts';
import { jacobian } from './jacobian.ts';
import type { NestedNumbers } from './nestedValues.ts';

type Arguments = FunctionInput;
type Lists = NestedNumbers | { readonly [name: string]: Lists };

interface Case {
  readonly at: Readonly<Record<string, number | number[] | number[][]>>;
}

const truth: {
  readonly scalars: Readonly<
    Record<string, Case & Readonly<Record<'value' | 'gradient' | 'hessian', Lists>>>
  >;
  readonly fields: Readonly<Record<string, Case & { readonly jacobian: Lists }>>;
} = JSON.parse(readFileSync(new URL('../../../../fixtures/torchFunc.json', import.meta.url), 'utf8'));

const layer = ({ x, kernel, bias }: Arguments): Tensor => $.tanh($.add($.matmul(x, kernel), bias));
const stack = (...parts: readonly Tensor[]): Tensor =>
  $.concatenate(
    parts.map((part) => $.reshape(part, [1])),
    0,
  );

/** The functions of fixtures/makeTorchFunc.py. */
const functions: Readonly<Record<string, (p: Arguments) => Tensor>> = {
  cubic: ({ x, y }) => $.add($.multiply(3, $.pow(x, 3)), $.multiply(10, $.square(y))),
  saddle: ({ x, y }) =>
    $.add(
      $.subtract($.multiply(2, $.pow(x, 3)), $.multiply($.multiply(6, x), y)),
      $.multiply(3, $.square(y)),
    ),
  bell: ({ x, y }) => $.multiply($.multiply(x, y), $.exp($.multiply(-0.5, $.add($.square(x), $.square(y))))),
  rosenbrock: ({ v }) => {
    const [head, tail] = [$.slice(v, [0], [4]), $.slice(v, [1], [4])];
    const valley = $.multiply(100, $.square($.subtract(tail, $.square(head))));
    return $.sum($.add(valley, $.square($.subtract(1, head))));
  },
  networkLoss: (p) => $.negate($.mean($.slice($.logSoftmax(layer(p)), [0, 1], [4, 1]))),
  polar: ({ r, angle }) =>
    stack(
      $.multiply(r, $.cos(angle)),
      $.multiply(r, $.sin(angle)),
      $.square(r),
      $.sin($.multiply(r, angle)),
      $.pow(angle, 3),
      $.exp(r),
    ),
  narrow: ({ v }) => stack($.sum($.pow(v, 3)), $.logSumExp(v)),
  network: (p) => $.softmax(layer(p)),
};

const flat = (lists: Lists): number[] =>
  typeof lists === 'number'
    ? [lists]
    : Array.isArray(lists)
      ? lists.flatMap(flat)
      : Object.keys(lists)
          .sort()
          .flatMap((name) => flat((lists as Readonly<Record<string, Lists>>)[name]));

/** ‖ours − theirs‖ / ‖theirs‖. */
function distance(ours: Lists, theirs: Lists): number {
  const [a, b] = [flat(ours), flat(theirs)];
  expect(a).toHaveLength(b.length);
  const norm = (values: readonly number[]): number => Math.sqrt(values.reduce((s, v) => s + v * v, 0));
  return norm(a.map((value, i) => value - b[i])) / norm(b);
}

for (const [name, { at, value, gradient, hessian: second }] of Object.entries(truth.scalars)) {
  test(`value, gradient and Hessian are those of torch.func within 1e-14: ${name}`, () => {
    const ours = valueAndGrad(functions[name])(at);
    expect(distance(ours.value, value)).toBeLessThan(1e-14);
    expect(distance(ours.gradient as Lists, gradient)).toBeLessThan(1e-14);
    expect(distance(hessian(functions[name])(at) as Lists, second)).toBeLessThan(1e-14);
  });
}

for (const [name, { at, jacobian: first }] of Object.entries(truth.fields)) {
  test(`the Jacobian is that of torch.func within 1e-14: ${name}`, () => {
    expect(distance(jacobian(functions[name])(at) as Lists, first)).toBeLessThan(1e-14);
  });
}

test('the axes of the result come first, then those of the argument', () => {
  const A = [[1, 2], [3, 4], [5, 6]]; // biome-ignore format: a matrix
  const product = (x: Tensor): Tensor => $.matmul($.constant(A.flat(), [3, 2]), $.reshape(x, [2, 1]));
  // More rows than columns: forward; fewer: reverse.
  expect(jacobian(product)([1, 1])).toEqual(A.map((row) => [row]));
  const narrow = (x: Tensor): Tensor => $.matmul($.constant([1, 2, 3, 4], [1, 4]), x);
  expect(jacobian(narrow)([[1], [1], [1], [1]])).toEqual([[[[1], [2], [3], [4]]]]);
  expect(jacobian((x) => $.square(x))(3)).toBe(6);
  expect(jacobian((x) => $.square(x))([[1, 2]])).toEqual([[[[2, 0]], [[0, 4]]]]);
});

test('both modes give the same Jacobian', () => {
  const f = (x: Tensor): Tensor => $.multiply($.sum(x), $.sin(x));
  const at = [0.3, -1.2, 2];
  const square = jacobian(f)(at) as number[][];
  const tall = jacobian((x) => $.concatenate([f(x), x], 0))(at) as number[][];
  for (const [i, row] of square.entries())
    for (const [j, entry] of row.entries()) expect(tall[i][j]).toBeCloseTo(entry, 14);
  expect(tall.slice(3)).toEqual([[1, 0, 0], [0, 1, 0], [0, 0, 1]]); // biome-ignore format: a matrix
});

test('several arguments give lists; labels and what nothing depends on have derivatives 0', () => {
  expect(jacobian((x, y) => $.multiply(x, y))([2, 3], 5)).toEqual([[[5, 0], [0, 5]], [2, 3]]); // biome-ignore format: a matrix
  const loss = ({ logits, labels }: Arguments) => $.softmaxCrossEntropy(logits, labels);
  const { labels } = jacobian(loss)({ logits: [[0, 0]], labels: Int32Array.of(1) });
  expect(labels).toEqual([[0]]);
  expect(jacobian((_x) => $.constant([1, 2]))(1)).toEqual([0, 0]);
  expect(jacobian((_x) => $.constant([1, 2]))([1, 2, 3])).toEqual([[0, 0, 0], [0, 0, 0]]); // biome-ignore format: a matrix
  expect(jacobian((x) => $.step(x))([1, -1])).toEqual([[0, 0], [0, 0]]); // biome-ignore format: a matrix
});

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

test('mistakes are refused with what was expected', () => {
  expect(() => jacobian(2 as never)).toThrow('2 to differentiate. Expected a function of tensors.');
  expect(() => hessian((x) => $.square(x))([1, 2])).toThrow(ShapeError);
  expect(() => hessian((x) => $.square(x))([1, 2])).toThrow(
    'a function that returned shape [2]. Expected a scalar. Reduce it with sum or mean.',
  );
  // @ts-expect-error a number is no tensor
  expect(() => jacobian(() => 3)(1)).toThrow('a function that returned number. Expected a tensor.');
  expect(() => jacobian((x) => $.sum(x))([[1, 2], [3]])).toThrow(ArgumentError); // biome-ignore format: a matrix
});
