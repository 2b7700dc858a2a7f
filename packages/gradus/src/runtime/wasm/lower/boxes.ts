import { UnsupportedError } from '../../../util/errors.ts';
import { type Dimension, multiplyDimensions, type Shape } from '../../../util/shape.ts';
import type { Address, Assembler, Extent } from '../machine/assembler.ts';

/** The sum of extents of one kind; the compiler has split boxes that begin at a mixed place. */
export function offsetOf(starts: readonly Dimension[], strides: readonly Extent[]): Extent {
  return starts.reduce((offset, start, axis) => offset + multiplyDimensions(start, strides[axis]), 0);
}

/** Copy between two strided views, axes that run on in both joined. */
export function copyBox(
  assembler: Assembler,
  shape: Shape,
  from: { pointer: Address; strides: readonly Extent[]; offset: Extent },
  to: { pointer: Address; strides: readonly Extent[]; offset: Extent },
): void {
  const axes: { size: Extent; source: Extent; destination: Extent }[] = [];
  shape.forEach((dimension, axis) => {
    if (dimension === 1) return;
    const [source, destination] = [from.strides[axis], to.strides[axis]];
    const last = axes.at(-1);
    // The outer axis steps exactly over the inner one on both sides.
    if (
      last !== undefined &&
      (last.size >= 0 || dimension >= 0) &&
      last.source === safeMultiply(source, dimension) &&
      last.destination === safeMultiply(destination, dimension)
    ) {
      axes[axes.length - 1] = { size: multiplyDimensions(last.size, dimension), source, destination };
    } else {
      axes.push({ size: dimension, source, destination });
    }
  });
  if (axes.length > 6) {
    throw new UnsupportedError({
      received: `a copy along ${axes.length} axes`,
      expected: 'at most 6',
      remedy: 'Reshape the tensor to fewer axes',
    });
  }
  assembler.stridedCopy(from.pointer, from.offset, to.pointer, to.offset, axes);
}

const safeMultiply = (a: Extent, b: Extent): Extent | undefined =>
  a < 0 && b < 0 ? undefined : multiplyDimensions(a, b);
