import { Activation, ProductBlock } from '../src/runtime/wasm/machine/opcodes';
import { activate, activationGradient } from './activation';
import { ADD, RELU, RELU_GRADIENT, setProduct, setStrides, sumAcross, sumDown } from './blocks';
import { EXTERNAL, externalTile } from './external';
import { sumColumn, sumTwoColumns } from './narrow';
import { extent, float, operand, pointer, prefersTallBlocks, scratch } from './operands';
import { packColumns, packPanels, packRows, packTail } from './pack';
import { sumRow12, sumRowLong, sumThin, sumTwo16 } from './thin';

/** A flag: m is a number of blocks of k, of the product of a single row. */
const ROW_BY_BLOCKS: i32 = 16;
/** What an epilogue that is a gradient adds to its activation. */
const GRADIENT: i32 = 64;

/** Longest run of k that is packed and summed at once: 4 rows of A are 4 KiB then, and 8 columns of B 8 KiB. */
const K_BLOCK: i32 = ProductBlock.Depth;
/** Columns of B that are packed at once; with what packing writes past them they take the first part of the scratch. */
const COLUMN_BLOCK: i32 = 128;
const PACKED_B_BYTES: usize = 4 * K_BLOCK * COLUMN_BLOCK + 128;
/** Rows of a transposed A that are packed at once: by six or by four. */
const ROW_BLOCK: i32 = 24;
/** Columns of C = Aᵀ·B up to which Cᵀ = Bᵀ·A is summed instead. */
const NARROW: i32 = 3;
/** The same for more than 8 where each row of A has a page of its own, best read once; 512 rows of a tile then fit where A is packed. */
const NARROW_IN_PAGES: i32 = 12;
/** Bytes of a row that puts each row of a matrix on another page, and equal columns into one set of the first cache. */
const PAGE: usize = 4096;
/** Columns from which a single row is summed with its sums in memory, and up to which: they stand where panels of B would. */
const LONG: i32 = 29;
const LONGEST: i32 = K_BLOCK * COLUMN_BLOCK;
/** Floats of A that stay in the first cache while panels of B pass. */
const CACHED: i32 = 8192;

/**
 * C = act(op(A)·op(B) + bias), or its product with an activation's gradient; rows [m0, m1), columns [n0, n1).
 * A tile has all columns or a multiple of 8. Which way a sum is taken, and so its order, depends on the shape of the
 * whole product only.
 */
