import { pointer, storeUpTo } from './operands';
import {
  above, before, channels, height, kernelHeight, kernelWidth, outHeight, outWidth, readSizes, REST, strideX, strideY, width,
} from './unfold';

/** Lanes where v takes the place of the largest so far: it is larger, or the first NaN. */
@inline
function replaces(v: v128, largest: v128): v128 {
  return v128.or(f32x4.gt(v, largest), v128.and(f32x4.ne(v, v), f32x4.eq(largest, largest)));
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
  const x = pointer(pc, 0), toGradient = pointer(pc, 1) - x, toLargest = pointer(pc, REST) - pointer(pc, 2);
  const cell = <usize>channels << 2, row = <usize>width * cell, image = <usize>height * row;
  // Where windows touch and leave nothing out, there is nothing to add to.
  const apart = strideY == kernelHeight && strideX == kernelWidth;
  const whole = apart && outHeight * strideY == height && outWidth * strideX == width;
  if (!whole) memory.fill(x + toGradient + <usize>from * image, 0, <usize>(to - from) * image);
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
          const largest = v128.load(dy + toLargest);
          // The gradient goes to the first that is as large, or NaN as well.
          const change = v128.load(dy);
          let open = i32x4.splat(-1);
          let at = corner;
          for (let i = top; i < bottom; i++, at += row - past) {
            for (const end = at + past; at != end; at += cell) {
              const v = v128.load(at);
              const hit = v128.and(open, v128.or(f32x4.eq(v, largest), v128.and(f32x4.ne(v, v), f32x4.ne(largest, largest))));
              open = v128.andnot(open, hit);
              const gradient = v128.and(change, hit);
              const out = at + toGradient;
              storeUpTo(out, whole ? gradient : f32x4.add(v128.load(out), gradient), count);
            }
          }
          dy += <usize>min(4, count) << 2;
          corner += 16;
        }
      }
    }
  }
}
