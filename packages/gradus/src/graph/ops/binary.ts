import { ShapeError } from '../../util/errors.ts';
import { formatShape, sameShape } from '../../util/shape.ts';
import { apply, float } from '../definition.ts';
import type { OpDefinition, Tensor } from '../tensor.ts';
import { affine, negate } from './affine.ts';
import { type BinaryFormula, defineBinary } from './elementwise.ts';
import { constant } from './leaves.ts';

/** A tensor, or a number that stands for a constant. */
export type Operand = Tensor | number;

// Ties share the gradient by halves, as in PyTorch.
const share = (a: Tensor, b: Tensor): Tensor => affine(add(greater(a, b), greaterEqual(a, b)), 0.5, 0);

/** Functions of two numbers; for `power` see power.ts, for the logistic loss logisticLoss.ts. */
export const binaryFormulas = {
  add: { value: (a, b) => a + b, derivative: (g) => [g, g] },
  subtract: { value: (a, b) => a - b, derivative: (g) => [g, negate(g)] },
  // (ab)′ = a′b + ab′
  multiply: { value: (a, b) => a * b, derivative: (g, a, b) => [multiply(g, b), multiply(g, a)] },
  // y = a/b: by a 1/b, by b −y/b
  divide: {
    value: (a, b) => a / b,
    derivative: (g, _a, b, y) => [divide(g, b), negate(divide(multiply(g, y), b))],
  },
  maximum: {
    value: (a, b) => Math.max(a, b),
    derivative: (g, a, b) => [multiply(g, share(a, b)), multiply(g, share(b, a))],
  },
  minimum: {
    value: (a, b) => Math.min(a, b),
    derivative: (g, a, b) => [multiply(g, share(b, a)), multiply(g, share(a, b))],
  },
  greater: { value: (a, b) => (a > b ? 1 : 0), derivative: 'none' },
  greaterEqual: { value: (a, b) => (a >= b ? 1 : 0), derivative: 'none' },
  equal: { value: (a, b) => (a === b ? 1 : 0), derivative: 'none' },
  // y = (a − b)²: by a 2(a − b), by b the opposite
  squaredDifference: {
    value: (a, b) => (a - b) * (a - b),
    derivative(g, a, b) {
      const left = multiply(g, affine(subtract(a, b), 2, 0));
      return [left, negate(left)];
    },
  },
} satisfies Record<string, BinaryFormula>;

export const binaryOp = /* @__PURE__ */ defineBinary(binaryFormulas);

const binary = (name: keyof typeof binaryFormulas, a: Operand, b: Operand): Tensor =>
  apply(binaryOp, [asTensor(a), asTensor(b)], { function: name });

/** inputs: condition, a, b, all of one shape */
export const whereOp: OpDefinition<'where', Readonly<Record<never, never>>> = {
  op: 'where',
  types([condition, a, b]) {
    if (!sameShape(condition.shape, a.shape) || !sameShape(a.shape, b.shape)) {
      throw new ShapeError({
        received: `where of shapes ${[condition, a, b].map((t) => formatShape(t.shape)).join(', ')}`,
        expected: 'three equal shapes',
      });
    }
    return [float(a.shape)];
  },
  derivative: ({ inputs: [condition], gradient }) => {
    const zero = affine(gradient, 0, 0);
    return [undefined, where(condition, gradient, zero), where(condition, zero, gradient)];
  },
};

/** Turn a number into a constant tensor; a tensor stays as it is. */
export const asTensor = (operand: Operand): Tensor =>
  typeof operand === 'number' ? constant(operand) : operand;

/**
 * Compute a + b element by element.
 *
 * @param a - A tensor or a number.
 * @param b - A tensor or a number; the shapes are broadcast as in NumPy, aligned at the last axis.
 * @returns The broadcast shape.
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * import { add, constant, evaluate } from 'gradus/tensor';
 * evaluate(add(constant([1, 2, 3, 4], [2, 2]), constant([10, 20]))); // [[11, 22], [13, 24]]
 */
export const add = (a: Operand, b: Operand): Tensor => binary('add', a, b);

/**
 * Compute a − b element by element.
 *
 * @param a - A tensor or a number.
 * @param b - A tensor or a number; the shapes are broadcast as in NumPy, aligned at the last axis.
 * @returns The broadcast shape.
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * import { constant, evaluate, subtract } from 'gradus/tensor';
 * evaluate(subtract(1, constant([0.25, 3]))); // [0.75, -2]
 */
export const subtract = (a: Operand, b: Operand): Tensor => binary('subtract', a, b);

