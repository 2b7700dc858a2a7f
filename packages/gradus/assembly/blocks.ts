import { madd, storeTail, storeUpTo } from './operands';

/** Add to what C holds. */
export const ADD: i32 = 1;
/** Apply ReLU before the store. */
export const RELU: i32 = 2;
/** Let only what has a positive reference through: ReLU's gradient. */
export const RELU_GRADIENT: i32 = 4;

// What all blocks of a panel have in common; strides are in bytes.
let depth: i32 = 0;
let aStride: usize = 0;
let bStride: usize = 0;
let cStride: usize = 0;
let columnCount: i32 = 0;
let writeMode: i32 = 0;
let biasRow: usize = 0;
let toReference: usize = 0;

/** Fix what stays the same for a block of k: its depth, the strides of A and C, the mode, C's way to the reference. */
export function setProduct(k: i32, lda: usize, ldc: usize, mode: i32, reference: usize): void {
  depth = k;
  aStride = lda;
  cStride = ldc;
  writeMode = mode;
  toReference = reference;
}

/** Fix what stays the same for a panel: the stride of B, the columns (1 to 8), the address of their bias or 0. */
export function setPanel(ldb: usize, columns: i32, bias: usize): void {
  bStride = ldb;
  columnCount = columns;
  biasRow = bias;
}

/** Write one row of a block in its mode; the reference lies `reference` bytes behind C. NaN passes. */
@inline
function write(wide: bool, c: usize, v0: v128, v1: v128, columns: i32, mode: i32, reference: usize): void {
  if (mode & ADD) {
    v0 = f32x4.add(v0, v128.load(c));
    if (wide) v1 = f32x4.add(v1, v128.load(c, 16));
  }
  if (mode & RELU) {
    v0 = f32x4.pmax(v0, f32x4.splat(0));
    if (wide) v1 = f32x4.pmax(v1, f32x4.splat(0));
  }
  if (mode & RELU_GRADIENT) {
    v0 = v128.andnot(v0, f32x4.le(v128.load(c + reference), f32x4.splat(0)));
    if (wide) v1 = v128.andnot(v1, f32x4.le(v128.load(c + reference, 16), f32x4.splat(0)));
  }
  if (wide) {
    v128.store(c, v0);
    if (columns == 8) v128.store(c, v1, 16);
    else storeTail(c + 16, v1, columns - 4);
  } else {
    storeUpTo(c, v0, columns);
  }
}

/**
 * C (+)= op(A)·B for a block of 6, 4, 2 or 1 rows and up to 8 (wide) or 4 columns, summed in the order of k
 * from the bias on. A's element (row, k) lies at a + row·lda + 4k, or at a + 4·row + k·lda when transposed;
 * B's row k lies at b + k·ldb. Lanes beyond `columns` hold what follows B in memory and are never stored.
 */
