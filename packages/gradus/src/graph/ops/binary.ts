import { ShapeError } from '../../util/errors.ts';
import { broadcastShapes, formatShape, sameShape } from '../../util/shape.ts';
import type { BinaryFunction } from '../attributes.ts';
import { apply, float, type OpDefinition, type Operations, requireFloat } from '../definition.ts';
import type { Tensor } from '../tensor.ts';
import { constant } from './leaves.ts';

/** A tensor, or a number that stands for a constant. */
export type Operand = Tensor | number;

/** The gradients of a and b before they are summed to their shapes, or 'none'. */
type BinaryDerivative =
  | (($: Operations, g: Tensor, a: Tensor, b: Tensor, y: Tensor) => readonly [Tensor, Tensor])
  | 'none';

// Ties share the gradient by halves, as in PyTorch.
const share = ($: Operations, a: Tensor, b: Tensor): Tensor =>
  $.affine(add(greater(a, b), greaterEqual(a, b)), 0.5, 0);

/** The derivative rule of each function. */
const binaryDerivatives: Record<BinaryFunction, BinaryDerivative> = {
  add: (_, g) => [g, g],
  subtract: ($, g) => [g, $.negate(g)],
  // (ab)′ = a′b + ab′
  multiply: (_, g, a, b) => [multiply(g, b), multiply(g, a)],
  divide: ($, g, _a, b, y) => [divide(g, b), $.negate(divide(multiply(g, y), b))],
  maximum: ($, g, a, b) => [multiply(g, share($, a, b)), multiply(g, share($, b, a))],
  minimum: ($, g, a, b) => [multiply(g, share($, b, a)), multiply(g, share($, a, b))],
  // The second holds 0 where a = 0, as 0^b does not move with b > 0.
  power($, g, a, b, y) {
    const zero = equal(a, constant(0));
    const safe = add(a, zero);
    return [multiply(g, multiply(b, power(a, $.affine(b, 1, -1)))), multiply(multiply(g, y), $.log(safe))];
  },
  greater: 'none',
  greaterEqual: 'none',
  equal: 'none',
  squaredDifference($, g, a, b) {
    const left = multiply(g, $.affine(subtract(a, b), 2, 0));
    return [left, $.negate(left)];
  },
  // logit a, target b: max(a, 0) − ab + log(1 + e^−|a|) = −b·log σ(a) − (1 − b)·log(1 − σ(a))
  logisticLoss: ($, g, a, b) => [multiply(g, logisticLossGradient(a, b)), $.negate(multiply(g, a))],
  // σ(a) − b
  logisticLossGradient($, g, a) {
    const s = $.sigmoid(a);
    return [multiply(g, multiply(s, $.affine(s, -1, 1))), $.negate(g)];
  },
};

export const binaryOp: OpDefinition<'binary'> = {
  op: 'binary',
  types(inputs, attributes) {
    requireFloat(inputs, attributes.function);
    return [float(broadcastShapes(inputs[0].shape, inputs[1].shape))];
  },
  derivative({ $, attributes, inputs: [a, b], outputs, gradient }) {
    const rule = binaryDerivatives[attributes.function];
    if (rule === 'none') return [undefined, undefined];
    const [da, db] = rule($, gradient, a, b, outputs[0]);
    return [$.sumTo(da, a.shape), $.sumTo(db, b.shape)];
  },
};

export const scaledBinaryOp: OpDefinition<'scaledBinary'> = {
  op: 'scaledBinary',
  types: ([a, b]) => [float(broadcastShapes(a.shape, b.shape))],
  derivative: 'fused',
};

export const whereOp: OpDefinition<'where'> = {
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
  derivative: ({ $, inputs: [condition], gradient }) => {
    const zero = $.affine(gradient, 0, 0);
    return [undefined, where(condition, gradient, zero), where(condition, zero, gradient)];
  },
};

