import { Context } from '../src/runtime/wasm/machine/opcodes';
import { context, float, madd, operand, pointer, step, storeUpTo } from './operands';

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

/** Four of eight 16-bit words as floats: value·scale + shift. */
@inline
function scaled(words: v128, scale: v128, shift: v128): v128 {
  return madd(f32x4.convert_i32x4_u(words), scale, shift);
}

/** Run rows [from, to) of a GatherByte instruction: value·scale + shift. */
export function gatherByteTile(pc: usize, from: i32, to: i32): void {
  const width = operand(pc, 2);
  const source = pointer(pc, 1), stride = <usize>operand(pc, 3);
  const scale = f32x4.splat(float(pc, 4)), shift = f32x4.splat(float(pc, 5));
  for (let i = from; i < to; i++) {
    let row = source + rowIndex(i) * stride;
    let out = pointer(pc, 0) + (<usize>(i * width) << 2);
    let count = width;
    for (; count >= 16; count -= 16, row += 16, out += 64) {
      const bytes = v128.load(row);
      const low = i16x8.extend_low_i8x16_u(bytes), high = i16x8.extend_high_i8x16_u(bytes);
      v128.store(out, scaled(i32x4.extend_low_i16x8_u(low), scale, shift));
      v128.store(out, scaled(i32x4.extend_high_i16x8_u(low), scale, shift), 16);
      v128.store(out, scaled(i32x4.extend_low_i16x8_u(high), scale, shift), 32);
      v128.store(out, scaled(i32x4.extend_high_i16x8_u(high), scale, shift), 48);
    }
    for (; count > 0; count -= 4, row += 4, out += 16) {
      const words = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(row)));
      storeUpTo(out, scaled(words, scale, shift), count);
    }
  }
}