@inline
function block(rowCount: i32, wide: bool, transposed: bool, a: usize, b: usize, c: usize): void {
  const lda = aStride, ldb = bStride, ldc = cStride, columns = columnCount, mode = writeMode, reference = toReference;
  const bias = biasRow;
  let k = depth;
  let x0 = f32x4.splat(0), x1 = x0, s = x0;
  if (bias != 0) {
    x0 = v128.load(bias);
    if (wide) x1 = v128.load(bias, 16);
  }
  let c00 = x0, c01 = x1;
  let c10 = x0, c11 = x1;
  let c20 = x0, c21 = x1;
  let c30 = x0, c31 = x1;
  let c40 = x0, c41 = x1;
  let c50 = x0, c51 = x1;
  let a0 = a, a1 = a0 + lda, a2 = a1 + lda, a3 = a2 + lda, a4 = a3 + lda, a5 = a4 + lda;
  for (; k >= 2; k -= 2) {
    x0 = v128.load(b);
    if (wide) x1 = v128.load(b, 16);
    s = transposed ? v128.load_splat<f32>(a0) : v128.load_splat<f32>(a0);
    c00 = madd(s, x0, c00);
    if (wide) c01 = madd(s, x1, c01);
    if (rowCount > 1) {
      s = transposed ? v128.load_splat<f32>(a0, 4) : v128.load_splat<f32>(a1);
      c10 = madd(s, x0, c10);
      if (wide) c11 = madd(s, x1, c11);
    }
    if (rowCount > 2) {
      s = transposed ? v128.load_splat<f32>(a0, 8) : v128.load_splat<f32>(a2);
      c20 = madd(s, x0, c20);
      if (wide) c21 = madd(s, x1, c21);
      s = transposed ? v128.load_splat<f32>(a0, 12) : v128.load_splat<f32>(a3);
      c30 = madd(s, x0, c30);
      if (wide) c31 = madd(s, x1, c31);
    }
    if (rowCount > 4) {
      s = transposed ? v128.load_splat<f32>(a0, 16) : v128.load_splat<f32>(a4);
      c40 = madd(s, x0, c40);
      if (wide) c41 = madd(s, x1, c41);
      s = transposed ? v128.load_splat<f32>(a0, 20) : v128.load_splat<f32>(a5);
      c50 = madd(s, x0, c50);
      if (wide) c51 = madd(s, x1, c51);
    }
    b += ldb;
    if (transposed) a0 += lda;
    x0 = v128.load(b);
    if (wide) x1 = v128.load(b, 16);
    s = transposed ? v128.load_splat<f32>(a0) : v128.load_splat<f32>(a0, 4);
    c00 = madd(s, x0, c00);
    if (wide) c01 = madd(s, x1, c01);
    if (rowCount > 1) {
      s = transposed ? v128.load_splat<f32>(a0, 4) : v128.load_splat<f32>(a1, 4);
      c10 = madd(s, x0, c10);
      if (wide) c11 = madd(s, x1, c11);
    }
    if (rowCount > 2) {
      s = transposed ? v128.load_splat<f32>(a0, 8) : v128.load_splat<f32>(a2, 4);
      c20 = madd(s, x0, c20);
      if (wide) c21 = madd(s, x1, c21);
      s = transposed ? v128.load_splat<f32>(a0, 12) : v128.load_splat<f32>(a3, 4);
      c30 = madd(s, x0, c30);
      if (wide) c31 = madd(s, x1, c31);
    }
    if (rowCount > 4) {
      s = transposed ? v128.load_splat<f32>(a0, 16) : v128.load_splat<f32>(a4, 4);
      c40 = madd(s, x0, c40);
      if (wide) c41 = madd(s, x1, c41);
      s = transposed ? v128.load_splat<f32>(a0, 20) : v128.load_splat<f32>(a5, 4);
      c50 = madd(s, x0, c50);
      if (wide) c51 = madd(s, x1, c51);
    }
    b += ldb;
    if (transposed) a0 += lda;
    if (!transposed) {
      a0 += 8;
      if (rowCount > 1) a1 += 8;
      if (rowCount > 2) a2 += 8;
      if (rowCount > 3) a3 += 8;
      if (rowCount > 4) a4 += 8;
      if (rowCount > 5) a5 += 8;
    }
  }
  if (k > 0) {
    x0 = v128.load(b);
    if (wide) x1 = v128.load(b, 16);
    s = transposed ? v128.load_splat<f32>(a0) : v128.load_splat<f32>(a0);
    c00 = madd(s, x0, c00);
    if (wide) c01 = madd(s, x1, c01);
    if (rowCount > 1) {
      s = transposed ? v128.load_splat<f32>(a0, 4) : v128.load_splat<f32>(a1);
      c10 = madd(s, x0, c10);
      if (wide) c11 = madd(s, x1, c11);
    }
    if (rowCount > 2) {
      s = transposed ? v128.load_splat<f32>(a0, 8) : v128.load_splat<f32>(a2);
      c20 = madd(s, x0, c20);
      if (wide) c21 = madd(s, x1, c21);
      s = transposed ? v128.load_splat<f32>(a0, 12) : v128.load_splat<f32>(a3);
      c30 = madd(s, x0, c30);
      if (wide) c31 = madd(s, x1, c31);
    }
    if (rowCount > 4) {
      s = transposed ? v128.load_splat<f32>(a0, 16) : v128.load_splat<f32>(a4);
      c40 = madd(s, x0, c40);
      if (wide) c41 = madd(s, x1, c41);
      s = transposed ? v128.load_splat<f32>(a0, 20) : v128.load_splat<f32>(a5);
      c50 = madd(s, x0, c50);
      if (wide) c51 = madd(s, x1, c51);
    }
    b += ldb;
    if (transposed) a0 += lda;
  }
  write(wide, c, c00, c01, columns, mode, reference);
  if (rowCount > 1) write(wide, (c += ldc), c10, c11, columns, mode, reference);
  if (rowCount > 2) write(wide, (c += ldc), c20, c21, columns, mode, reference);
  if (rowCount > 3) write(wide, (c += ldc), c30, c31, columns, mode, reference);
  if (rowCount > 4) write(wide, (c += ldc), c40, c41, columns, mode, reference);
  if (rowCount > 5) write(wide, (c += ldc), c50, c51, columns, mode, reference);
}