/**
 * Compute a·b element by element; `matmul` is the product of matrices.
 *
 * @param a - A tensor or a number.
 * @param b - A tensor or a number; the shapes are broadcast as in NumPy, aligned at the last axis.
 * @returns The broadcast shape.
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * import { constant, evaluate, multiply } from 'gradus/tensor';
 * evaluate(multiply(constant([1, 2], [2, 1]), constant([3, 4]))); // [[3, 4], [6, 8]]
 */
export const multiply = (a: Operand, b: Operand): Tensor => binary('multiply', a, b);

/**
 * Compute a/b element by element.
 *
 * @param a - A tensor or a number.
 * @param b - A tensor or a number; the shapes are broadcast as in NumPy, aligned at the last axis.
 * @returns The broadcast shape.
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * import { constant, divide, evaluate } from 'gradus/tensor';
 * evaluate(divide(constant([1, 2]), constant([4, 0]))); // [0.25, Infinity]
 */
export const divide = (a: Operand, b: Operand): Tensor => binary('divide', a, b);

/**
 * Compute the larger of a and b element by element; NaN passes through, equal operands share the gradient by halves.
 *
 * @param a - A tensor or a number.
 * @param b - A tensor or a number; the shapes are broadcast as in NumPy, aligned at the last axis.
 * @returns The broadcast shape.
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * import { constant, evaluate, maximum } from 'gradus/tensor';
 * evaluate(maximum(constant([1, 5]), 3)); // [3, 5]
 */
export const maximum = (a: Operand, b: Operand): Tensor => binary('maximum', a, b);

/**
 * Compute the smaller of a and b element by element; NaN passes through, equal operands share the gradient by halves.
 *
 * @param a - A tensor or a number.
 * @param b - A tensor or a number; the shapes are broadcast as in NumPy, aligned at the last axis.
 * @returns The broadcast shape.
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * import { constant, evaluate, minimum } from 'gradus/tensor';
 * evaluate(minimum(constant([1, 5]), 3)); // [1, 3]
 */
export const minimum = (a: Operand, b: Operand): Tensor => binary('minimum', a, b);

/**
 * Compute 1 where a > b and 0 elsewhere; no gradient flows.
 *
 * @param a - A tensor or a number.
 * @param b - A tensor or a number; the shapes are broadcast as in NumPy, aligned at the last axis.
 * @returns 0 or 1 in the broadcast shape.
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * import { constant, evaluate, greater } from 'gradus/tensor';
 * evaluate(greater(constant([1, 2, 3]), 2)); // [0, 0, 1]
 */
export const greater = (a: Operand, b: Operand): Tensor => binary('greater', a, b);

/**
 * Compute 1 where a ≥ b and 0 elsewhere; no gradient flows.
 *
 * @param a - A tensor or a number.
 * @param b - A tensor or a number; the shapes are broadcast as in NumPy, aligned at the last axis.
 * @returns 0 or 1 in the broadcast shape.
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * import { constant, evaluate, greaterEqual } from 'gradus/tensor';
 * evaluate(greaterEqual(constant([1, 2, 3]), 2)); // [0, 1, 1]
 */
export const greaterEqual = (a: Operand, b: Operand): Tensor => binary('greaterEqual', a, b);

/**
 * Compute 1 where a = b and 0 elsewhere; no gradient flows.
 *
 * @param a - A tensor or a number.
 * @param b - A tensor or a number; the shapes are broadcast as in NumPy, aligned at the last axis.
 * @returns 0 or 1 in the broadcast shape.
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * import { constant, equal, evaluate } from 'gradus/tensor';
 * evaluate(equal(constant([1, 2, 3]), 2)); // [0, 1, 0]
 */
export const equal = (a: Operand, b: Operand): Tensor => binary('equal', a, b);

/**
 * Compute (a − b)² element by element.
 *
 * @param a - A tensor or a number.
 * @param b - A tensor or a number; the shapes are broadcast as in NumPy, aligned at the last axis.
 * @returns The broadcast shape.
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * import { constant, evaluate, squaredDifference } from 'gradus/tensor';
 * evaluate(squaredDifference(constant([1, 5]), constant([3, 2]))); // [4, 9]
 */
export const squaredDifference = (a: Operand, b: Operand): Tensor => binary('squaredDifference', a, b);

/**
 * Choose element by element: a where the condition is not 0, else b. Only what is chosen gets a gradient.
 *
 * @param condition - Nonzero where a is chosen, such as the result of `greater`.
 * @param a - The same shape.
 * @param b - The same shape.
 * @returns The same shape.
 * @throws ShapeError when the three shapes differ.
 * @example
 * import { constant, evaluate, greater, sqrt, where } from 'gradus/tensor';
 * const x = constant([4, -9]);
 * evaluate(where(greater(x, 0), sqrt(x), x)); // [2, -9]
 */
export const where = (condition: Tensor, a: Tensor, b: Tensor): Tensor =>
  apply(whereOp, [condition, a, b], {});
