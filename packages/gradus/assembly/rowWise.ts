import { RowWise } from '../src/runtime/wasm/machine/opcodes';
import { extent, nmadd, operand, pointer, sumLanes } from './operands';
import { laneMask, logScalar, put, rowExponentials, rowMaximum } from './rows';
import { exp } from './vectorMath';

/** Σ a·b over a row; Σ a when b is 0. */
@inline
function rowDot(a: usize, b: usize, n: i32): v128 {
  let sum = f32x4.splat(0);
  for (; n > 0; n -= 4, a += 16) {
    let v = v128.load(a);
    if (b != 0) {
      v = f32x4.mul(v, v128.load(b));
      b += 16;
    }
    if (n < 4) v = v128.and(v, laneMask(n));
    sum = f32x4.add(sum, v);
  }
  return f32x4.splat(sumLanes(sum));
}

function softmaxRow(x: usize, n: i32, y: usize): void {
  const sum = f32x4.splat(rowExponentials(x, n, rowMaximum(x, n), y));
  for (; n > 0; n -= 4, y += 16) put(y, f32x4.div(v128.load(y), sum), n);
}

function logSumExpRow(x: usize, n: i32): f32 {
  const shift = rowMaximum(x, n);
  return shift + logScalar(rowExponentials(x, n, shift, 0));
}

function logSoftmaxRow(x: usize, n: i32, y: usize): void {
  const maximum = rowMaximum(x, n);
  const shift = f32x4.splat(maximum), logarithm = f32x4.splat(logScalar(rowExponentials(x, n, maximum, 0)));
  for (; n > 0; n -= 4, x += 16, y += 16) put(y, f32x4.sub(f32x4.sub(v128.load(x), shift), logarithm), n);
}

/** dx = y ⊙ (dy − Σ dy·y) */
function softmaxGradientRow(dy: usize, y: usize, n: i32, dx: usize): void {
  const mean = rowDot(dy, y, n);
  for (; n > 0; n -= 4, dy += 16, y += 16, dx += 16) {
    put(dx, f32x4.mul(v128.load(y), f32x4.sub(v128.load(dy), mean)), n);
  }
}

/** dx = dy − e^y·Σ dy */
function logSoftmaxGradientRow(dy: usize, y: usize, n: i32, dx: usize): void {
  const sum = rowDot(dy, 0, n);
  for (; n > 0; n -= 4, dy += 16, y += 16, dx += 16) put(dx, nmadd(exp(v128.load(y)), sum, v128.load(dy)), n);
}

/** Run rows [from, to) of a RowWise instruction. */
export function rowWiseTile(pc: usize, from: i32, to: i32): void {
  const kind = operand(pc, 0), n = extent(pc, 2);
  const stride = <usize>n << 2;
  let x = pointer(pc, 3) + <usize>from * stride;
  let second = pointer(pc, 4) + <usize>from * stride;
  let y = pointer(pc, 5) + <usize>from * (kind == RowWise.LogSumExp ? 4 : stride);
  for (let i = from; i < to; i++, x += stride, second += stride) {
    if (kind == RowWise.Softmax) softmaxRow(x, n, y);
    else if (kind == RowWise.LogSoftmax) logSoftmaxRow(x, n, y);
    else if (kind == RowWise.SoftmaxGradient) softmaxGradientRow(x, second, n, y);
    else if (kind == RowWise.LogSoftmaxGradient) logSoftmaxGradientRow(x, second, n, y);
    else {
      store<f32>(y, logSumExpRow(x, n));
      y += 4;
      continue;
    }
    y += stride;
  }
}
