import { Activation, Scratch } from '../src/runtime/wasm/machine/opcodes';
import { ADD, RELU } from './blocks';
import { extent, float, operand, pointer, scratch } from './operands';
import { beginOutputs, eachCell, isDepthwise, TO_IMAGE, TO_KERNEL, TO_OUTPUT } from './depthwise';
import { activate, activationGradient } from './activation';
import { sum } from './matmul';
import { productOutside } from './productOutside';
import {
  above, channels, filters, fold, groups, height, kernelHeight, kernelWidth, lastRow, outHeight, outWidth, readSizes, REST,
  strideY, unfold, width,
} from './unfold';

/** Floats of an unfolded part. */
const ROOM: i32 = (Scratch.Size - Scratch.Unfolded - 64) / 4;
/** The most rows of the kernel that are unfolded at once: a part then has 16 places at least. */
const DEEPEST: i32 = ROOM / 16;
/** Places that a kernel's gradient sums over at once, which fixes the order of its sums, and rows of it that fit. */
const PLACES: i32 = 256;
const ROWS: i32 = ROOM / PLACES;

/** C (+)= op(A)·op(B) + bias, with ReLU as the mode says: here, or by the library that the instruction leaves it to. */
function multiply(
  outside: bool, transposedA: bool, transposedB: bool, rowCount: i32, columnCount: i32, k: i32, a: usize, lda: usize,
  b: usize, ldb: usize, c: usize, ldc: usize, mode: i32, bias: usize,
): void {
  if (outside) {
    const add = (mode & ADD) != 0, relu = (mode & RELU) != 0;
    productOutside(transposedA, transposedB, rowCount, columnCount, k, a, lda, b, ldb, c, ldc, add, bias, relu);
  } else sum(transposedA, transposedB, rowCount, columnCount, k, a, lda, b, ldb, c, ldc, mode, 0, bias);
}

/**
 * y = act(x ∗ kernel + bias), rows [from, to) of all outputs: what so many places see of the images is unfolded into a
 * matrix in the scratch memory, and multiplied by the kernel, which is a matrix as it lies.
 */
export function convolutionTile(pc: usize, from: i32, to: i32): void {
  readSizes(pc);
  const x = pointer(pc, 0), kernel = pointer(pc, 1), y = pointer(pc, 2), bias = pointer(pc, REST);
  const epilogue = operand(pc, REST + 1);
  const outside = operand(pc, REST + 3) != 0;
  const matrix = scratch() + Scratch.Unfolded;
  const depth = kernelHeight * kernelWidth * (channels / groups), inGroup = filters / groups;
  const direct = isDepthwise();
  const most = ROOM / min(depth, DEEPEST);
  const end = to * outWidth, line = <usize>filters << 2;
  for (let place = from * outWidth; place < end; place += most) {
    const count = min(most, end - place);
    const out = y + <usize>place * line;
    if (direct) {
      beginOutputs(y, bias, place, place + count);
      eachCell(TO_OUTPUT, x, kernel, y, place, place + count, 0, depth, 0, height);
    } else for (let group = 0; group < groups; group++) {
      const first = <usize>(group * inGroup) << 2;
      for (let k = 0; k < depth; k += DEEPEST) {
        const next = min(depth, k + DEEPEST), bytes = <usize>(next - k) << 2;
        let mode = k > 0 ? ADD : 0;
        if (next == depth && epilogue == Activation.Relu) mode |= RELU;
        unfold(x, group, place, count, k, next, matrix);
        multiply(
          outside, false, false, count, inGroup, next - k, matrix, bytes, kernel + <usize>k * line + first, line,
          out + first, line, mode, k == 0 && bias != 0 ? bias + first : 0,
        );
      }
    }
    if (epilogue != Activation.Identity && (epilogue != Activation.Relu || direct)) {
      activate(epilogue, count * filters, out, out, float(pc, REST + 2));
    }
  }
}

/**
 * The gradient of the images, their rows [top, bottom) of samples [from, to): y's gradients times the transposed kernel
 * are what their places saw, and are added up where they saw it, place after place.
 */
