/** Copy k rows of `panels` groups of 4, 6 or 8 floats, `stride` bytes apart, into panels whose rows are one group's `bytes`. */
export function packPanels(source: usize, stride: usize, panels: i32, bytes: usize, k: i32, destination: usize): void {
  const panel = <usize>k * bytes, width = <usize>panels * bytes, second = bytes - 16;
  for (; k > 0; k--) {
    let to = destination;
    for (let from = source, end = source + width; from != end; from += bytes) {
      v128.store(to, v128.load(from));
      v128.store(to + second, v128.load(from + second));
      to += panel;
    }
    source += stride;
    destination += bytes;
  }
}

/** Copy k rows of 1 to 7 floats, `stride` bytes apart, into a panel of 8 columns; 4 or 8 are copied, the rest is never used. */
export function packTail(source: usize, stride: usize, count: i32, k: i32, destination: usize): void {
  for (; k > 0; k--) {
    v128.store(destination, v128.load(source));
    if (count > 4) v128.store(destination, v128.load(source, 16), 16);
    source += stride;
    destination += 32;
  }
}

/** Transpose the 4×4 floats at s0…s3 into rows `stride` bytes apart. */
@inline
export function transpose4(s0: usize, s1: usize, s2: usize, s3: usize, destination: usize, stride: usize): void {
  const a = v128.load(s0), b = v128.load(s1), c = v128.load(s2), d = v128.load(s3);
  const ab0 = i8x16.shuffle(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const ab1 = i8x16.shuffle(a, b, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  const cd0 = i8x16.shuffle(c, d, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const cd1 = i8x16.shuffle(c, d, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  v128.store(destination, i8x16.shuffle(ab0, cd0, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23));
  v128.store(destination + stride, i8x16.shuffle(ab0, cd0, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31));
  v128.store(destination + 2 * stride, i8x16.shuffle(ab1, cd1, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23));
  v128.store(destination + 3 * stride, i8x16.shuffle(ab1, cd1, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31));
}

/**
 * Transpose up to 8 rows of k floats, `stride` bytes apart, into k rows of 8 floats. Columns past `count` repeat
 * the last row: nobody reads their sums. Writes whole groups of 4 rows, up to 96 bytes past k rows.
 */
export function packColumns(source: usize, stride: usize, count: i32, k: i32, destination: usize): void {
  const last = source + <usize>(count - 1) * stride;
  const s0 = source;
  const s1 = min(s0 + stride, last), s2 = min(s1 + stride, last), s3 = min(s2 + stride, last);
  const s4 = min(s3 + stride, last), s5 = min(s4 + stride, last), s6 = min(s5 + stride, last), s7 = min(s6 + stride, last);
  const end = <usize>k << 2;
  for (let offset: usize = 0; offset < end; offset += 16) {
    transpose4(s0 + offset, s1 + offset, s2 + offset, s3 + offset, destination, 32);
    if (count > 4) transpose4(s4 + offset, s5 + offset, s6 + offset, s7 + offset, destination + 16, 32);
    destination += 128;
  }
}

/** Transpose `count` rows of up to 4 floats, `stride` bytes apart, into 4 rows, `apart` bytes apart; up to 12 bytes past each are written. */
export function packRows(source: usize, stride: usize, count: i32, destination: usize, apart: usize): void {
  const last = source + <usize>(count - 1) * stride;
  for (; count > 0; count -= 4) {
    const s1 = min(source + stride, last), s2 = min(s1 + stride, last), s3 = min(s2 + stride, last);
    transpose4(source, s1, s2, s3, destination, apart);
    source += stride << 2;
    destination += 16;
  }
}
