import { extent, pointer } from './operands';

/** Run rows [from, to) of a OneHot instruction. A label outside [0, classes) gives a row of zeros. */
export function oneHotTile(pc: usize, from: i32, to: i32): void {
  const classes = extent(pc, 2);
  const labels = pointer(pc, 0);
  let out = pointer(pc, 3) + (<usize>(from * classes) << 2);
  for (let i = from; i < to; i++) {
    const label = load<i32>(labels + (<usize>i << 2));
    for (let j = 0; j < classes; j++, out += 4) store<f32>(out, j == label ? 1 : 0);
  }
}
