import { madd, storeTail, storeUpTo } from './operands';

/** Add to what C holds. */
export const ADD: i32 = 1;
/** Apply ReLU before the store. */
export const RELU: i32 = 2;
/** Let only what has a positive reference through: ReLU's gradient. */
export const RELU_GRADIENT: i32 = 4;

// What all blocks of a walk have in common; strides and steps are in bytes.
let depth: i32 = 0;
let writeMode: i32 = 0;
let toReference: usize = 0;
let aRow: usize = 0;
let aColumn: usize = 0;
let bStride: usize = 0;
let cStride: usize = 0;
let columnCount: i32 = 0;
let aStep: usize = 0;
let bStep: usize = 0;
let cStep: usize = 0;
let biasStep: usize = 0;

/** Fix what stays the same for a block of k: its depth, the stride of C, the mode, C's way to the reference. */
export function setProduct(k: i32, ldc: usize, mode: i32, reference: usize): void {
  depth = k;
  cStride = ldc;
  writeMode = mode;
  toReference = reference;
}

/** Fix the strides of op(A) and B. */
export function setStrides(transposed: bool, lda: usize, ldb: usize): void {
  aRow = transposed ? 4 : lda;
  aColumn = transposed ? lda : 4;
  bStride = ldb;
}

/** Write one row of a block in its mode; the reference lies `reference` bytes behind C. NaN passes. */
@inline
export function write(wide: bool, c: usize, v0: v128, v1: v128, columns: i32, mode: i32, reference: usize): void {
  if (mode != 0) {
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
  }
  if (wide && columns == 8) {
    v128.store(c, v0);
    v128.store(c, v1, 16);
  } else {
    storeUpTo(c, v0, columns);
    if (wide) storeTail(c + 16, v1, columns - 4);
  }
}

/**
 * C (+)= op(A)·B for `count` blocks, each of `height` rows and up to 8 (wide) or 4 columns, summed in the order of k
 * from the bias on. Element (row, k) of op(A) lies at a + row·aRow + k·aColumn, B's row k at b + k·bStride. From block
 * to block a, b, c and the bias move by their steps. Lanes beyond the columns hold what follows B in memory and are
 * never stored.
 *
 * The loop holds one k, not several: older engines (Node 20) move all loads of a loop to its head, and more than 15
 * vectors at once (4×8 needs 8 sums and 6 loads, 6×4 needs 6 and 7) would be spilled. Eight sums just hide the latency
 * of a multiply-add: 4 cycles, two of them begun in each. Twelve (6×8) hide it with room to spare, where the engine
 * leaves the loads where they stand.
 */
@inline
function blocks(height: i32, wide: bool, count: i32, a: usize, b: usize, c: usize, bias: usize): void {
  const lda = aRow, next = aColumn, ldb = bStride, ldc = cStride, columns = columnCount, mode = writeMode, reference = toReference;
  const length = <usize>depth * ldb;
  for (; count > 0; count--) {
    let x0 = f32x4.splat(0), x1 = x0;
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
    let bk = b;
    for (const end = b + length; bk != end; bk += ldb) {
      x0 = v128.load(bk);
      if (wide) x1 = v128.load(bk, 16);
      let s = v128.load_splat<f32>(a0);
      c00 = madd(s, x0, c00);
      if (wide) c01 = madd(s, x1, c01);
      a0 += next;
      if (height > 1) {
        s = v128.load_splat<f32>(a1);
        c10 = madd(s, x0, c10);
        if (wide) c11 = madd(s, x1, c11);
        a1 += next;
      }
      if (height > 2) {
        s = v128.load_splat<f32>(a2);
        c20 = madd(s, x0, c20);
        if (wide) c21 = madd(s, x1, c21);
        a2 += next;
      }
      if (height > 3) {
        s = v128.load_splat<f32>(a3);
        c30 = madd(s, x0, c30);
        if (wide) c31 = madd(s, x1, c31);
        a3 += next;
      }
      if (height > 4) {
        s = v128.load_splat<f32>(a4);
        c40 = madd(s, x0, c40);
        if (wide) c41 = madd(s, x1, c41);
        a4 += next;
      }
      if (height > 4) {
        s = v128.load_splat<f32>(a5);
        c50 = madd(s, x0, c50);
        if (wide) c51 = madd(s, x1, c51);
        a5 += next;
      }
    }
    let row = c;
    write(wide, row, c00, c01, columns, mode, reference);
    if (height > 1) write(wide, (row += ldc), c10, c11, columns, mode, reference);
    if (height > 2) write(wide, (row += ldc), c20, c21, columns, mode, reference);
    if (height > 3) write(wide, (row += ldc), c30, c31, columns, mode, reference);
    if (height > 4) write(wide, (row += ldc), c40, c41, columns, mode, reference);
    if (height > 4) write(wide, (row += ldc), c50, c51, columns, mode, reference);
    a += aStep;
    b += bStep;
    c += cStep;
    bias += biasStep;
  }
}

