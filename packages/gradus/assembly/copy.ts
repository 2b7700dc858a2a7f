import { extent, operand, pointer, storeTail } from './operands';

/** Copy one axis of a StridedCopy, and the axes inside it. */
function copyAxis(pc: usize, axis: i32, rank: i32, from: i32, to: i32, source: usize, destination: usize): void {
  const sourceStride = <usize>extent(pc, 6 + 3 * axis) << 2, stride = <usize>extent(pc, 7 + 3 * axis) << 2;
  source += <usize>from * sourceStride;
  destination += <usize>from * stride;
  if (axis == rank - 1) {
    let count = to - from;
    if (sourceStride == 4 && stride == 4) {
      for (; count >= 4; count -= 4, source += 16, destination += 16) v128.store(destination, v128.load(source));
      if (count > 0) storeTail(destination, v128.load(source), count);
    } else {
      for (; count > 0; count--, source += sourceStride, destination += stride) store<i32>(destination, load<i32>(source));
    }
    return;
  }
  const size = extent(pc, 5 + 3 * (axis + 1));
  for (let i = from; i < to; i++, source += sourceStride, destination += stride) {
    copyAxis(pc, axis + 1, rank, 0, size, source, destination);
  }
}

/** Run positions [from, to) along the first axis of a StridedCopy; all strides count elements. */
export function stridedCopyTile(pc: usize, from: i32, to: i32): void {
  const source = pointer(pc, 1) + (<usize>extent(pc, 2) << 2);
  const destination = pointer(pc, 3) + (<usize>extent(pc, 4) << 2);
  copyAxis(pc, 0, operand(pc, 0), from, to, source, destination);
}
