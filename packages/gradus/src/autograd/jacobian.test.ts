import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as $ from '../graph/operations.ts';
import type { Tensor } from '../graph/tensor.ts';
import { ArgumentError } from '../util/errors.ts';
import { type FunctionInput, valueAndGrad } from './grad.ts';
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

test('mistakes are refused with what was expected', () => {
  expect(() => jacobian(2 as never)).toThrow('2 to differentiate. Expected a function of tensors.');
  // @ts-expect-error a number is no tensor
  expect(() => jacobian(() => 3)(1)).toThrow('a function that returned number. Expected a tensor.');
  expect(() => jacobian((x) => $.sum(x))([[1, 2], [3]])).toThrow(ArgumentError); // biome-ignore format: a matrix
});
