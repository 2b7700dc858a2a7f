import { madd, sumLanes } from './operands';

/** Load 4 elements of A's row, or 2 of them twice. */
@inline
function elements(pairs: bool, a: usize): v128 {
  return pairs ? v128.load64_splat(a) : v128.load(a);
}

/** Load as many elements of each column of B: of the only one, or of two, each a row of its own or side by side. */
@inline
function columns(pairs: bool, b: usize, apart: usize): v128 {
  if (!pairs) return v128.load(b);
  if (apart != 0) return v128.load64_lane(b + apart, v128.load64_zero(b), 1);
  const x = v128.load(b);
  return i8x16.shuffle(x, x, 0, 1, 2, 3, 8, 9, 10, 11, 4, 5, 6, 7, 12, 13, 14, 15);
}

/** Store one row of C: the sum of all lanes, or of either half, with bias and what C holds. */
@inline
function finish(pairs: bool, c: usize, v: v128, bias: usize, accumulate: bool): void {
  let first: f32 = pairs ? f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) : sumLanes(v);
  if (bias != 0) first += load<f32>(bias);
  if (accumulate) first += load<f32>(c);
  if (pairs) {
    let second = f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3);
    if (bias != 0) second += load<f32>(bias, 4);
    if (accumulate) second += load<f32>(c, 4);
    store<f32>(c, second, 4);
  }
  store<f32>(c, first);
}

/**
 * C = A·B (+ bias, + C) for one or two columns: vectors run along k. Lane l sums every fourth k (every second for two
 * columns, where lanes 2 and 3 are the second one's), and the lanes are added at the end. Six rows are summed at a
 * time, where fewer are left the last of them again. Elements past k count as 0 on both sides.
 */
@inline
function dotRows(pairs: bool, rowCount: i32, k: i32, a: usize, lda: usize, b: usize, apart: usize, c: usize, bias: usize, biasStep: usize, accumulate: bool): void {
  const lanes = pairs ? 2 : 4;
  const bytes: usize = apart != 0 || !pairs ? <usize>lanes << 2 : 16;
  const length = <usize>(k / lanes) * bytes;
  const kept = i32x4.gt_s(i32x4.splat(k % lanes), pairs ? i32x4(0, 1, 0, 1) : i32x4(0, 1, 2, 3));
  const ldc: usize = pairs ? 8 : 4;
  for (; rowCount > 0; rowCount -= 6) {
    const last = a + <usize>(rowCount - 1) * lda;
    let a0 = a, a1 = min(a0 + lda, last), a2 = min(a1 + lda, last), a3 = min(a2 + lda, last);
    let a4 = min(a3 + lda, last), a5 = min(a4 + lda, last);
    let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;
    let at = b;
    for (const end = b + length; at != end; at += bytes) {
      const x = columns(pairs, at, apart);
      c0 = madd(elements(pairs, a0), x, c0);
      c1 = madd(elements(pairs, a1), x, c1);
      c2 = madd(elements(pairs, a2), x, c2);
      c3 = madd(elements(pairs, a3), x, c3);
      c4 = madd(elements(pairs, a4), x, c4);
      c5 = madd(elements(pairs, a5), x, c5);
      a0 += pairs ? 8 : 16;
      a1 += pairs ? 8 : 16;
      a2 += pairs ? 8 : 16;
      a3 += pairs ? 8 : 16;
      a4 += pairs ? 8 : 16;
      a5 += pairs ? 8 : 16;
    }
    if (k % lanes) {
      const x = v128.and(columns(pairs, at, apart), kept);
      c0 = madd(v128.and(elements(pairs, a0), kept), x, c0);
      c1 = madd(v128.and(elements(pairs, a1), kept), x, c1);
      c2 = madd(v128.and(elements(pairs, a2), kept), x, c2);
      c3 = madd(v128.and(elements(pairs, a3), kept), x, c3);
      c4 = madd(v128.and(elements(pairs, a4), kept), x, c4);
      c5 = madd(v128.and(elements(pairs, a5), kept), x, c5);
    }
    finish(pairs, c, c0, bias, accumulate);
    if (rowCount > 1) finish(pairs, (c += ldc), c1, (bias += biasStep), accumulate);
    if (rowCount > 2) finish(pairs, (c += ldc), c2, (bias += biasStep), accumulate);
    if (rowCount > 3) finish(pairs, (c += ldc), c3, (bias += biasStep), accumulate);
    if (rowCount > 4) finish(pairs, (c += ldc), c4, (bias += biasStep), accumulate);
    if (rowCount > 5) finish(pairs, (c += ldc), c5, (bias += biasStep), accumulate);
    c += ldc;
    bias += biasStep;
    a += 6 * lda;
  }
}

/** C = A·b for one column b; the bias moves on by `biasStep` bytes a row. */
export function sumColumn(rowCount: i32, k: i32, a: usize, lda: usize, b: usize, c: usize, bias: usize, biasStep: usize, accumulate: bool): void {
  dotRows(false, rowCount, k, a, lda, b, 0, c, bias, biasStep, accumulate);
}

/** C = A·B for two columns, `apart` bytes from each other, or side by side where that is 0. */
export function sumTwoColumns(rowCount: i32, k: i32, a: usize, lda: usize, b: usize, apart: usize, c: usize, bias: usize, accumulate: bool): void {
  if (apart != 0) dotRows(true, rowCount, k, a, lda, b, apart, c, bias, 0, accumulate);
  else dotRows(true, rowCount, k, a, lda, b, 0, c, bias, 0, accumulate);
}
