import { madd, storeUpTo } from './operands';
import {
  above, before, channels, dilationX, dilationY, filters, groups, height, kernelHeight, kernelWidth, outHeight, outWidth,
  strideX, strideY, width,
} from './unfold';

/** Whether every filter sees one channel, and every channel has one filter. */
export function isDepthwise(): bool {
  return groups == channels && filters == channels && channels > 1;
}

/** What `eachCell` adds to: y += x ⊙ kernel, x += y ⊙ kernel, or kernel += x ⊙ y. */
export const TO_OUTPUT: i32 = 0;
export const TO_IMAGE: i32 = 1;
export const TO_KERNEL: i32 = 2;

/** target += a ⊙ b, number by number. */
@inline
function accumulate(target: usize, a: usize, b: usize): void {
  for (let count = channels; count > 0; count -= 4, target += 16, a += 16, b += 16) {
    storeUpTo(target, madd(v128.load(a), v128.load(b), v128.load(target)), count);
  }
}

/**
 * Let every cell of the kernel's rows [from, to), seen as height·width of them, meet what it sees from places [begin,
 * end), counted from the sample at `image`: channel by channel, and place after place. Rows of the image outside
 * [top, bottom) are left out.
 */
export function eachCell(
  target: i32, image: usize, kernel: usize, y: usize, begin: i32, end: i32, from: i32, to: i32, top: i32, bottom: i32,
): void {
  const cell = <usize>channels << 2;
  for (let place = begin; place < end; place++) {
    const line = place / outWidth, sample = line / outHeight;
    const firstY = (line - sample * outHeight) * strideY - above, firstX = (place - line * outWidth) * strideX - before;
    const out = y + <usize>place * cell;
    for (let tap = from; tap < to; tap++) {
      const ky = tap / kernelWidth;
      const iy = firstY + ky * dilationY, ix = firstX + (tap - ky * kernelWidth) * dilationX;
      if (iy < top || iy >= bottom || <u32>ix >= <u32>width) continue;
      const x = image + <usize>((sample * height + iy) * width + ix) * cell, weight = kernel + <usize>tap * cell;
      if (target == TO_OUTPUT) accumulate(out, x, weight);
      else if (target == TO_IMAGE) accumulate(x, out, weight);
      else accumulate(weight, x, out);
    }
  }
}

/** Begin the outputs of places [begin, end) with the bias, or 0. */
export function beginOutputs(y: usize, bias: usize, begin: i32, end: i32): void {
  const cell = <usize>channels << 2;
  if (bias == 0) memory.fill(y + <usize>begin * cell, 0, <usize>(end - begin) * cell);
  else for (; begin < end; begin++) memory.copy(y + <usize>begin * cell, bias, cell);
}
