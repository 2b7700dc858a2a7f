import { extent, float, operand, pointer, scratch, storeTail } from './operands';
import { transpose4 } from './pack';
import { logScalar, rowExponentials, rowMaximum } from './rows';
import { expOfNegative, log, log1pOfUnit } from './vectorMath';

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

/** Most classes of which four rows are taken at once, one a lane. */
const NARROW: i32 = 64;

/**
 * Four rows at once, one a lane, for labels without smoothing: no sum runs across lanes, and four rows share a
 * logarithm. Rows past the last repeat it. The terms stand in scratch memory, class by class.
 */
function fourRows(
  x: usize, labels: usize, count: i32, n: i32,
  losses: usize, gradient: usize, upstream: usize, upstreamStride: usize,
): void {
  const stride = <usize>n << 2, terms = scratch();
  const o1 = <usize>min(1, count - 1), o2 = <usize>min(2, count - 1), o3 = <usize>min(3, count - 1);
  const x1 = x + o1 * stride, x2 = x + o2 * stride, x3 = x + o3 * stride;
  for (let j: usize = 0; j < stride; j += 16) transpose4(x + j, x1 + j, x2 + j, x3 + j, terms + (j << 2), 16);
  const end = terms + (stride << 2);
  let shift = v128.load(terms);
  for (let at = terms + 16; at < end; at += 16) shift = f32x4.pmax(shift, v128.load(at));
  let logits = f32x4.splat(logitAt(x, load<i32>(labels), n));
  logits = f32x4.replace_lane(logits, 1, logitAt(x1, load<i32>(labels + (o1 << 2)), n));
  logits = f32x4.replace_lane(logits, 2, logitAt(x2, load<i32>(labels + (o2 << 2)), n));
  logits = f32x4.replace_lane(logits, 3, logitAt(x3, load<i32>(labels + (o3 << 2)), n));
  let sum = f32x4.splat(0);
  for (let at = terms; at < end; at += 16) {
    const e = expOfNegative(f32x4.sub(v128.load(at), shift));
    v128.store(at, e);
    sum = f32x4.add(sum, e);
  }
  if (losses != 0) put(losses, f32x4.add(log(sum), f32x4.sub(shift, logits)), count);
  if (gradient == 0) return;
  let scale = f32x4.splat(1);
  if (upstream != 0) {
    scale = v128.load_splat<f32>(upstream);
    if (upstreamStride != 0) {
      scale = f32x4.replace_lane(scale, 1, load<f32>(upstream + (o1 << 2)));
      scale = f32x4.replace_lane(scale, 2, load<f32>(upstream + (o2 << 2)));
      scale = f32x4.replace_lane(scale, 3, load<f32>(upstream + (o3 << 2)));
    }
  }
  // A label out of range has a NaN logit, which makes the whole row NaN.
  const factor = f32x4.div(v128.bitselect(scale, logits, f32x4.eq(logits, logits)), sum);
  for (let at = terms; at < end; at += 16) v128.store(at, f32x4.mul(v128.load(at), factor));
  for (let i = 0; i < count; i++, gradient += stride) {
    let term = terms + (<usize>i << 2), out = gradient;
    for (let j = 0; j < n; j++, term += 16, out += 4) store<f32>(out, load<f32>(term));
    const label = load<i32>(labels + (<usize>i << 2));
    if (<u32>label < <u32>n) {
      const cell = gradient + (<usize>label << 2);
      store<f32>(cell, load<f32>(cell) - (upstream != 0 ? load<f32>(upstream + <usize>i * upstreamStride) : 1));
    }
  }
}

/**
 * Four rows of two classes at once, for labels without smoothing: with d the distance of the smaller logit from the
 * larger one, ln Σ e^x = max + ln(1 + e^d), one exponential and one logarithm for all four. What stands behind the last
 * row is computed and thrown away.
 */
function fourPairs(
  x: usize, labels: usize, count: i32, losses: usize, gradient: usize, upstream: usize, upstreamStride: usize,
): void {
  const low = v128.load(x), high = count > 2 ? v128.load(x, 16) : low;
  const a = i8x16.shuffle(low, high, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
  const b = i8x16.shuffle(low, high, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
  const shift = f32x4.pmax(a, b);
  // One of both differences is 0, or NaN where a logit is NaN or infinity meets itself.
  const e = expOfNegative(f32x4.min(f32x4.sub(a, shift), f32x4.sub(b, shift)));
  const label = v128.load(labels);
  const isA = i32x4.eq(label, i32x4.splat(0)), isB = i32x4.eq(label, i32x4.splat(1));
  // NaN for a label out of range.
  const logit = v128.bitselect(a, v128.bitselect(b, f32x4.splat(NaN), isB), isA);
  if (losses != 0) put(losses, f32x4.add(log1pOfUnit(e), f32x4.sub(shift, logit)), count);
  if (gradient == 0) return;
  let scale = f32x4.splat(1);
  if (upstream != 0) scale = upstreamStride != 0 ? v128.load(upstream) : v128.load_splat<f32>(upstream);
  const one = f32x4.splat(1), isLarger = f32x4.ge(a, b);
  const known = v128.bitselect(scale, logit, f32x4.eq(logit, logit));
  const factor = f32x4.div(known, f32x4.add(e, one));
  const first = f32x4.sub(f32x4.mul(v128.bitselect(one, e, isLarger), factor), v128.and(scale, isA));
  const second = f32x4.sub(f32x4.mul(v128.bitselect(e, one, isLarger), factor), v128.and(scale, isB));
  put(gradient, i8x16.shuffle(first, second, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23), count << 1);
  if (count <= 2) return;
  const rest = i8x16.shuffle(first, second, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  put(gradient + 16, rest, (count << 1) - 4);
}

/** A row's logit at its label; NaN for a label out of range. */
@inline
function logitAt(x: usize, label: i32, n: i32): f32 {
  return <u32>label < <u32>n ? load<f32>(x + (<usize>label << 2)) : NaN;
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
  if (!dense && smoothing == 0 && n <= NARROW) {
    if (n == 0) return;
    for (let i = from; i < to; i += 4) {
      const place = <usize>(i - from);
      const loss = losses != 0 ? losses + (<usize>i << 2) : 0;
      const row = wantsGradient ? gradient + place * stride : 0;
      const scale = pointer(pc, 8) != 0 ? upstream + place * upstreamStride : 0;
      const logits = x + place * stride, labels = targets + (place << 2), count = min(4, to - i);
      if (n == 2) fourPairs(logits, labels, count, loss, row, scale, upstreamStride);
      else fourRows(logits, labels, count, n, loss, row, scale, upstreamStride);
    }
    return;
  }
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
        // Without smoothing a logit of −Inf costs nothing: 0·∞ must not arise.
        if (base != 0) {
          for (let j: usize = 0; j < stride; j += 4) denseLoss += <f64>base * (<f64>shift - <f64>load<f32>(x + j));
        }
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
        for (let left = n; left > 0; left -= 4, g += 16) {
          put(g, f32x4.sub(f32x4.mul(v128.load(g), factor), share), left);
        }
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