export function matmulTile(pc: usize, m0: i32, m1: i32, n0: i32, n1: i32): void {
  const flags = operand(pc, 0);
  if ((flags & EXTERNAL) != 0) {
    externalTile(pc, m0, m1, n0, n1);
    return;
  }
  const m = extent(pc, 1), n = extent(pc, 2), k = extent(pc, 3);
  if ((flags & ROW_BY_BLOCKS) != 0) {
    rowByBlocks(pc, m0, m, n, k);
    return;
  }
  const accumulate = (flags & 4) != 0;
  // A single row or column is the same when transposed.
  const transposedA = (flags & 1) != 0 && m > 1 && k > 1, transposedB = (flags & 2) != 0 && n > 1 && k > 1;
  const lda = <usize>(transposedA ? m : k) << 2, ldb = <usize>(transposedB ? k : n) << 2, ldc = <usize>n << 2;
  const a = pointer(pc, 4) + (transposedA ? <usize>m0 << 2 : <usize>m0 * lda);
  const b = pointer(pc, 5) + (transposedB ? <usize>n0 * ldb : <usize>n0 << 2);
  const offset = <usize>m0 * ldc + (<usize>n0 << 2);
  const c = pointer(pc, 6) + offset, reference = pointer(pc, 9) + offset;
  const bias = pointer(pc, 7) != 0 ? pointer(pc, 7) + (<usize>n0 << 2) : 0;
  const epilogue = operand(pc, 8);
  const lines = m1 - m0, width = n1 - n0;

  if (n == 1 && !transposedA) {
    sumColumn(lines, k, a, lda, b, c, bias, 0, accumulate);
  } else if (m == 1 && transposedB) {
    sumColumn(width, k, b, ldb, a, c, bias, bias != 0 ? 4 : 0, accumulate);
  } else if (n == 2 && !transposedA) {
    sumTwoColumns(lines, k, a, lda, b, transposedB ? ldb : 0, c, bias, accumulate);
  } else {
    // Vectors of a narrow Aᵀ·B run along the rows of C.
    const turn = (n <= NARROW || (n > 8 && n <= NARROW_IN_PAGES && lda >= PAGE)) && transposedA && !transposedB && bias == 0;
    const aside = turn && n > 1;
    let mode = accumulate && !aside ? ADD : 0;
    if (!turn) {
      if (epilogue == Activation.Relu) mode |= RELU;
      if (epilogue == GRADIENT + Activation.Relu) mode |= RELU_GRADIENT;
    }
    const turned = scratch() + PACKED_B_BYTES, line = <usize>lines << 2;
    sum(
      turn ? n > 1 : transposedA, transposedB, turn ? n : lines, turn ? lines : width, k, turn ? b : a, turn ? ldb : lda,
      turn ? a : b, turn ? lda : ldb, aside ? turned : c, turn ? line : ldc, mode, reference, bias,
    );
    if (aside) turnRound(lines, n, turned, line, c, accumulate);
    if (mode & (RELU | RELU_GRADIENT)) return;
  }
  if (epilogue == Activation.Identity) return;
  const alpha = float(pc, 10);
  const contiguous = width == n;
  const count = contiguous ? width * lines : width;
  for (let i = contiguous ? lines - 1 : 0, at: usize = 0; i < lines; i++, at += ldc) {
    if (epilogue < GRADIENT) activate(epilogue, count, c + at, c + at, alpha);
    else activationGradient(epilogue - GRADIENT, count, c + at, reference + at, c + at, alpha);
  }
}

/**
 * The sums of one of the blocks of k of a single row, with the bias in the first. Threads take tiles from both ends: of
 * blocks of two lengths, the longer ones first, each gets as many.
 */
function rowByBlocks(pc: usize, tile: i32, blocks: i32, n: i32, k: i32): void {
  let block = tile << 1;
  if (block >= blocks) block = (blocks << 1) - 1 - block;
  const ldb = <usize>n << 2, c = pointer(pc, 6) + block * ldb, bias = block == 0 ? pointer(pc, 7) : 0;
  let a = pointer(pc, 4), b = pointer(pc, 5), depth = depthOf(k);
  for (; block > 0; block--) {
    a += <usize>depth << 2;
    b += depth * ldb;
    k -= depth;
    depth = depthOf(k);
  }
  sumRowLong(depth, n, a, 4, b, ldb, c, 0, 0, bias, scratch());
}

/** Write (or add to) the `rowCount` rows of n elements whose transpose begins at `from`, its lines `line` bytes long. */
function turnRound(rowCount: i32, n: i32, from: usize, line: usize, c: usize, accumulate: bool): void {
  for (; rowCount > 0; rowCount--) {
    for (let j = 0, at = from; j < n; j++, at += line) {
      const value = load<f32>(at);
      store<f32>(c, accumulate ? value + load<f32>(c) : value);
      c += 4;
    }
    from += 4;
  }
}

/**
 * C (+)= op(A)·op(B) + bias with ReLU or its gradient, as the mode says. For each block of k and of 128 columns, B is
 * packed into panels of 8 columns (or read in place), and 6 or 4 rows of A at a time pass over all panels. A sum runs
 * in the order of k within a block of k, and block after block.
 */