/** Turn a number into a constant tensor; a tensor stays as it is. */
export const asTensor = (operand: Operand): Tensor =>
  typeof operand === 'number' ? constant(operand) : operand;

const binary = (name: BinaryFunction, a: Operand, b: Operand): Tensor =>
  apply(binaryOp, [asTensor(a), asTensor(b)], { function: name });

/**
 * Compute a + b element by element.
 *
 * @param a - A tensor or a number.
 * @param b - A tensor or a number; the shapes are broadcast as in NumPy, aligned at the last axis.
 * @returns The broadcast shape.
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * import { add, constant, evaluate } from 'gradus';
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
 * import { constant, evaluate, subtract } from 'gradus';
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
 * import { constant, evaluate, multiply } from 'gradus';
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
 * import { constant, divide, evaluate } from 'gradus';
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
 * import { constant, evaluate, maximum } from 'gradus';
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
 * import { constant, evaluate, minimum } from 'gradus';
 * evaluate(minimum(constant([1, 5]), 3)); // [1, 3]
 */
export const minimum = (a: Operand, b: Operand): Tensor => binary('minimum', a, b);

/**
 * Compute a^b element by element, both of them differentiable; `pow` is quicker where the exponent is a number.
 *
 * @param a - The base, a tensor or a number; below 0 it needs whole exponents.
 * @param b - The exponent, a tensor or a number; the shapes are broadcast.
 * @returns The broadcast shape.
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * import { constant, evaluate, power } from 'gradus';
 * evaluate(power(constant([2, 9]), constant([3, 0.5]))); // [8, 3]
 */
export const power = (a: Operand, b: Operand): Tensor => binary('power', a, b);

/**
 * Compute 1 where a > b and 0 elsewhere; no gradient flows.
 *
 * @param a - A tensor or a number.
 * @param b - A tensor or a number; the shapes are broadcast as in NumPy, aligned at the last axis.
 * @returns 0 or 1 in the broadcast shape.
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * import { constant, evaluate, greater } from 'gradus';
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
 * import { constant, evaluate, greaterEqual } from 'gradus';
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
 * import { constant, equal, evaluate } from 'gradus';
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
 * import { constant, evaluate, squaredDifference } from 'gradus';
 * evaluate(squaredDifference(constant([1, 5]), constant([3, 2]))); // [4, 9]
 */
export const squaredDifference = (a: Operand, b: Operand): Tensor => binary('squaredDifference', a, b);

/**
 * Compute the logistic loss of logits, −b·log σ(a) − (1 − b)·log(1 − σ(a)), by the formula that cannot overflow,
 * max(a, 0) − ab + log(1 + e^−|a|).
 *
 * @param a - Logits, a tensor or a number.
 * @param b - Targets between 0 and 1, a tensor or a number; the shapes are broadcast.
 * @returns The broadcast shape.
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * import { constant, evaluate, logisticLoss } from 'gradus';
 * evaluate(logisticLoss(constant([0, 1000]), constant([1, 0]))); // [0.693147, 1000]
 */
export const logisticLoss = (a: Operand, b: Operand): Tensor => binary('logisticLoss', a, b);

/** Compute σ(a) − b. */
export const logisticLossGradient = (a: Operand, b: Operand): Tensor => binary('logisticLossGradient', a, b);

/**
 * Choose element by element: a where the condition is not 0, else b. Only what is chosen gets a gradient.
 *
 * @param condition - Numbers, such as `greater` gives.
 * @param a - The same shape.
 * @param b - The same shape.
 * @returns The same shape.
 * @throws ShapeError when the three shapes differ.
 * @example
 * import { constant, evaluate, greater, sqrt, where } from 'gradus';
 * const x = constant([4, -9]);
 * evaluate(where(greater(x, 0), sqrt(x), x)); // [2, -9]
 */
export const where = (condition: Tensor, a: Tensor, b: Tensor): Tensor =>
  apply(whereOp, [condition, a, b], {});
