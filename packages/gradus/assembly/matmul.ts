import { Activation } from '../src/runtime/wasm/opcodes';
import { activate, activationGradient } from './activation';
import { ADD, RELU, RELU_GRADIENT, row24, setProduct, setStrides, sumAcross, sumDown } from './blocks';
import { EXTERNAL, externalTile } from './external';
import { extent, float, operand, pointer, scratch } from './operands';
import { packColumns, packEights, packFours, packTail } from './pack';

/** What an epilogue that is a gradient adds to its activation. */
const GRADIENT: i32 = 64;

/** Longest run of k that is packed and summed at once: 4 rows of A are 4 KiB then, and 8 columns of B 8 KiB. */
const K_BLOCK: i32 = 256;
/** Columns of B that are packed at once; with what packing writes past them they take the first part of the scratch. */
const COLUMN_BLOCK: i32 = 128;
const PACKED_B_BYTES: usize = 4 * K_BLOCK * COLUMN_BLOCK + 128;
/** Rows of a transposed A that are packed at once: a cache line's. */
const ROW_BLOCK: i32 = 16;

/**
 * C = act(op(A)·op(B) + bias), or its product with an activation's gradient; rows [m0, m1), columns [n0, n1).
 * For each block of k and 128 columns, B is packed into panels of 8 columns (or read in place), and 4 rows of A at
 * a time pass over all panels. A sum runs in the order of k within a block of k, and block after block.
 */
export function matmulTile(pc: usize, m0: i32, m1: i32, n0: i32, n1: i32): void {
  const flags = operand(pc, 0);
  if ((flags & EXTERNAL) != 0) {
    externalTile(pc, m0, m1, n0, n1);
    return;
  }
  const m = extent(pc, 1), n = extent(pc, 2), k = extent(pc, 3);
  const a = pointer(pc, 4), b = pointer(pc, 5), c = pointer(pc, 6), bias = pointer(pc, 7);
  const epilogue = operand(pc, 8);
  const transposedA = (flags & 1) != 0, transposedB = (flags & 2) != 0;
  const lda = <usize>(transposedA ? m : k) << 2;
  const ldb = <usize>(transposedB ? k : n) << 2;
  const ldc = <usize>n << 2;
  const rowCount = m1 - m0;
  const packedB = scratch(), packedA = packedB + PACKED_B_BYTES;
  const reluGradient = epilogue == GRADIENT + Activation.Relu;
  const reference = pointer(pc, 9);
  // Packing costs about as much as one row of A. In place, B's rows are ldb apart.
  const packB = transposedB || (rowCount > 16 && ldb > 512 && k > 8);
  const packA = transposedA && lda > 512 && n1 - n0 > 24;
  let k0 = 0;
  do {
    const kLeft = k - k0;
    const kBlock = kLeft > K_BLOCK ? (kLeft >= 2 * K_BLOCK ? K_BLOCK : ((kLeft + 1) >> 1)) : kLeft;
    let mode = (flags & 4) != 0 || k0 > 0 ? ADD : 0;
    if (kBlock == kLeft) {
      if (epilogue == Activation.Relu) mode |= RELU;
      if (reluGradient) mode |= RELU_GRADIENT;
    }
    const aBlock = a + (transposedA ? <usize>k0 * lda + (<usize>m0 << 2) : <usize>m0 * lda + (<usize>k0 << 2));
    const cRow = c + <usize>m0 * ldc;
    setProduct(kBlock, ldc, mode, reference - c);
    let j = n0;
    if (rowCount == 1 && !transposedB) {
      setStrides(lda, ldb);
      for (; n1 - j >= 24; j += 24) {
        const at = <usize>j << 2;
        row24(aBlock, transposedA ? lda : 4, b + <usize>k0 * ldb + at, cRow + at, bias != 0 && k0 == 0 ? bias + at : 0);
      }
    }
    while (j < n1) {
      const columns = min(COLUMN_BLOCK, n1 - j);
      const panels = columns >> 3, rest = columns & 7;
      const at = <usize>j << 2;
      const biasAt = bias != 0 && k0 == 0 ? bias + at : 0;
      const from = transposedB ? b + <usize>j * ldb + (<usize>k0 << 2) : b + <usize>k0 * ldb + at;
      let bPanel = from, panelBytes: usize = 32, bStride = ldb;
      if (packB) {
        bPanel = packedB;
        panelBytes = <usize>kBlock << 5;
        bStride = 32;
        if (transposedB) {
          for (let i = 0; i < columns; i += 8) {
            packColumns(from + <usize>i * ldb, ldb, min(8, columns - i), kBlock, packedB + <usize>(i >> 3) * panelBytes);
          }
        } else {
          packEights(from, ldb, panels, kBlock, packedB);
          if (rest) packTail(from + (<usize>panels << 5), ldb, rest, kBlock, packedB + <usize>panels * panelBytes);
        }
      }
      if (panels > 0) {
        setStrides(packA ? 16 : lda, bStride);
        for (let i = 0; i < rowCount; i += 4) {
          let aRow = aBlock + (transposedA ? <usize>i << 2 : <usize>i * lda);
          if (packA) {
            const inBlock = i & (ROW_BLOCK - 1);
            if (inBlock == 0) packFours(aRow, lda, (min(ROW_BLOCK, rowCount - i) + 3) >> 2, kBlock, packedA);
            aRow = packedA + (<usize>inBlock << 2) * kBlock;
          }
          sumAcross(transposedA, min(4, rowCount - i), panels, aRow, bPanel, panelBytes, cRow + <usize>i * ldc + at, biasAt);
        }
      }
      if (rest > 0) {
        const past = <usize>panels << 5;
        setStrides(lda, bStride);
        sumColumns(transposedA, rowCount, rest, aBlock, lda, bPanel + <usize>panels * panelBytes, cRow + at + past, ldc, biasAt ? biasAt + past : 0);
      }
      j += columns;
    }
    k0 += kBlock;
  } while (k0 < k);

  if (epilogue == Activation.Identity || epilogue == Activation.Relu || reluGradient) return;
  const alpha = float(pc, 10);
  let lines = rowCount, width = n1 - n0;
  if (width == n) {
    width *= lines;
    lines = 1;
  }
  for (let i = 0; i < lines; i++) {
    const offset = <usize>(m0 + i) * ldc + (<usize>n0 << 2);
    const at = c + offset;
    if (epilogue < GRADIENT) activate(epilogue, width, at, at, alpha);
    else activationGradient(epilogue - GRADIENT, width, at, reference + offset, at, alpha);
  }
}

/** Sum the last, narrower panel of a block of columns: all rows of it. */
function sumColumns(transposed: bool, rowCount: i32, columns: i32, a: usize, lda: usize, b: usize, c: usize, ldc: usize, bias: usize): void {
  const rowStride: usize = transposed ? 4 : lda;
  let height = columns > 4 ? 4 : 6;
  while (rowCount > 0) {
    while (height > rowCount) height = columns > 4 ? height - 1 : max(1, height - 4) & 3;
    const count = rowCount / height;
    sumDown(transposed, height, count, columns, a, b, c, bias);
    const done = count * height;
    rowCount -= done;
    a += <usize>done * rowStride;
    c += <usize>done * ldc;
  }
}
