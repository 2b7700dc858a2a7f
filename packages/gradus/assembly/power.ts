import { storeTail } from './operands';

/** ln x of a positive, finite, normal float64. Relative error ≤ 1e-14. */
function log64(x: f64): f64 {
  let bits = reinterpret<i64>(x) - 0x3fe6a09e667f3bcd;
  const e = <f64>(bits >> 52);
  bits = (bits & 0x000fffffffffffff) + 0x3fe6a09e667f3bcd;
  const m = reinterpret<f64>(bits);
  // ln m = 2·artanh s, s = (m − 1)/(m + 1), |s| ≤ 0.1716
  const s = (m - 1) / (m + 1), q = s * s;
  let p: f64 = 1.0 / 19;
  p = p * q + 1.0 / 17;
  p = p * q + 1.0 / 15;
  p = p * q + 1.0 / 13;
  p = p * q + 1.0 / 11;
  p = p * q + 1.0 / 9;
  p = p * q + 1.0 / 7;
  p = p * q + 1.0 / 5;
  p = p * q + 1.0 / 3;
  return e * 0.6931471805599453 + (2 * s + 2 * s * q * p);
}

/** e^x for |x| ≤ 200, in float64. Relative error ≤ 1e-14. */
function exp64(x: f64): f64 {
  const n = nearest(x * 1.4426950408889634);
  const r = x - n * 0.6931471803691238 - n * 1.9082149292705877e-10;
  let p: f64 = 1.0 / 479001600;
  p = p * r + 1.0 / 39916800;
  p = p * r + 1.0 / 3628800;
  p = p * r + 1.0 / 362880;
  p = p * r + 1.0 / 40320;
  p = p * r + 1.0 / 5040;
  p = p * r + 1.0 / 720;
  p = p * r + 1.0 / 120;
  p = p * r + 1.0 / 24;
  p = p * r + 1.0 / 6;
  p = p * r + 0.5;
  p = p * r + 1;
  p = p * r + 1;
  return p * reinterpret<f64>((<i64>n + 1023) << 52);
}

/** x^y with C's rules: x^0 = 1^y = 1, a negative x needs an integer y. Rounded from float64: error ≤ 1e-7. */
export function pow(x: f32, y: f32): f32 {
  if (y == 0 || x == 1) return 1;
  if (x != x || y != y) return NaN;
  const magnitude = abs(x);
  const whole = floor(y) == y;
  const odd = whole && abs(y) < 16777216 && (<i64>y & 1) != 0;
  const sign: f32 = odd && reinterpret<i32>(x) < 0 ? -1 : 1;
  if (magnitude == 0) return y > 0 ? sign * 0 : sign * Infinity;
  if (magnitude == Infinity) return y > 0 ? sign * Infinity : sign * 0;
  if (abs(y) == Infinity) return magnitude == 1 ? 1 : (magnitude > 1) == (y > 0) ? Infinity : 0;
  if (x < 0 && !whole) return NaN;
  const exponent = <f64>y * log64(<f64>magnitude);
  if (exponent > 100) return sign * Infinity;
  if (exponent < -110) return sign * 0;
  return sign * <f32>exp64(exponent);
}

/** y = x^p for `count` floats; 2, 3, ½, −1 take their short ways. */
export function powConstant(count: i32, x: usize, y: usize, p: f32): void {
  if (p == 2 || p == 3 || p == 0.5 || p == -1 || p == 1) {
    for (; count > 0; count -= 4, x += 16, y += 16) {
      let v = v128.load(x);
      if (p == 2) v = f32x4.mul(v, v);
      else if (p == 3) v = f32x4.mul(f32x4.mul(v, v), v);
      // √ keeps −0, pow does not; pow(−Inf, ½) is +Inf.
      else if (p == 0.5) {
        const lowest = f32x4.eq(v, f32x4.splat(-Infinity));
        v = f32x4.sqrt(f32x4.add(v128.bitselect(f32x4.splat(Infinity), v, lowest), f32x4.splat(0)));
      }
      if (p == -1) v = f32x4.div(f32x4.splat(1), v);
      if (count >= 4) v128.store(y, v);
      else storeTail(y, v, count);
    }
    return;
  }
  for (; count > 0; count--, x += 4, y += 4) store<f32>(y, pow(load<f32>(x), p));
}

/** Raise lane by lane. */
export function powVector(a: v128, b: v128): v128 {
  let v = f32x4.splat(pow(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)));
  v = f32x4.replace_lane(v, 1, pow(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)));
  v = f32x4.replace_lane(v, 2, pow(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)));
  return f32x4.replace_lane(v, 3, pow(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)));
}
