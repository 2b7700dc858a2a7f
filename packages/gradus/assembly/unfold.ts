import { extent, operand } from './operands';

// A convolution or pooling as its instruction says; see Opcode.Convolution.
export let samples: i32 = 0;
export let height: i32 = 0;
export let width: i32 = 0;
export let channels: i32 = 0;
export let outHeight: i32 = 0;
export let outWidth: i32 = 0;
export let filters: i32 = 0;
export let kernelHeight: i32 = 0;
export let kernelWidth: i32 = 0;
export let strideY: i32 = 0;
export let strideX: i32 = 0;
export let dilationY: i32 = 0;
export let dilationX: i32 = 0;
export let above: i32 = 0;
export let before: i32 = 0;
export let groups: i32 = 0;

/** The first operand behind those that are read here. */
export const REST: i32 = 19;

/** Read the sizes of an instruction. */
export function readSizes(pc: usize): void {
  samples = extent(pc, 3);
  height = operand(pc, 4);
  width = operand(pc, 5);
  channels = operand(pc, 6);
  outHeight = operand(pc, 7);
  outWidth = operand(pc, 8);
  filters = operand(pc, 9);
  kernelHeight = operand(pc, 10);
  kernelWidth = operand(pc, 11);
  strideY = operand(pc, 12);
  strideX = operand(pc, 13);
  dilationY = operand(pc, 14);
  dilationX = operand(pc, 15);
  above = operand(pc, 16);
  before = operand(pc, 17);
  groups = operand(pc, 18);
}

/** The row of the images, seen by the first row of the kernel, and the last one that row `y` of the output sees. */
@inline
export function firstRow(y: i32): i32 {
  return y * strideY - above;
}
@inline
export function lastRow(y: i32): i32 {
  return y * strideY - above + (kernelHeight - 1) * dilationY;
}

/**
 * Walk over `count` places of the output from number `place` on, counted through all samples from the one at `image`:
 * each has one line of the matrix, the kernel's rows [from, to) of a group, which are copied from the image, 0 where
 * there is none, or added to it. Rows of the image outside [top, bottom) count as outside.
 *
 * Where all channels are seen and the cells of a kernel's row stand side by side, that row is one run of numbers, else
 * a cell's channels are. Copies may write 12 bytes past the end of the matrix, and read as far past the images.
 */
@inline
function walk(
  fold: bool, image: usize, group: i32, place: i32, count: i32, from: i32, to: i32, top: i32, bottom: i32, matrix: usize,
): void {
  const seen = channels / groups;
  const joined = groups == 1 && dilationX == 1;
  const length = joined ? kernelWidth * channels : seen;
  const across = joined ? 1 : kernelWidth;
  const rowLength = width * channels;
  const imageBytes = <usize>(height * rowLength) << 2;
  const firstRun = from / length;
  const firstKy = firstRun / across, firstKx = firstRun - firstKy * across;
  const firstFrom = from - firstRun * length, floats = to - from;
  let y = place / outWidth;
  let x = place - y * outWidth;
  const sample = y / outHeight;
  y -= sample * outHeight;
  image += <usize>sample * imageBytes;
  for (; count > 0; count--) {
    let ky = firstKy, kx = firstKx, start = firstFrom, left = floats;
    while (left > 0) {
      const end = min(length, start + left);
      const iy = y * strideY - above + ky * dilationY;
      // Where the run begins in its row of the image, in cells and in numbers.
      const ix = x * strideX - before + kx * dilationX;
      const at = ix * channels + group * seen;
      let low = start, high = end;
      if (iy < top || iy >= bottom) high = low;
      else if (joined) {
        low = min(max(low, -at), high);
        high = max(min(high, rowLength - at), low);
      } else if (ix < 0 || ix >= width) high = low;
      const cells = image + (<usize>(iy * rowLength + at) << 2);
      if (fold) add(cells + (<usize>low << 2), matrix + (<usize>(low - start) << 2), high - low);
      else {
        zero(matrix, low - start);
        copy(matrix + (<usize>(low - start) << 2), cells + (<usize>low << 2), high - low);
        zero(matrix + (<usize>(high - start) << 2), end - high);
      }
      matrix += <usize>(end - start) << 2;
      left -= end - start;
      start = 0;
      if (++kx == across) {
        kx = 0;
        ky++;
      }
    }
    if (++x == outWidth) {
      x = 0;
      if (++y == outHeight) {
        y = 0;
        image += imageBytes;
      }
    }
  }
}

/** Set `count` floats to 0, and up to 3 behind them. */
@inline
function zero(to: usize, count: i32): void {
  for (; count > 0; count -= 4, to += 16) v128.store(to, f32x4.splat(0));
}

/** Copy `count` floats, and up to 3 behind them. */
@inline
function copy(to: usize, from: usize, count: i32): void {
  for (; count > 0; count -= 4, to += 16, from += 16) v128.store(to, v128.load(from));
}

/** Add `count` floats. */
@inline
function add(to: usize, from: usize, count: i32): void {
  for (; count >= 4; count -= 4, to += 16, from += 16) v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
  for (; count > 0; count--, to += 4, from += 4) store<f32>(to, load<f32>(to) + load<f32>(from));
}

/** Copy what `count` places see of the images into a matrix of one line each. */
export function unfold(image: usize, group: i32, place: i32, count: i32, from: i32, to: i32, matrix: usize): void {
  walk(false, image, group, place, count, from, to, 0, height, matrix);
}

/** Add the lines of a matrix to what their places see of the images' rows [top, bottom). */
export function fold(
  image: usize, group: i32, place: i32, count: i32, from: i32, to: i32, top: i32, bottom: i32, matrix: usize,
): void {
  walk(true, image, group, place, count, from, to, top, bottom, matrix);
}
