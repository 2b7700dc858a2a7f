import { ShapeError } from '../../util/errors.ts';
import { type Dimension, formatShape, multiplyDimensions } from '../../util/shape.ts';
import { apply, float, requireFloat, requireRank } from '../definition.ts';
import type { OpDefinition, Tensor } from '../tensor.ts';
import type { ActivationAttributes } from './activation.ts';

export interface Transposition {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** What a product takes over: the sum with an addend, the product with the slope of an activation. */
export interface FusedProductGradientAttributes extends Transposition, ActivationAttributes {
  readonly addend: boolean;
}

/** And the sum with a bias, and an activation. */
export interface FusedProductAttributes extends FusedProductGradientAttributes {
  readonly bias: boolean;
}

/** The shape rule of op(A)·op(B). */
function productShape(a: Tensor, b: Tensor, { transposeA, transposeB }: Transposition): Dimension[] {
  requireFloat([a, b], 'matmul');
  requireRank(a, 2, 'the left operand of matmul');
  requireRank(b, 2, 'the right operand of matmul');
  const [m, k] = transposeA ? [a.shape[1], a.shape[0]] : a.shape;
  const [k2, n] = transposeB ? [b.shape[1], b.shape[0]] : b.shape;
  if (k !== k2) {
    const flag = (transposed: boolean): string => (transposed ? 'ᵀ' : '');
    throw new ShapeError({
      received: `matmul of ${formatShape(a.shape)}${flag(transposeA)} and ${formatShape(b.shape)}${flag(transposeB)}`,
      expected: 'as many columns on the left as rows on the right',
      remedy: 'Check the layer sizes, or transpose one operand',
    });
  }
  multiplyDimensions(m, n);
  return [m, n];
}

/** op(A)·op(B) of two matrices */
export const matmulOp: OpDefinition<'matmul', Transposition> = {
  op: 'matmul',
  types: ([a, b], attributes) => [float(productShape(a, b, attributes))],
  // C = AB: dA = G·Bᵀ, dB = Aᵀ·G; a transposed operand takes its gradient transposed.
  derivative({ attributes: { transposeA, transposeB }, inputs: [a, b], gradient }) {
    const da = transposeA
      ? matmul(b, gradient, { transposeA: transposeB, transposeB: true })
      : matmul(gradient, b, { transposeA: false, transposeB: !transposeB });
    const db = transposeB
      ? matmul(gradient, a, { transposeA: true, transposeB: transposeA })
      : matmul(a, gradient, { transposeA: !transposeA, transposeB: false });
    return [da, db];
  },
};

/**
 * Made by fusion: act(op(A)·op(B) + bias + addend); inputs: A, B and, where the flags say so, the bias and then the
 * addend. An executor finds the addend where the output goes.
 */
export const matmulActivationOp: OpDefinition<'matmulActivation', FusedProductAttributes> = {
  op: 'matmulActivation',
  types: ([a, b], attributes) => [float(productShape(a, b, attributes))],
  derivative: 'fused',
};

/** Made by fusion: (op(A)·op(B) + addend) ⊙ act′(saved); inputs: A, B, saved and, with `addend`, the addend. */
export const matmulActivationGradientOp: OpDefinition<
  'matmulActivationGradient',
  FusedProductGradientAttributes
> = {
  op: 'matmulActivationGradient',
  types: ([a, b], attributes) => [float(productShape(a, b, attributes))],
  derivative: 'fused',
};

/**
 * Multiply two matrices, either of them transposed on the way: op(A)·op(B).
 *
 * @param a - Shape [m, k], or [k, m] with `transposeA`.
 * @param b - Shape [k, n], or [n, k] with `transposeB`.
 * @param options - Which operand is read transposed. Default neither.
 * @returns Shape [m, n].
 * @throws ShapeError when the inner dimensions differ.
 * @example
 * import { constant, evaluate, matmul } from 'gradus/tensor';
 * evaluate(matmul(constant([1, 2, 3], [3, 1]), constant([4, 5], [1, 2]))); // [[4, 5], [8, 10], [12, 15]]
 */
export const matmul = (
  a: Tensor,
  b: Tensor,
  { transposeA = false, transposeB = false }: Partial<Transposition> = {},
): Tensor => apply(matmulOp, [a, b], { transposeA, transposeB });
