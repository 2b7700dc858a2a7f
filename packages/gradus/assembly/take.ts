import { extent, operand, pointer, storeTail } from './operands';

/** The index at an address, or −1 where there is no whole number in [0, size). */
@inline
function indexAt(address: usize, isFloat: bool, size: i32): i32 {
  if (!isFloat) {
    const index = load<i32>(address);
    return <u32>index < <u32>size ? index : -1;
  }
  const value = load<f32>(address);
  if (!(value >= 0 && value < <f32>size)) return -1;
  const index = <i32>value;
  return <f32>index == value ? index : -1;
}

/** Copy the slices [from, to) of a Take; an index outside of the table gives NaN. */
export function takeTile(pc: usize, from: i32, to: i32): void {
  const size = extent(pc, 1), width = extent(pc, 2), isFloat = operand(pc, 5) != 0;
  const bytes = <usize>width << 2;
  let indices = pointer(pc, 4) + (<usize>from << 2), out = pointer(pc, 6) + <usize>from * bytes;
  for (; from < to; from++, indices += 4) {
    const index = indexAt(indices, isFloat, size);
    const invalid = f32x4.splat(index < 0 ? NaN : 0);
    let slice = pointer(pc, 3) + <usize>max(0, index) * bytes;
    let count = width;
    for (; count >= 4; count -= 4, slice += 16, out += 16) v128.store(out, v128.or(v128.load(slice), invalid));
    storeTail(out, v128.or(v128.load(slice), invalid), count);
    out += <usize>count << 2;
  }
}

/**
 * Make the slices [from, to) of a TakeGradient: zeros, to which the gradients of all indices in the range are added, in
 * the order of the indices.
 */
export function takeGradientTile(pc: usize, from: i32, to: i32): void {
  const count = extent(pc, 0), size = extent(pc, 1), width = extent(pc, 2), isFloat = operand(pc, 5) != 0;
  const bytes = <usize>width << 2;
  const out = pointer(pc, 6);
  memory.fill(out + <usize>from * bytes, 0, <usize>(to - from) * bytes);
  let indices = pointer(pc, 4);
  for (let i = 0; i < count; i++, indices += 4) {
    const index = indexAt(indices, isFloat, size);
    if (index < from || index >= to) continue;
    let gradient = pointer(pc, 3) + <usize>i * bytes, slice = out + <usize>index * bytes;
    let rest = width;
    for (; rest >= 4; rest -= 4, slice += 16, gradient += 16) {
      v128.store(slice, f32x4.add(v128.load(slice), v128.load(gradient)));
    }
    storeTail(slice, f32x4.add(v128.load(slice), v128.load(gradient)), rest);
  }
}
