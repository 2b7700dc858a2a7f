import { Activation } from '../src/runtime/wasm/opcodes';
import { activate, activationGradient } from './activation';
import { ADD, RELU, RELU_GRADIENT, row32, setPanel, setProduct, sumPanel } from './blocks';
import { EXTERNAL, externalTile } from './external';
import { extent, float, operand, pointer, scratch } from './operands';
import { packColumns, packRows } from './pack';

/** What an epilogue that is a gradient adds to its activation. */
const GRADIENT: i32 = 64;

/** Longest run of k that is packed and summed at once: a panel of 8 columns is 16 KiB then. */
const K_BLOCK: i32 = 512;

/**
 * C = act(op(A)·op(B) + bias), or its product with an activation's gradient; rows [m0, m1), columns [n0, n1).
 * For each block of k and panel of 8 columns, B is packed (or read in place) and every row of A passes over it.
 * A sum runs in the order of k within a block of k, and block after block.
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
  const packed = scratch();
  const reluGradient = epilogue == GRADIENT + Activation.Relu;
  const reference = pointer(pc, 9);
  // In place, B's rows are ldb apart; packed, 32 bytes. Packing costs about as much as one row of A.
  const pack = transposedB || (rowCount > 16 && ldb > 512 && k > 8);
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
    setProduct(kBlock, lda, ldc, mode, reference - c);
    const firstBias = bias != 0 && k0 == 0;
    let j = n0;
    if (rowCount == 1 && !transposedB) {
      for (; n1 - j >= 32; j += 32) {
        const at = <usize>j << 2;
        setPanel(ldb, 8, firstBias ? bias + at : 0);
        row32(aBlock, transposedA ? lda : 4, b + <usize>k0 * ldb + at, c + <usize>m0 * ldc + at);
      }
    }
    for (; j < n1; j += 8) {
      const columns = min(8, n1 - j);
      const at = <usize>j << 2;
      let bPanel = transposedB ? b + <usize>j * ldb + (<usize>k0 << 2) : b + <usize>k0 * ldb + at;
      if (transposedB) packColumns(bPanel, ldb, columns, kBlock, packed);
      else if (pack) packRows(bPanel, ldb, columns, kBlock, packed);
      if (pack) bPanel = packed;
      setPanel(pack ? 32 : ldb, columns, firstBias ? bias + at : 0);
      sumPanel(transposedA, rowCount, aBlock, bPanel, c + <usize>m0 * ldc + at);
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
