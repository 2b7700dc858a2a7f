import type { Tensor } from '../tensor.ts';
import { elu, silu } from './activation.ts';
import { affine } from './affine.ts';
import { add, subtract } from './binary.ts';
import { clip, step, stopGradient } from './unary.ts';

/** λ and α with which layers keep the mean 0 and the variance 1 of normal inputs. */
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

/**
 * Compute λ·elu(x, α) element by element with λ ≈ 1.0507 and α ≈ 1.6733, by which layers normalise themselves when their
 * kernels come from `lecunNormal` (Klambauer et al. 2017).
 *
 * @param x - A float tensor of any shape.
 * @returns Above −1.7581, the same shape as x.
 * @example
 * import { constant, evaluate, selu } from 'gradus/tensor';
 * evaluate(selu(constant([-1, 1]))); // [-1.111331, 1.050701]
 */
export const selu = (x: Tensor): Tensor => affine(elu(x, SELU_ALPHA), SELU_SCALE, 0);

/**
 * Compute x·σ(βx) element by element (Ramachandran, Zoph & Le 2017): x/2 for β = 0, `silu` for 1, near `relu` for large β.
 *
 * @param x - A float tensor of any shape.
 * @param beta - β. Default 1.
 * @returns The same shape as x.
 * @example
 * import { constant, evaluate, swish } from 'gradus/tensor';
 * evaluate(swish(constant([-1, 1]), 2)); // [-0.119203, 0.880797]
 */
export function swish(x: Tensor, beta = 1): Tensor {
  if (beta === 0) return affine(x, 0.5, 0);
  return beta === 1 ? silu(x) : affine(silu(affine(x, beta, 0)), 1 / beta, 0);
}

/**
 * Compute min(1, max(−1, x)) element by element, the ramp or hard tanh; the derivative is 1 from −1 to 1, both included.
 *
 * @param x - A float tensor of any shape.
 * @returns From −1 to 1, the same shape as x.
 * @example
 * import { constant, evaluate, hardTanh } from 'gradus/tensor';
 * evaluate(hardTanh(constant([-3, 0.5, 3]))); // [-1, 0.5, 1]
 */
export const hardTanh = (x: Tensor): Tensor => clip(x, -1, 1);

/**
 * Compute min(1, max(0, x/6 + ½)) element by element, a sigmoid of three straight lines, as in PyTorch and Keras 3.
 *
 * @param x - A float tensor of any shape.
 * @returns From 0 to 1, the same shape as x.
 * @example
 * import { constant, evaluate, hardSigmoid } from 'gradus/tensor';
 * evaluate(hardSigmoid(constant([-4, 1.5, 4]))); // [0, 0.75, 1]
 */
export const hardSigmoid = (x: Tensor): Tensor => clip(affine(x, 1 / 6, 0.5), 0, 1);

/** What replaces the derivative of a step. */
export type StraightThroughGradient = 'identity' | 'clipped';

/**
 * Compute the unit step element by element, 1 where x > 0 and else 0, with a gradient that passes straight through as if
 * it were x (Hinton 2012; Bengio, Léonard & Courville 2013), so that networks with steps can be trained.
 *
 * @param x - A float tensor of any shape.
 * @param gradient - 'identity' (default): the derivative counts as 1; 'clipped': as 1 from −1 to 1 and 0 beyond, which
 *   keeps x from running away (Hubara et al. 2016).
 * @returns 0 or 1, the same shape as x.
 * @example
 * import { constant, evaluate, grad, straightThrough } from 'gradus/tensor';
 * evaluate(straightThrough(constant([-2, 0, 3]))); // [0, 0, 1]
 * grad((x) => straightThrough(x))(3); // 1
 */
export function straightThrough(x: Tensor, gradient: StraightThroughGradient = 'identity'): Tensor {
  const passed = gradient === 'clipped' ? clip(x, -1, 1) : x;
  // The difference is 0; only its first term has a gradient.
  return add(step(x), subtract(passed, stopGradient(passed)));
}
