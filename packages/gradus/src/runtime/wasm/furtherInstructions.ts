// The instructions of the further kernels: a function each, as the assembler has a method for each of the first.
import type { Address, Assembler, Extent, Place } from './assembler.ts';
import { bits } from './emitter.ts';
import { Opcode, type Random, type RowWise } from './opcodes.ts';

/** Append a copy between strided views; offsets and strides count elements. */
export function stridedCopy(
  assembler: Assembler,
  source: Address,
  sourceOffset: Extent,
  destination: Address,
  destinationOffset: Extent,
  axes: readonly { readonly size: Extent; readonly source: Extent; readonly destination: Extent }[],
): Place {
  if (axes.length === 0)
    return stridedCopy(assembler, source, sourceOffset, destination, destinationOffset, [
      { size: 1, source: 1, destination: 1 },
    ]);
  const width = axes.slice(1).reduce((product, axis) => product * assembler.size(axis.size), 1);
  const words = axes.flatMap((axis) => [axis.size, axis.source, axis.destination]);
  const operands = [axes.length, source, sourceOffset, destination, destinationOffset, ...words];
  return assembler.rowwise(Opcode.StridedCopy, axes[0].size, width, 4, operands);
}

/** Append a function of whole rows. */
export function rowWise(
  assembler: Assembler,
  kind: RowWise,
  rows: Extent,
  width: Extent,
  x: Address,
  second: Address,
  y: Address,
): Place {
  return assembler.rowwise(Opcode.RowWise, rows, assembler.size(width), 16, [
    kind,
    rows,
    width,
    x,
    second,
    y,
  ]);
}

/** Append a random fill. */
export function random(
  assembler: Assembler,
  kind: Random,
  n: Extent,
  y: Address,
  p0: number,
  p1: number,
  keyLow: number,
  keyHigh: number,
): Place {
  return assembler.elementwise(Opcode.Random, n, 40, [
    kind,
    n,
    y,
    bits(p0),
    bits(p1),
    keyLow | 0,
    keyHigh | 0,
  ]);
}

/** Append the one-hot rows of int32 labels. */
export function oneHot(
  assembler: Assembler,
  labels: Address,
  rows: Extent,
  classes: Extent,
  destination: Address,
): Place {
  return assembler.rowwise(Opcode.OneHot, rows, assembler.size(classes), 4, [
    labels,
    rows,
    classes,
    destination,
  ]);
}

/** Append out = condition ≠ 0 ? a : b. */
export function where(
  assembler: Assembler,
  n: Extent,
  condition: Address,
  a: Address,
  b: Address,
  out: Address,
): Place {
  return assembler.elementwise(Opcode.Where, n, 4, [n, condition, a, b, out]);
}
