import { ShapeError } from './errors.ts';

/**
 * A dimension of a symbolic tensor: n ≥ 0 counts n, and −n counts n × rows, where *rows* is the number of rows of
 * the batch, known only when a program runs. The same code serves the machine's instructions.
 */
export type Dimension = number;

/** A shape whose dimensions may depend on the number of rows. */
export type Shape = readonly Dimension[];

/**
 * Make a dimension that counts `multiple` × the rows of the batch.
 *
 * @param multiple - How many times the rows, an integer ≥ 1. Default 1.
 * @returns The dimension, coded as −multiple.
 * @example
 * import { rows } from 'gradus/tensor';
 * rows(); // -1
 */
export const rows = (multiple = 1): Dimension => -multiple;

/** Tell whether a dimension depends on the number of rows. */
export const isRows = (dimension: Dimension): boolean => dimension < 0;

/** Give the number that a dimension stands for when the batch holds `rowCount` rows. */
export const resolveDimension = (dimension: Dimension, rowCount: number): number =>
  dimension < 0 ? -dimension * rowCount : dimension;

/** Give the concrete shape for a batch of `rowCount` rows. */
export const resolveShape = (shape: Shape, rowCount: number): number[] =>
  shape.map((dimension) => resolveDimension(dimension, rowCount));

/** Multiply two dimensions; a product of two that depend on the rows has no code and throws a ShapeError. */
export function multiplyDimensions(a: Dimension, b: Dimension): Dimension {
  if (a === 0 || b === 0) return 0;
  if (a < 0 && b < 0) {
    throw new ShapeError({
      received: 'a size that grows with the square of the batch (rows × rows)',
      expected: 'at most one dimension that depends on the rows',
      remedy: 'Reduce over the rows first, or give that input a fixed number of rows',
    });
  }
  return a < 0 || b < 0 ? -Math.abs(a * b) : a * b;
}

/** Count the elements of a shape, as a dimension. */
export const sizeOf = (shape: Shape): Dimension => shape.reduce(multiplyDimensions, 1);

/** Tell whether two shapes are the same. */
export const sameShape = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);

/** Print a shape the way messages and listings show it, `[rows, 3]`. */
export const formatShape = (shape: Shape): string => `[${shape.map(formatDimension).join(', ')}]`;

/** Print a dimension: `3`, `rows` or `2×rows`. */
export const formatDimension = (dimension: Dimension): string =>
  dimension >= 0 ? String(dimension) : dimension === -1 ? 'rows' : `${-dimension}×rows`;

/**
 * Broadcast two shapes as NumPy does: aligned at the last axis, a 1 stretches.
 *
 * @throws ShapeError when two dimensions differ and neither is 1.
 */
export function broadcastShapes(a: Shape, b: Shape): Dimension[] {
  const rank = Math.max(a.length, b.length);
  const result: Dimension[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const x = a[axis - rank + a.length] ?? 1;
    const y = b[axis - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new ShapeError({
        received: `shapes ${formatShape(a)} and ${formatShape(b)}`,
        expected: 'dimensions that are equal or 1, aligned at the last axis',
        remedy: 'Reshape or transpose one of the two',
      });
    }
    result.push(x === 1 ? y : x);
  }
  return result;
}

/** Give an axis as a number from 0 to rank − 1; a negative axis counts from the end. */
export function normalizeAxis(axis: number, rank: number): number {
  const normal = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || normal < 0 || normal >= rank) {
    throw new ShapeError({
      received: `axis ${axis} of a tensor with ${rank} axes`,
      expected: rank === 0 ? 'no axis' : `an integer from ${-rank} to ${rank - 1}`,
    });
  }
  return normal;
}
