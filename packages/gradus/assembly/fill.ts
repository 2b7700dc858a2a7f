import { Context } from '../src/runtime/wasm/machine/opcodes';
import { context, extent, float, madd, operand, pointer, step, storeTail } from './operands';

/** Run elements [from, to) of a Fill instruction. */
export function fillTile(pc: usize, from: i32, to: i32): void {
  let out = pointer(pc, 0) + (<usize>from << 2);
  const value = f32x4.splat(float(pc, 2));
  for (let count = to - from; count > 0; count -= 4, out += 16) {
    if (count >= 4) v128.store(out, value);
    else storeTail(out, value, count);
  }
}

/** Write an extent as a float. */
export function countTile(pc: usize): void {
  store<f32>(pointer(pc, 0), <f32>extent(pc, 1));
}

/** Copy a scalar into the step's row of the table of outputs. */
export function recordTile(pc: usize): void {
  const cell = step * load<i32>(context + Context.OutputCount) + operand(pc, 1);
  store<f64>(load<usize>(context + Context.Outputs) + (<usize>cell << 3), <f64>load<f32>(pointer(pc, 0)));
}

/**
 * Run elements [from, to) of CheckFinite. The first instruction that finds one signs the flag with its address.
 * 0·x is NaN where x is not finite, else ±0: one multiply-add a vector, and a sum that only a NaN makes anything but 0.
 */
export function checkFiniteTile(pc: usize, from: i32, to: i32): void {
  let x = pointer(pc, 0) + (<usize>from << 2);
  let count = to - from;
  const zero = f32x4.splat(0);
  let a = zero, b = zero, c = zero, d = zero;
  for (; count >= 16; count -= 16, x += 64) {
    a = madd(v128.load(x), zero, a);
    b = madd(v128.load(x, 16), zero, b);
    c = madd(v128.load(x, 32), zero, c);
    d = madd(v128.load(x, 48), zero, d);
  }
  for (; count >= 4; count -= 4, x += 16) a = madd(v128.load(x), zero, a);
  for (; count > 0; count--, x += 4) b = madd(v128.load_splat<f32>(x), zero, b);
  const sum = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
  const bad = v128.any_true(f32x4.ne(sum, zero));
  if (bad && load<i32>(context + Context.Flag) == 0) store<usize>(context + Context.Flag, pc);
}

/** Count the rows whose first largest score stands at the label; a NaN is larger than everything. */
export function countCorrectTile(pc: usize): void {
  const count = extent(pc, 0), classes = extent(pc, 1);
  let scores = pointer(pc, 2), labels = pointer(pc, 3);
  let correct = 0;
  for (let i = 0; i < count; i++, labels += 4) {
    let best = load<f32>(scores);
    let at = 0;
    for (let j = 0; j < classes; j++, scores += 4) {
      const value = load<f32>(scores);
      if (value > best || (value != value && best == best)) {
        best = value;
        at = j;
      }
    }
    if (at == load<i32>(labels)) correct++;
  }
  store<f32>(pointer(pc, 4), <f32>correct);
}
