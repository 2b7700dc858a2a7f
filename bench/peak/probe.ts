// What a product's inner loop does: a block of 4×8 sums, 256 deep, from the first cache.

const A: usize = 1024;
const B: usize = 8192;
const DEPTH: i32 = 256;

/** Sum a block `turns` times: 16,384 floating-point operations each. */
export function block(turns: i32): f32 {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
  for (; turns > 0; turns--) {
    let a = A, b = B;
    for (const end = B + 32 * DEPTH; b != end; b += 32) {
      const x = v128.load(b), y = v128.load(b, 16);
      let s = v128.load_splat<f32>(a);
      c0 = f32x4.relaxed_madd(s, x, c0);
      c1 = f32x4.relaxed_madd(s, y, c1);
      s = v128.load_splat<f32>(a, 1024);
      c2 = f32x4.relaxed_madd(s, x, c2);
      c3 = f32x4.relaxed_madd(s, y, c3);
      s = v128.load_splat<f32>(a, 2048);
      c4 = f32x4.relaxed_madd(s, x, c4);
      c5 = f32x4.relaxed_madd(s, y, c5);
      s = v128.load_splat<f32>(a, 3072);
      c6 = f32x4.relaxed_madd(s, x, c6);
      c7 = f32x4.relaxed_madd(s, y, c7);
      a += 4;
    }
  }
  const all = f32x4.add(f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3)), f32x4.add(f32x4.add(c4, c5), f32x4.add(c6, c7)));
  return f32x4.extract_lane(all, 0) + f32x4.extract_lane(all, 3);
}
