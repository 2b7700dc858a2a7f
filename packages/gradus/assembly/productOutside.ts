import { Activation } from '../src/runtime/wasm/machine/opcodes';
import { addRow, product } from './external';
import { activate } from './activation';

/**
 * C (+)= op(A)·op(B), then + bias and ReLU where asked for: lines are lda, ldb and ldc bytes apart. For sums of 16 terms
 * at least, which is what libraries are faster at.
 */
export function productOutside(
  transposedA: bool, transposedB: bool, rowCount: i32, columnCount: i32, k: i32, a: usize, lda: usize, b: usize,
  ldb: usize, c: usize, ldc: usize, accumulate: bool, bias: usize, relu: bool,
): void {
  const flags = (transposedA ? 1 : 0) | (transposedB ? 2 : 0) | (accumulate ? 4 : 0);
  product(flags, rowCount, columnCount, k, a, <i32>(lda >> 2), b, <i32>(ldb >> 2), c, <i32>(ldc >> 2));
  if (bias != 0) {
    const least = f32x4.splat(relu ? 0 : -Infinity);
    for (; rowCount > 0; rowCount--, c += ldc) addRow(columnCount, bias, c, least);
  } else if (relu) {
    for (; rowCount > 0; rowCount--, c += ldc) activate(Activation.Relu, columnCount, c, c, 0);
  }
}
