import { Context } from '../src/runtime/wasm/opcodes';
import { context, float, madd, operand, pointer, step, storeTail } from './operands';

/** Source row of row i of this step's batch. */
@inline
function rowIndex(i: i32): usize {
  const order = load<usize>(context + Context.Order);
  const position = step * load<i32>(context + Context.BatchSize) + i;
  return order != 0 ? load<usize>(order + (<usize>position << 2)) : <usize>(load<i32>(context + Context.First) + position);
}

/** Run rows [from, to) of a GatherFloat or GatherInt instruction. */
export function gatherWordsTile(pc: usize, from: i32, to: i32): void {
  const width = operand(pc, 2);
  const source = pointer(pc, 1), stride = <usize>operand(pc, 3) << 2;
  let out = pointer(pc, 0) + (<usize>(from * width) << 2);
  for (let i = from; i < to; i++) {
    let row = source + rowIndex(i) * stride;
    let count = width;
    for (; count >= 4; count -= 4, row += 16, out += 16) v128.store(out, v128.load(row));
    for (; count > 0; count--, row += 4, out += 4) store<i32>(out, load<i32>(row));
  }
}

/** Run rows [from, to) of a GatherByte instruction: value·scale + shift. */
export function gatherByteTile(pc: usize, from: i32, to: i32): void {
  const width = operand(pc, 2);
  const source = pointer(pc, 1), stride = <usize>operand(pc, 3);
  const scale = f32x4.splat(float(pc, 4)), shift = f32x4.splat(float(pc, 5));
  for (let i = from; i < to; i++) {
    let row = source + rowIndex(i) * stride;
    let out = pointer(pc, 0) + (<usize>(i * width) << 2);
    for (let count = width; count > 0; count -= 4, row += 4, out += 16) {
      const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(row)));
      const v = madd(f32x4.convert_i32x4_u(words), scale, shift);
      if (count >= 4) v128.store(out, v);
      else storeTail(out, v, count);
    }
  }
}
