import { Activation } from '../src/runtime/wasm/machine/opcodes';
import { activate, activationGradient } from './activation';
import { extent, float, operand, pointer, storeUpTo } from './operands';

/** The flag of a matrix product that is computed outside of WebAssembly. */
export const EXTERNAL: i32 = 8;

/**
 * C = op(A)·op(B), added to what C holds where flag 4 is set; rows are lda, ldb and ldc floats apart. Given by whoever
 * binds the module to its memory.
 */
@external('env', 'product')
export declare function product(
  flags: i32, m: i32, n: i32, k: i32, a: usize, lda: i32, b: usize, ldb: i32, c: usize, ldc: i32,
): void;

/** c[i] = max(c[i] + bias[i], least); NaN passes. */
@inline
export function addRow(width: i32, bias: usize, c: usize, least: v128): void {
  for (; width > 0; width -= 4) {
    storeUpTo(c, f32x4.pmax(f32x4.add(v128.load(c), v128.load(bias)), least), width);
    c += 16;
    bias += 16;
  }
}

/** Rows [m0, m1), columns [n0, n1) of a product whose sums come from outside; bias and epilogue follow here. */
export function externalTile(pc: usize, m0: i32, m1: i32, n0: i32, n1: i32): void {
  const flags = operand(pc, 0);
  const m = extent(pc, 1), n = extent(pc, 2), k = extent(pc, 3);
  const lda = (flags & 1) != 0 ? m : k, ldb = (flags & 2) != 0 ? k : n;
  const rowCount = m1 - m0, width = n1 - n0;
  const a = pointer(pc, 4) + (<usize>((flags & 1) != 0 ? m0 : m0 * lda) << 2);
  const b = pointer(pc, 5) + (<usize>((flags & 2) != 0 ? n0 * ldb : n0) << 2);
  const offset = <usize>(m0 * n + n0) << 2;
  let c = pointer(pc, 6) + offset;
  product(flags & 7, rowCount, width, k, a, lda, b, ldb, c, n);

  let bias = pointer(pc, 7);
  const epilogue = operand(pc, 8), alpha = float(pc, 10);
  if (bias == 0 && epilogue == Activation.Identity) return;
  if (bias != 0) bias += <usize>n0 << 2;
  let reference = pointer(pc, 9) + offset;
  // ReLU behind a bias is taken on the way.
  const isRelu = bias != 0 && epilogue == Activation.Relu;
  const least = f32x4.splat(isRelu ? 0 : -Infinity);
  for (let i = 0; i < rowCount; i++) {
    if (bias != 0) addRow(width, bias, c, least);
    if (epilogue >= 64) activationGradient(epilogue - 64, width, c, reference, c, alpha);
    else if (epilogue != Activation.Identity && !isRelu) activate(epilogue, width, c, c, alpha);
    c += <usize>n << 2;
    reference += <usize>n << 2;
  }
}
