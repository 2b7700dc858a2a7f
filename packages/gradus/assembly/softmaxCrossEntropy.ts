import { extent, float, operand, pointer, storeTail } from './operands';
import { logScalar, rowExponentials, rowMaximum } from './rowwise';

/** Σ t·(shift − x) and Σ t of one row of dense targets t. */
let denseLoss: f64 = 0;
let denseSum: f64 = 0;

function denseRow(x: usize, targets: usize, n: i32, keep: f32, base: f32, shift: f32): void {
  denseLoss = 0;
  denseSum = 0;
  for (; n > 0; n--, x += 4, targets += 4) {
    const target = load<f32>(targets) * keep + base;
    denseSum += <f64>target;
    if (target != 0) denseLoss += <f64>target * (<f64>shift - <f64>load<f32>(x));
  }
}

/** Run rows [from, to) of a SoftmaxCrossEntropy instruction. A label outside [0, classes) gives NaN. */
export function softmaxCrossEntropyTile(pc: usize, from: i32, to: i32): void {
  const n = extent(pc, 1);
  const stride = <usize>n << 2;
  const dense = operand(pc, 4) != 0;
  const smoothing = float(pc, 5);
  const keep: f32 = 1 - smoothing, base = smoothing / <f32>n;
  const losses = pointer(pc, 6);
  const upstreamStride: usize = operand(pc, 9) != 0 ? 4 : 0;
  let upstream = pointer(pc, 8) + <usize>from * upstreamStride;
  let x = pointer(pc, 2) + <usize>from * stride;
  let targets = pointer(pc, 3) + <usize>from * (dense ? stride : 4);
  let gradient = pointer(pc, 7);
  const wantsGradient = gradient != 0;
  if (wantsGradient) gradient += <usize>from * stride;
  for (let i = from; i < to; i++, x += stride) {
    const shift = rowMaximum(x, n);
    const label = dense ? 0 : load<i32>(targets);
    const known = dense || <u32>label < <u32>n;
    // The logit is read before the gradient is written: both may share memory.
    const labelLogit: f32 = known ? load<f32>(x + (<usize>label << 2)) : NaN;
    let targetSum: f32 = 1;
    if (dense || smoothing != 0) {
      if (dense) denseRow(x, targets, n, keep, base, shift);
      else {
        // t = base everywhere, and keep more at the label.
        denseLoss = <f64>keep * (<f64>shift - <f64>labelLogit);
        if (base != 0) for (let j = 0; j < n; j++) denseLoss += <f64>base * (<f64>shift - <f64>load<f32>(x + (<usize>j << 2)));
        denseSum = 1;
      }
      targetSum = <f32>denseSum;
    }
    const sum = rowExponentials(x, n, shift, gradient);
    if (losses != 0) {
      const logarithm = logScalar(sum);
      const loss = dense || smoothing != 0
        ? <f32>(denseLoss + denseSum * <f64>logarithm)
        : logarithm + (shift - labelLogit);
      store<f32>(losses + (<usize>i << 2), loss);
    }
    if (wantsGradient) {
      const scale: f32 = pointer(pc, 8) != 0 ? load<f32>(upstream) : 1;
      const factor = f32x4.splat(targetSum * scale / sum);
      if (dense) {
        const kept = f32x4.splat(keep), share = f32x4.splat(base), by = f32x4.splat(scale);
        let g = gradient, t = targets;
        for (let left = n; left > 0; left -= 4, g += 16, t += 16) {
          const target = f32x4.add(f32x4.mul(v128.load(t), kept), share);
          put(g, f32x4.sub(f32x4.mul(v128.load(g), factor), f32x4.mul(target, by)), left);
        }
      } else {
        const share = f32x4.splat(base * scale);
        let g = gradient;
        for (let left = n; left > 0; left -= 4, g += 16) put(g, f32x4.sub(f32x4.mul(v128.load(g), factor), share), left);
        const cell = gradient + (<usize>label << 2);
        if (known) store<f32>(cell, load<f32>(cell) - keep * scale);
        else for (let j: usize = 0; j < stride; j += 4) store<f32>(gradient + j, NaN);
      }
      gradient += stride;
    }
    targets += dense ? stride : 4;
    upstream += upstreamStride;
  }
}

@inline
function put(address: usize, v: v128, count: i32): void {
  if (count >= 4) v128.store(address, v);
  else storeTail(address, v, count);
}
