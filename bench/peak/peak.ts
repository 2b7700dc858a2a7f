// Multiply-adds that touch nothing but registers: the most that a thread can do.

/** a·b + c, rounded once or twice. */
@inline
function multiplyAdd(a: v128, b: v128, c: v128, once: bool): v128 {
  return once ? f32x4.relaxed_madd(a, b, c) : f32x4.add(f32x4.mul(a, b), c);
}

/**
 * Twelve sums, as many as a kernel's block has. Each takes in its neighbour as it was, so that none waits for
 * another, no product repeats and all are needed. The factor comes from outside: engines load a constant again
 * wherever it is used.
 */
@inline
function sums(turns: i32, factor: f32, once: bool): f32 {
  const x = f32x4.splat(factor);
  let c0 = x, c1 = x, c2 = x, c3 = x, c4 = x, c5 = x, c6 = x, c7 = x, c8 = x, c9 = x, c10 = x, c11 = x;
  for (; turns > 0; turns--) {
    for (let twice = 0; twice < 2; twice++) {
      c0 = multiplyAdd(x, c1, c0, once);
      c1 = multiplyAdd(x, c2, c1, once);
      c2 = multiplyAdd(x, c3, c2, once);
      c3 = multiplyAdd(x, c4, c3, once);
      c4 = multiplyAdd(x, c5, c4, once);
      c5 = multiplyAdd(x, c6, c5, once);
      c6 = multiplyAdd(x, c7, c6, once);
      c7 = multiplyAdd(x, c8, c7, once);
      c8 = multiplyAdd(x, c9, c8, once);
      c9 = multiplyAdd(x, c10, c9, once);
      c10 = multiplyAdd(x, c11, c10, once);
      c11 = multiplyAdd(x, c0, c11, once);
    }
  }
  const low = f32x4.add(f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3)), f32x4.add(c4, c5));
  const high = f32x4.add(f32x4.add(f32x4.add(c6, c7), f32x4.add(c8, c9)), f32x4.add(c10, c11));
  const all = f32x4.add(low, high);
  return f32x4.extract_lane(all, 0) + f32x4.extract_lane(all, 1);
}

/** Do `turns` turns of 24 vectors of 4 lanes, each a relaxed multiply-add. */
export function fused(turns: i32, factor: f32): f32 {
  return sums(turns, factor, true);
}

/** Do `turns` turns of 24 vectors of 4 lanes, each a product and then a sum. */
export function separate(turns: i32, factor: f32): f32 {
  return sums(turns, factor, false);
}
