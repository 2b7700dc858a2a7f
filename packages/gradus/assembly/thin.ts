import { ADD, RELU_GRADIENT, write } from './blocks';
import { madd } from './operands';

/** One row of `sumThin`: no question in the loop. */
@inline
function thinRow(
  depth: i32, mode: i32, s0: v128, s1: v128, s2: v128, b0: usize, b1: usize, b2: usize, c: usize, end: usize, reference: usize,
): void {
  const zero = f32x4.splat(0);
  for (; c != end; c += 32) {
    let v0 = madd(s0, v128.load(b0), zero), v1 = madd(s0, v128.load(b0, 16), zero);
    b0 += 32;
    if (depth > 1) {
      v0 = madd(s1, v128.load(b1), v0);
      v1 = madd(s1, v128.load(b1, 16), v1);
      b1 += 32;
    }
    if (depth > 2) {
      v0 = madd(s2, v128.load(b2), v0);
      v1 = madd(s2, v128.load(b2, 16), v1);
      b2 += 32;
    }
    write(true, c, v0, v1, 8, mode, reference);
  }
}

/** Rows of `sumThin`, for a depth known where this is written out. */
@inline
function thinRows(
  depth: i32, rowCount: i32, columnCount: i32, a: usize, aRow: usize, aStep: usize, b: usize, ldb: usize, c: usize,
  ldc: usize, mode: i32, reference: usize,
): void {
  for (; rowCount > 0; rowCount--) {
    const s0 = v128.load_splat<f32>(a);
    const s1 = depth > 1 ? v128.load_splat<f32>(a + aStep) : s0;
    const s2 = depth > 2 ? v128.load_splat<f32>(a + 2 * aStep) : s0;
    let b0 = b, b1 = b + ldb, b2 = b1 + ldb;
    const end = c + (<usize>columnCount << 2);
    // Where the second is a plain else, the compiler joins the two loops, and a question stands in it.
    if (mode == 0) thinRow(depth, 0, s0, s1, s2, b0, b1, b2, c, end, reference);
    else if (mode == RELU_GRADIENT) thinRow(depth, RELU_GRADIENT, s0, s1, s2, b0, b1, b2, c, end, reference);
    a += aRow;
    c += ldc;
  }
}

/**
 * C = A·B, or that with ReLU's gradient, for 1 to 3 rows of B, ldb bytes apart, and a multiple of 8 columns: elements of a row of A stay in
 * registers while the rows of B and one of C pass by in the order they lie in. A's element (row, k) lies at
 * a + row·aRow + k·aStep. The sums are those of `blocks`.
 */
export function sumThin(
  rowCount: i32, depth: i32, columnCount: i32, a: usize, aRow: usize, aStep: usize, b: usize, ldb: usize, c: usize,
  ldc: usize, mode: i32, reference: usize,
): void {
  if (depth == 1) thinRows(1, rowCount, columnCount, a, aRow, aStep, b, ldb, c, ldc, mode, reference);
  else if (depth == 2) thinRows(2, rowCount, columnCount, a, aRow, aStep, b, ldb, c, ldc, mode, reference);
  else thinRows(3, rowCount, columnCount, a, aRow, aStep, b, ldb, c, ldc, mode, reference);
}

/** One row of C, 9 to 12 columns of it: A's element k lies at a + k·aStep, B's row k at b + k·ldb; `space` has room for 12 sums. */
export function sumRow12(
  depth: i32, columns: i32, a: usize, aStep: usize, b: usize, ldb: usize, c: usize, mode: i32, reference: usize,
  bias: usize, space: usize,
): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0;
  if (bias != 0) {
    c0 = v128.load(bias);
    c1 = v128.load(bias, 16);
    c2 = v128.load(bias, 32);
  }
  for (const end = b + <usize>depth * ldb; b != end; b += ldb) {
    const s = v128.load_splat<f32>(a);
    c0 = madd(s, v128.load(b), c0);
    c1 = madd(s, v128.load(b, 16), c1);
    c2 = madd(s, v128.load(b, 32), c2);
    a += aStep;
  }
  v128.store(space, c0);
  v128.store(space, c1, 16);
  v128.store(space, c2, 32);
  for (; columns > 0; columns -= 4) {
    write(false, c, v128.load(space), c0, columns, mode, reference);
    c += 16;
    space += 16;
  }
}

