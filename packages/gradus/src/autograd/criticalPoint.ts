import type { Tensor } from '../graph/tensor.ts';
import { requireRange } from '../util/options.ts';
import { symmetricEigen } from '../util/symmetricEigen.ts';
import type { PointsOf, RecordFunction, RecordPoint, ScalarFunction } from './grad.ts';
import { secondDerivatives } from './hessian.ts';
import { leavesOf, type Point, requireFunction, type TensorFunction } from './trace.ts';

/** The kind of a point: `degenerate` where second derivatives do not decide, `none` where the gradient is not 0. */
export type CriticalPointKind = 'minimum' | 'maximum' | 'saddle' | 'degenerate' | 'none';

/** A point of a function, classified by its derivatives. */
export interface CriticalPoint {
  /** What kind of point it is. */
  readonly kind: CriticalPointKind;
  /** The function's value. */
  readonly value: number;
  /** The length of its gradient, √Σgᵢ². */
  readonly gradientNorm: number;
  /** The eigenvalues of its Hessian, the smallest first. */
  readonly eigenvalues: readonly number[];
}

/** What counts as 0. */
export interface CriticalPointOptions {
  /** The largest gradient norm of a critical point, and the largest magnitude of an eigenvalue that may be 0. Default 1e-6. */
  readonly tolerance?: number | undefined;
}

/**
 * Classify a critical point of a function by the eigenvalues λ of its Hessian: a minimum where all
 * λ > 0, a maximum where all λ < 0, a saddle where there are both signs. An eigenvalue of 0 beside others of one sign
 * does not decide: degenerate.
 *
 * @param f - Takes one record of tensors or tensors one by one; returns a scalar tensor.
 * @param options - The tolerance within which gradient and eigenvalues are 0.
 * @returns A function of values, as that of `grad`; it returns the kind with value, gradient norm and eigenvalues.
 * @throws ShapeError when f does not return a scalar, ArgumentError when it returns no tensor.
 * @example
 * import { criticalPoint, multiply, square, subtract } from 'gradus/tensor';
 * const at = criticalPoint(({ x, y }) => subtract(square(x), multiply(3, square(y))));
 * at({ x: 0, y: 0 }); // { kind: 'saddle', value: 0, gradientNorm: 0, eigenvalues: [-6, 2] }
 * at({ x: 1, y: 0 }).kind; // 'none'
 */
export function criticalPoint<F extends ScalarFunction>(
  f: F,
  options?: CriticalPointOptions,
): <V extends PointsOf<Parameters<F>>>(...at: V) => CriticalPoint;
export function criticalPoint<P extends { readonly [K in keyof P]: Tensor }>(
  f: RecordFunction<P>,
  options?: CriticalPointOptions,
): <V extends RecordPoint<P>>(at: V) => CriticalPoint;
export function criticalPoint(
  f: TensorFunction,
  options: CriticalPointOptions = {},
): (...at: never[]) => CriticalPoint {
  requireFunction(f, 'look at', 'Write criticalPoint((x) => square(x))(0)');
  const { tolerance = 1e-6 } = options;
  requireRange('tolerance', tolerance, { least: 0, below: Number.POSITIVE_INFINITY });
  return (...at: readonly Point[]) => {
    const { value, gradient, matrix, size } = secondDerivatives(f, at, leavesOf(f, at));
    const gradientNorm = Math.sqrt(gradient.reduce((sum, part) => sum + part * part, 0));
    const eigenvalues = [...symmetricEigen(matrix, size).values];
    return { kind: kindOf(gradientNorm, eigenvalues, tolerance), value, gradientNorm, eigenvalues };
  };
}

function kindOf(gradientNorm: number, eigenvalues: readonly number[], tolerance: number): CriticalPointKind {
  if (!(gradientNorm <= tolerance)) return 'none';
  const isUp = (value: number): boolean => value > tolerance;
  const isDown = (value: number): boolean => value < -tolerance;
  if (eigenvalues.some(isUp) && eigenvalues.some(isDown)) return 'saddle';
  if (eigenvalues.length > 0 && eigenvalues.every(isUp)) return 'minimum';
  if (eigenvalues.length > 0 && eigenvalues.every(isDown)) return 'maximum';
  return 'degenerate';
}