export function sum(
  transposedA: bool, transposedB: bool, rowCount: i32, columnCount: i32, k: i32, a: usize, lda: usize, b: usize,
  ldb: usize, c: usize, ldc: usize, mode: i32, reference: usize, bias: usize,
): void {
  const aRow: usize = transposedA ? 4 : lda, aStep: usize = transposedA ? lda : 4;
  // Which of the following sums a tile takes is free: in all of them each sum runs in the same order.
  if (columnCount > 8 && k > 0 && k < 4 && bias == 0 && (mode == 0 || mode == RELU_GRADIENT)) {
    if (transposedB) {
      const apart = <usize>(columnCount + 15 & ~15) << 2;
      packRows(b, ldb, columnCount, scratch(), apart);
      b = scratch();
      ldb = apart;
      transposedB = false;
    }
    const whole = columnCount & ~7, past = <usize>whole << 2;
    sumThin(rowCount, k, whole, a, aRow, aStep, b, ldb, c, ldc, mode, reference - c);
    columnCount &= 7;
    if (columnCount == 0) return;
    b += past;
    c += past;
    reference += past;
  }
  if (columnCount <= 8 && k <= K_BLOCK && rowCount > 1) {
    setProduct(k, ldc, mode, reference - c);
    if (transposedB) {
      packColumns(b, ldb, columnCount, k, scratch());
      b = scratch();
      ldb = 32;
    }
    setStrides(transposedA, lda, ldb);
    sumRows(rowCount, columnCount, a, aRow, b, c, ldc, bias);
    return;
  }
  // Packing costs about as much as one row of A. In place, B's rows are ldb apart.
  const packB = transposedB || (rowCount > (ldb < PAGE ? 16 : 8) && ldb > 512 && k > 8);
  const packA = transposedA && rowCount > 4 && lda > 512 && columnCount > 24 && k > 8;
  let kLeft = k;
  do {
    const depth = depthOf(kLeft);
    setProduct(depth, ldc, depth == kLeft ? mode : mode & ADD, reference - c);
    let j = 0;
    // One or two rows of A give too few sums at a time to hide the latency of a multiply-add, so they take more columns.
    if (rowCount == 1 && !transposedB && k > 0) {
      const rowMode = depth == kLeft ? mode : mode & ADD;
      if (columnCount >= LONG && columnCount <= LONGEST) {
        j = columnCount & ~7;
        sumRowLong(depth, j, a, aStep, b, ldb, c, rowMode, reference - c, bias, scratch());
      }
      for (; columnCount - j > 8; j += 12) {
        const at = <usize>j << 2, biasAt = bias != 0 ? bias + at : 0;
        sumRow12(depth, min(12, columnCount - j), a, aStep, b + at, ldb, c + at, rowMode, reference - c, biasAt, scratch());
      }
    }
    if (rowCount == 2 && !transposedB && bias == 0 && (mode | ADD) == ADD) {
      for (; columnCount - j >= 16; j += 16) {
        const at = <usize>j << 2;
        sumTwo16(depth, a, aRow, aStep, b + at, ldb, c + at, ldc, mode);
      }
    }
    while (j < columnCount) {
      const columns = min(COLUMN_BLOCK, columnCount - j);
      const at = <usize>j << 2;
      let panel = transposedB ? b + <usize>j * ldb : b + at, panelBytes: usize = 32, rowBytes = ldb;
      if (packB) {
        packBlock(transposedB, panel, ldb, columns, depth);
        panel = scratch();
        panelBytes = <usize>depth << 5;
        rowBytes = 32;
      }
      const biasAt = bias != 0 ? bias + at : 0;
      const panels = columns >> 3, rest = columns & 7;
      if (panels > 0) sumPanels(transposedA, packA, rowCount, panels, a, lda, depth, panel, panelBytes, rowBytes, c + at, ldc, biasAt);
      if (rest > 0) {
        const past = <usize>panels << 5;
        setStrides(transposedA, lda, rowBytes);
        sumRows(rowCount, rest, a, aRow, panel + <usize>panels * panelBytes, c + at + past, ldc, bias != 0 ? biasAt + past : 0);
      }
      j += columns;
    }
    mode |= ADD;
    bias = 0;
    a += transposedA ? <usize>depth * lda : <usize>depth << 2;
    b += transposedB ? <usize>depth << 2 : <usize>depth * ldb;
    kLeft -= depth;
  } while (kLeft > 0);
}