function block6x8N(a: usize, b: usize, c: usize): void {
  block(6, true, false, a, b, c);
}
function block6x8T(a: usize, b: usize, c: usize): void {
  block(6, true, true, a, b, c);
}
function block6x4N(a: usize, b: usize, c: usize): void {
  block(6, false, false, a, b, c);
}
function block6x4T(a: usize, b: usize, c: usize): void {
  block(6, false, true, a, b, c);
}
function block4x8N(a: usize, b: usize, c: usize): void {
  block(4, true, false, a, b, c);
}
function block4x8T(a: usize, b: usize, c: usize): void {
  block(4, true, true, a, b, c);
}
function block4x4N(a: usize, b: usize, c: usize): void {
  block(4, false, false, a, b, c);
}
function block4x4T(a: usize, b: usize, c: usize): void {
  block(4, false, true, a, b, c);
}
function block2x8N(a: usize, b: usize, c: usize): void {
  block(2, true, false, a, b, c);
}
function block2x8T(a: usize, b: usize, c: usize): void {
  block(2, true, true, a, b, c);
}
function block2x4N(a: usize, b: usize, c: usize): void {
  block(2, false, false, a, b, c);
}
function block2x4T(a: usize, b: usize, c: usize): void {
  block(2, false, true, a, b, c);
}
function block1x8N(a: usize, b: usize, c: usize): void {
  block(1, true, false, a, b, c);
}
function block1x8T(a: usize, b: usize, c: usize): void {
  block(1, true, true, a, b, c);
}
function block1x4N(a: usize, b: usize, c: usize): void {
  block(1, false, false, a, b, c);
}
function block1x4T(a: usize, b: usize, c: usize): void {
  block(1, false, true, a, b, c);
}

/** One row of C, 32 columns of it: A's element k lies at a + k·aStep. Eight sums keep the adder busy. */
export function row32(a: usize, aStep: usize, b: usize, c: usize): void {
  const ldb = bStride, mode = writeMode, bias = biasRow, reference = toReference;
  let k = depth;
  let c0 = bias != 0 ? v128.load(bias) : f32x4.splat(0);
  let c1 = bias != 0 ? v128.load(bias, 16) : f32x4.splat(0);
  let c2 = bias != 0 ? v128.load(bias, 32) : f32x4.splat(0);
  let c3 = bias != 0 ? v128.load(bias, 48) : f32x4.splat(0);
  let c4 = bias != 0 ? v128.load(bias, 64) : f32x4.splat(0);
  let c5 = bias != 0 ? v128.load(bias, 80) : f32x4.splat(0);
  let c6 = bias != 0 ? v128.load(bias, 96) : f32x4.splat(0);
  let c7 = bias != 0 ? v128.load(bias, 112) : f32x4.splat(0);
  for (; k > 0; k--) {
    const s = v128.load_splat<f32>(a);
    c0 = madd(s, v128.load(b), c0);
    c1 = madd(s, v128.load(b, 16), c1);
    c2 = madd(s, v128.load(b, 32), c2);
    c3 = madd(s, v128.load(b, 48), c3);
    c4 = madd(s, v128.load(b, 64), c4);
    c5 = madd(s, v128.load(b, 80), c5);
    c6 = madd(s, v128.load(b, 96), c6);
    c7 = madd(s, v128.load(b, 112), c7);
    a += aStep;
    b += ldb;
  }
  write(true, c, c0, c1, 8, mode, reference);
  write(true, c + 32, c2, c3, 8, mode, reference);
  write(true, c + 64, c4, c5, 8, mode, reference);
  write(true, c + 96, c6, c7, 8, mode, reference);
}

/** Sum a panel of up to 8 (wide) or 4 columns of C, `rowCount` rows of it. */
@inline
function panel(wide: bool, transposed: bool, rowCount: i32, a: usize, b: usize, c: usize): void {
  const rowStride: usize = transposed ? 4 : aStride;
  while (rowCount > 0) {
    let done = 6;
    // 8 rows are quicker as 4 + 4 than as 6 + 2.
    if (rowCount >= 6 && rowCount != 8) {
      if (wide && transposed) block6x8T(a, b, c);
      else if (wide) block6x8N(a, b, c);
      else if (transposed) block6x4T(a, b, c);
      else block6x4N(a, b, c);
    } else if (rowCount >= 4) {
      done = 4;
      if (wide && transposed) block4x8T(a, b, c);
      else if (wide) block4x8N(a, b, c);
      else if (transposed) block4x4T(a, b, c);
      else block4x4N(a, b, c);
    } else if (rowCount >= 2) {
      done = 2;
      if (wide && transposed) block2x8T(a, b, c);
      else if (wide) block2x8N(a, b, c);
      else if (transposed) block2x4T(a, b, c);
      else block2x4N(a, b, c);
    } else {
      done = 1;
      if (wide && transposed) block1x8T(a, b, c);
      else if (wide) block1x8N(a, b, c);
      else if (transposed) block1x4T(a, b, c);
      else block1x4N(a, b, c);
    }
    rowCount -= done;
    a += <usize>done * rowStride;
    c += <usize>done * cStride;
  }
}

/** Sum a panel of rows of C whose A and B begin at a and b, as `setPanel` describes them. */
export function sumPanel(transposed: bool, rowCount: i32, a: usize, b: usize, c: usize): void {
  if (columnCount > 4) {
    if (transposed) panel(true, true, rowCount, a, b, c);
    else panel(true, false, rowCount, a, b, c);
  } else {
    if (transposed) panel(false, true, rowCount, a, b, c);
    else panel(false, false, rowCount, a, b, c);
  }
}