/**
 * One row of C, a multiple of 8 columns of it: four rows of B at a time pass by in the order they lie in, which the
 * processor foresees, and the sums stand in `space`.
 */
export function sumRowLong(
  depth: i32, columns: i32, a: usize, aStep: usize, b: usize, ldb: usize, c: usize, mode: i32, reference: usize,
  bias: usize, space: usize,
): void {
  const bytes = <usize>columns << 2;
  if (bias != 0) memory.copy(space, bias, bytes);
  else memory.fill(space, 0, bytes);
  const end = space + bytes;
  for (; depth >= 4; depth -= 4) {
    const s0 = v128.load_splat<f32>(a), s1 = v128.load_splat<f32>(a + aStep);
    const s2 = v128.load_splat<f32>(a + 2 * aStep), s3 = v128.load_splat<f32>(a + 3 * aStep);
    let b0 = b, b1 = b0 + ldb, b2 = b1 + ldb, b3 = b2 + ldb;
    for (let at = space; at != end; at += 32) {
      let v0 = madd(s0, v128.load(b0), v128.load(at)), v1 = madd(s0, v128.load(b0, 16), v128.load(at, 16));
      v0 = madd(s1, v128.load(b1), v0);
      v1 = madd(s1, v128.load(b1, 16), v1);
      v0 = madd(s2, v128.load(b2), v0);
      v1 = madd(s2, v128.load(b2, 16), v1);
      v128.store(at, madd(s3, v128.load(b3), v0));
      v128.store(at, madd(s3, v128.load(b3, 16), v1), 16);
      b0 += 32;
      b1 += 32;
      b2 += 32;
      b3 += 32;
    }
    a += aStep << 2;
    b += ldb << 2;
  }
  for (; depth > 0; depth--) {
    const s = v128.load_splat<f32>(a);
    for (let at = space, from = b; at != end; at += 16, from += 16) v128.store(at, madd(s, v128.load(from), v128.load(at)));
    a += aStep;
    b += ldb;
  }
  for (let at = space; at != end; at += 32, c += 32) write(true, c, v128.load(at), v128.load(at, 16), 8, mode, reference);
}

/** Two rows of C, 16 columns of them, without bias; `add` to what C holds. A's element (row, k) lies at a + row·aRow + k·aStep. */
export function sumTwo16(
  depth: i32, a: usize, aRow: usize, aStep: usize, b: usize, ldb: usize, c: usize, ldc: usize, add: i32,
): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, d0 = c0, d1 = c0, d2 = c0, d3 = c0;
  const d = c + ldc;
  for (const end = b + <usize>depth * ldb; b != end; b += ldb) {
    const s = v128.load_splat<f32>(a), t = v128.load_splat<f32>(a + aRow);
    let x = v128.load(b);
    c0 = madd(s, x, c0);
    d0 = madd(t, x, d0);
    x = v128.load(b, 16);
    c1 = madd(s, x, c1);
    d1 = madd(t, x, d1);
    x = v128.load(b, 32);
    c2 = madd(s, x, c2);
    d2 = madd(t, x, d2);
    x = v128.load(b, 48);
    c3 = madd(s, x, c3);
    d3 = madd(t, x, d3);
    a += aStep;
  }
  write(true, c, c0, c1, 8, add & ADD, 0);
  write(true, c + 32, c2, c3, 8, add & ADD, 0);
  write(true, d, d0, d1, 8, add & ADD, 0);
  write(true, d + 32, d2, d3, 8, add & ADD, 0);
}