/** The next block of k: 256, or half of what is left where two blocks are. */
@inline
function depthOf(left: i32): i32 {
  return left <= K_BLOCK ? left : left >= 2 * K_BLOCK ? K_BLOCK : (left + 1) >> 1;
}

/** Pack up to 128 columns of op(B), `depth` deep, into panels of 8 in the scratch memory. */
function packBlock(transposed: bool, from: usize, ldb: usize, columns: i32, depth: i32): void {
  let to = scratch();
  const panelBytes = <usize>depth << 5;
  if (transposed) {
    for (; columns > 0; columns -= 8) {
      packColumns(from, ldb, min(8, columns), depth, to);
      from += ldb << 3;
      to += panelBytes;
    }
  } else {
    const panels = columns >> 3, rest = columns & 7;
    packPanels(from, ldb, panels, 32, depth, to);
    if (rest > 0) packTail(from + (<usize>panels << 5), ldb, rest, depth, to + <usize>panels * panelBytes);
  }
}

/**
 * How many times six of so many rows are summed at once: blocks of 6×8 need all fifteen registers of an x64 processor,
 * and an engine that leaves every load where it stands. What is left goes by four, in no more blocks than need be:
 * 1, 2 or 5 rows more than sixes take one six less.
 */
function sixesOf(rowCount: i32): i32 {
  if (rowCount < 6 || !prefersTallBlocks()) return 0;
  return rowCount / 6 - i32(((rowCount % 6 + 1) & 3) > 1);
}

/**
 * Sum all rows of the whole panels of a block of columns: panel after panel where A is small, else 6 or 4 rows after as
 * many, which are packed on the way where A is transposed.
 */
function sumPanels(
  transposed: bool, pack: bool, rowCount: i32, panels: i32, a: usize, lda: usize, depth: i32, b: usize,
  panelBytes: usize, rowBytes: usize, c: usize, ldc: usize, bias: usize,
): void {
  if (!pack && (panels << 2 <= rowCount || (transposed && rowCount <= NARROW_IN_PAGES)) && rowCount * depth <= CACHED) {
    setStrides(transposed, lda, rowBytes);
    for (; panels > 0; panels--) {
      sumRows(rowCount, 8, a, transposed ? 4 : lda, b, c, ldc, bias);
      b += panelBytes;
      c += 32;
      if (bias != 0) bias += 32;
    }
    return;
  }
  let height = 6, end = 6 * sixesOf(rowCount);
  for (let i = 0, packedTo = 0, packed: usize = 0; i < rowCount; i += height) {
    if (i == end) {
      height = 4;
      end = rowCount;
    }
    const bytes = <usize>height << 2;
    let from = a + (transposed ? <usize>i << 2 : <usize>i * lda);
    if (pack) {
      if (i == packedTo) {
        packed = scratch() + PACKED_B_BYTES;
        packedTo = min(i + ROW_BLOCK, end);
        packPanels(from, lda, (packedTo - i + height - 1) / height, bytes, depth, packed);
      }
      from = packed;
      packed += bytes * depth;
    }
    setStrides(transposed, pack ? bytes : lda, rowBytes);
    sumAcross(min(height, rowCount - i), panels, from, b, panelBytes, c, bias);
    c += ldc * height;
  }
}

/** Sum all rows of a panel of 1 to 8 columns. */
function sumRows(rowCount: i32, columns: i32, a: usize, aRow: usize, b: usize, c: usize, ldc: usize, bias: usize): void {
  const wide = columns > 4;
  // What is left after the highest blocks goes by the next, and then by the rest.
  for (let height = 6; rowCount > 0; height = wide && height == 6 ? 4 : min(rowCount, wide ? 3 : 2)) {
    const count = wide && height == 6 ? sixesOf(rowCount) : rowCount / height;
    if (count > 0) sumDown(height, count, columns, a, b, c, bias);
    const done = count * height;
    rowCount -= done;
    a += <usize>done * aRow;
    c += <usize>done * ldc;
  }
}
