import * as math from '../../util/math.ts';
import { apply } from '../definition.ts';
import type { Tensor } from '../tensor.ts';
import { sigmoid } from './activation.ts';
import { affine, negate } from './affine.ts';
import { asTensor, multiply, type Operand } from './binary.ts';
import { type BinaryFormula, defineBinary } from './elementwise.ts';

/** The logistic loss of a logit a and a target b, and its derivative by a. */
export const logisticFormulas = {
  // max(a, 0) − ab + log(1 + e^−|a|) = −b·log σ(a) − (1 − b)·log(1 − σ(a)), the form that does not overflow
  logisticLoss: {
    value: (a, b) => Math.max(a, 0) - a * b + math.log1p(math.exp(-Math.abs(a))),
    derivative: (g, a, b) => [multiply(g, logisticLossGradient(a, b)), negate(multiply(g, a))],
  },
  // σ(a) − b: by a σ(1 − σ), by b −1
  logisticLossGradient: {
    value: (a, b) => math.sigmoid(a) - b,
    derivative(g, a) {
      const s = sigmoid(a);
      return [multiply(g, multiply(s, affine(s, -1, 1))), negate(g)];
    },
  },
} satisfies Record<string, BinaryFormula>;

export const logisticOp = /* @__PURE__ */ defineBinary(logisticFormulas);

const logistic = (name: keyof typeof logisticFormulas, a: Operand, b: Operand): Tensor =>
  apply(logisticOp, [asTensor(a), asTensor(b)], { function: name });

/**
 * Compute the logistic loss of logits, −b·log σ(a) − (1 − b)·log(1 − σ(a)), by the formula that cannot overflow,
 * max(a, 0) − ab + log(1 + e^−|a|).
 *
 * @param a - Logits, a tensor or a number.
 * @param b - Targets between 0 and 1, a tensor or a number; the shapes are broadcast.
 * @returns The broadcast shape.
 * @throws ShapeError when the shapes do not broadcast.
 * @example
 * import { constant, evaluate, logisticLoss } from 'gradus/tensor';
 * evaluate(logisticLoss(constant([0, 1000]), constant([1, 0]))); // [0.693147, 1000]
 */
export const logisticLoss = (a: Operand, b: Operand): Tensor => logistic('logisticLoss', a, b);

/** Compute σ(a) − b. */
export const logisticLossGradient = (a: Operand, b: Operand): Tensor =>
  logistic('logisticLossGradient', a, b);
