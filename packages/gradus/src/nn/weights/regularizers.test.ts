import { expect, test } from 'vitest';
import { evaluate } from '../../autograd/evaluate.ts';
import { constant } from '../../graph/operations.ts';
import { dense } from '../layers/dense.ts';
import { l1, l1l2, l2, regularizerField } from './regularizers.ts';

test('penalties are sums of absolute values and of squares', () => {
  const weights = constant([1, -2, 0.5, 0], [2, 2]);
  // Σ|w| = 3.5, Σw² = 5.25
  expect(evaluate(l1(0.1).penalty(weights))).toBeCloseTo(0.35, 15);
  expect(evaluate(l2(0.1).penalty(weights))).toBeCloseTo(0.525, 15);
  expect(evaluate(l1l2({ l1: 2, l2: 4 }).penalty(weights))).toBeCloseTo(28, 14);
  expect(evaluate(l1l2().penalty(weights))).toBeCloseTo(0.0875, 15);
  expect(evaluate(l1(0).penalty(weights))).toBe(0);
});

test('a regularizer is made again of its description; a damaged one is incompatible', () => {
  const { kind } = regularizerField();
  const json = JSON.parse(JSON.stringify(kind.write(l1(0.25))));
  expect(json).toEqual({ type: 'l1l2', l1: 0.25, l2: 0 });
  expect(kind.parse?.(json).config()).toEqual(json);
  expect(() => kind.parse?.({ type: 'l1l2', l1: '1', l2: 0 })).toThrow(
    "l1 is '1', in a description of 'l1l2'",
  );
  expect(() => kind.parse?.({ type: 'l3' })).toThrow("the regularizer 'l3'");
  expect(() => l2(-1)).toThrow('l2 is -1. Expected a number of at least 0.');
  expect(() => l1l2({ l3: 1 } as never)).toThrow("the option 'l3' of l1l2");
  expect(() => dense(3, { kernelRegularizer: 0.1 as never })).toThrow('the regularizer 0.1');
});
