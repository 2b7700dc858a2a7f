import { pointer, storeUpTo } from './operands';
import {
  above, before, channels, height, kernelHeight, kernelWidth, outHeight, outWidth, readSizes, strideX, strideY, width,
} from './unfold';

/** Lanes where v takes the place of the largest so far: it is larger, or NaN. */
@inline
function replaces(v: v128, largest: v128): v128 {
  return v128.or(f32x4.gt(v, largest), f32x4.ne(v, v));
}

/** In every window and channel the value where the image is largest; rows [from, to) of all outputs. */
export function maxPoolTile(pc: usize, from: i32, to: i32): void {
  readSizes(pc);
  const x = pointer(pc, 0), toValues = pointer(pc, 1) - x;
  const cell = <usize>channels << 2, row = <usize>width * cell;
  let out = pointer(pc, 2) + <usize>(from * outWidth) * cell;
  for (; from < to; from++) {
    const sample = from / outHeight;
    const y = (from - sample * outHeight) * strideY - above;
    const top = max(0, y), bottom = min(height, y + kernelHeight);
    const first = x + <usize>(sample * height + top) * row;
    for (let place = 0; place < outWidth; place++) {
      const left = max(0, place * strideX - before), right = min(width, place * strideX - before + kernelWidth);
      const past = <usize>(right - left) * cell;
      let corner = first + <usize>left * cell;
      for (let count = channels; count > 0; count -= 4) {
        let largest = v128.load(corner), chosen = v128.load(corner + toValues);
        let line = corner;
        for (let i = top; i < bottom; i++) {
          for (let at = line, end = line + past; at != end; at += cell) {
            const v = v128.load(at);
            const mask = replaces(v, largest);
            largest = v128.bitselect(v, largest, mask);
            chosen = v128.bitselect(v128.load(at + toValues), chosen, mask);
          }
          line += row;
        }
        storeUpTo(out, chosen, count);
        out += <usize>min(4, count) << 2;
        corner += 16;
      }
    }
  }
}

/** The images' gradient of samples [from, to): each window adds its own where it is largest, window after window. */
export function maxPoolGradientTile(pc: usize, from: i32, to: i32): void {
  readSizes(pc);
  const x = pointer(pc, 0), toGradient = pointer(pc, 1) - x;
  const cell = <usize>channels << 2, row = <usize>width * cell, image = <usize>height * row;
  memory.fill(x + toGradient + <usize>from * image, 0, <usize>(to - from) * image);
  let dy = pointer(pc, 2) + <usize>(from * outHeight * outWidth) * cell;
  for (; from < to; from++) {
    for (let line = 0; line < outHeight; line++) {
      const y = line * strideY - above;
      const top = max(0, y), bottom = min(height, y + kernelHeight);
      const first = x + <usize>from * image + <usize>top * row;
      for (let place = 0; place < outWidth; place++) {
        const left = max(0, place * strideX - before), right = min(width, place * strideX - before + kernelWidth);
        const past = <usize>(right - left) * cell;
        let corner = first + <usize>left * cell;
        for (let count = channels; count > 0; count -= 4) {
          addAtLargest(corner, bottom - top, row, past, cell, toGradient, v128.load(dy), count);
          dy += <usize>min(4, count) << 2;
          corner += 16;
        }
      }
    }
  }
}

/** Add up to 4 channels' gradients of a window where its cells are largest. */
@inline
function addAtLargest(corner: usize, rows: i32, row: usize, past: usize, cell: usize, toGradient: usize, dy: v128, count: i32): void {
  let largest = v128.load(corner), chosen = i32x4.splat(0), number = chosen;
  const one = i32x4.splat(1);
  let line = corner;
  for (let i = 0; i < rows; i++) {
    for (let at = line, end = line + past; at != end; at += cell) {
      const v = v128.load(at);
      const mask = replaces(v, largest);
      largest = v128.bitselect(v, largest, mask);
      chosen = v128.bitselect(number, chosen, mask);
      number = i32x4.add(number, one);
    }
    line += row;
  }
  number = i32x4.splat(0);
  line = corner + toGradient;
  for (let i = 0; i < rows; i++) {
    for (let at = line, end = line + past; at != end; at += cell) {
      storeUpTo(at, f32x4.add(v128.load(at), v128.and(dy, i32x4.eq(number, chosen))), count);
      number = i32x4.add(number, one);
    }
    line += row;
  }
}