function blocks6x8(count: i32, a: usize, b: usize, c: usize, bias: usize): void {
  blocks(6, true, count, a, b, c, bias);
}
function blocks4x8(count: i32, a: usize, b: usize, c: usize, bias: usize): void {
  blocks(4, true, count, a, b, c, bias);
}
function blocks3x8(count: i32, a: usize, b: usize, c: usize, bias: usize): void {
  blocks(3, true, count, a, b, c, bias);
}
function blocks2x8(count: i32, a: usize, b: usize, c: usize, bias: usize): void {
  blocks(2, true, count, a, b, c, bias);
}
function blocks1x8(count: i32, a: usize, b: usize, c: usize, bias: usize): void {
  blocks(1, true, count, a, b, c, bias);
}
function blocks6x4(count: i32, a: usize, b: usize, c: usize, bias: usize): void {
  blocks(6, false, count, a, b, c, bias);
}
function blocks2x4(count: i32, a: usize, b: usize, c: usize, bias: usize): void {
  blocks(2, false, count, a, b, c, bias);
}
function blocks1x4(count: i32, a: usize, b: usize, c: usize, bias: usize): void {
  blocks(1, false, count, a, b, c, bias);
}

/** Sum `count` blocks of `height` rows, the first at a, b, c. */
@inline
function sumBlocks(height: i32, count: i32, a: usize, b: usize, c: usize, bias: usize): void {
  if (columnCount > 4) {
    if (height == 6) blocks6x8(count, a, b, c, bias);
    else if (height == 4) blocks4x8(count, a, b, c, bias);
    else if (height == 3) blocks3x8(count, a, b, c, bias);
    else if (height == 2) blocks2x8(count, a, b, c, bias);
    else blocks1x8(count, a, b, c, bias);
  } else {
    if (height == 6) blocks6x4(count, a, b, c, bias);
    else if (height == 2) blocks2x4(count, a, b, c, bias);
    else blocks1x4(count, a, b, c, bias);
  }
}

/** Sum 1 to 4 or 6 rows of `panels` whole panels of 8 columns, `panelBytes` apart in B. */
export function sumAcross(height: i32, panels: i32, a: usize, b: usize, panelBytes: usize, c: usize, bias: usize): void {
  columnCount = 8;
  aStep = 0;
  bStep = panelBytes;
  cStep = 32;
  biasStep = bias != 0 ? 32 : 0;
  sumBlocks(height, panels, a, b, c, bias);
}

/** Sum `count` times `height` rows of a panel of `columns` columns. */
export function sumDown(height: i32, count: i32, columns: i32, a: usize, b: usize, c: usize, bias: usize): void {
  columnCount = columns;
  aStep = aRow * height;
  bStep = 0;
  cStep = cStride * height;
  biasStep = 0;
  sumBlocks(height, count, a, b, c, bias);
}