export function convolutionInputGradientTile(pc: usize, from: i32, to: i32, top: i32, bottom: i32): void {
  readSizes(pc);
  const x = pointer(pc, 0), kernel = pointer(pc, 1), y = pointer(pc, 2);
  const rowBytes = <usize>(width * channels) << 2;
  const outside = operand(pc, REST + 3) != 0;
  // Whole images lie one behind the other, and so do their places.
  const together = bottom - top == height ? to - from : 1;
  for (; from < to; from += together) {
    const image = x + <usize>(from * height) * rowBytes;
    memory.fill(image + <usize>top * rowBytes, 0, <usize>(together * height - (height - (bottom - top))) * rowBytes);
    let first = 0, last = outHeight;
    if (together == 1) {
      while (first < last && lastRow(first) < top) first++;
      while (first < last && (last - 1) * strideY - above >= bottom) last--;
    } else last *= together;
    const places = y + (<usize>(from * outHeight * outWidth * filters) << 2);
    foldPlaces(outside, image, kernel, places, first * outWidth, last * outWidth, top, bottom);
    const epilogue = operand(pc, REST + 1);
    if (epilogue == Activation.Identity) continue;
    const done = image + <usize>top * rowBytes;
    const reference = pointer(pc, REST) + (done - x);
    activationGradient(epilogue, (together * height - (height - (bottom - top))) * width * channels, done, reference, done, float(pc, REST + 2));
  }
}

/** Add the products of places [place, end) of the samples at y, counted from there, to the images. */
function foldPlaces(outside: bool, image: usize, kernel: usize, y: usize, begin: i32, end: i32, top: i32, bottom: i32): void {
  if (isDepthwise()) {
    eachCell(TO_IMAGE, image, kernel, y, begin, end, 0, kernelHeight * kernelWidth, top, bottom);
    return;
  }
  const matrix = scratch() + Scratch.Unfolded;
  const depth = kernelHeight * kernelWidth * (channels / groups), inGroup = filters / groups;
  const most = ROOM / min(depth, DEEPEST);
  const line = <usize>filters << 2;
  for (let group = 0; group < groups; group++) {
    const first = <usize>(group * inGroup) << 2;
    for (let k = 0; k < depth; k += DEEPEST) {
      const next = min(depth, k + DEEPEST);
      for (let place = begin; place < end; place += most) {
        const count = min(most, end - place);
        multiply(
          outside, false, true, count, next - k, inGroup, y + <usize>place * line + first, line,
          kernel + <usize>k * line + first, line, matrix, <usize>(next - k) << 2, 0, 0,
        );
        fold(image, group, place, count, k, next, top, bottom, matrix);
      }
    }
  }
}

/**
 * The gradient of rows [top, bottom) of the kernel by samples [from, to), which are one part: what 256 places at a time
 * see of the images is unfolded, and multiplied, transposed, by y's gradients.
 */
export function convolutionKernelGradientTile(pc: usize, from: i32, to: i32, top: i32, bottom: i32): void {
  readSizes(pc);
  const x = pointer(pc, 0), y = pointer(pc, 2), line = <usize>filters << 2;
  const rows = kernelHeight * kernelWidth * (channels / groups), inGroup = filters / groups;
  // A part has as many samples as a tile.
  const part = from / load<i32>(pc, 12);
  const out = part == 0 ? pointer(pc, 1) : pointer(pc, REST) + <usize>((part - 1) * rows) * line;
  const outside = operand(pc, REST + 1) != 0;
  const matrix = scratch() + Scratch.Unfolded;
  const begin = from * outHeight * outWidth, end = to * outHeight * outWidth;
  if (isDepthwise()) {
    memory.fill(out + <usize>top * line, 0, <usize>(bottom - top) * line);
    eachCell(TO_KERNEL, x, out, y, begin, end, top, bottom, 0, height);
    return;
  }
  for (let group = 0; group < groups; group++) {
    const first = <usize>(group * inGroup) << 2;
    for (let k = top; k < bottom; k += ROWS) {
      const next = min(bottom, k + ROWS), bytes = <usize>(next - k) << 2;
      for (let place = begin; place < end; place += PLACES) {
        const count = min(PLACES, end - place);
        unfold(x, group, place, count, k, next, matrix);
        multiply(
          outside, true, false, next - k, inGroup, count, matrix, bytes, y + <usize>place * line + first, line,
          out + <usize>k * line + first, line, place > begin ? ADD : 0, 0,
        );
      }
    }
  }
}

/** Add numbers [from, to) of the parts in the spare memory to those at the destination, part after part. */
export function addPartsTile(pc: usize, from: i32, to: i32): void {
  const size = operand(pc, 2), samples = extent(pc, 3), part = operand(pc, 4);
  const destination = pointer(pc, 0) + (<usize>from << 2), end = pointer(pc, 0) + (<usize>to << 2);
  if (samples == 0) memory.fill(destination, 0, end - destination);
  let spare = pointer(pc, 1) + (<usize>from << 2);
  for (let done = part; done < samples; done += part) {
    let out = destination, parts = spare;
    for (; out + 16 <= end; out += 16, parts += 16) v128.store(out, f32x4.add(v128.load(out), v128.load(parts)));
    for (; out < end; out += 4, parts += 4) store<f32>(out, load<f32>(out) + load<f32>(parts));
    spare += <usize>size << 2;
  }
}
