/**
 * Sums and products of two float64 numbers without rounding error: a number is held as high + low,
 * where high is the nearest float64 (T. J. Dekker, Numerische Mathematik 18, 1971).
 */
export interface DoubleDouble {
  readonly high: number;
  readonly low: number;
}

/** Add a + b exactly (D. E. Knuth, The Art of Computer Programming 2, 4.2.2). */
export function addExact(a: number, b: number): DoubleDouble {
  const high = a + b;
  const fromB = high - a;
  return { high, low: a - (high - fromB) + (b - fromB) };
}

/** Add a + b exactly where |a| ≥ |b|. */
export function addOrdered(a: number, b: number): DoubleDouble {
  const high = a + b;
  return { high, low: b - (high - a) };
}

// 2^27 + 1 splits 53 bits into 26 + 26 (and a sign).
const splitter = 134217729;

/** Multiply a · b exactly; |a| and |b| below 2^996, the product not denormal. */
export function multiplyExact(a: number, b: number): DoubleDouble {
  const high = a * b;
  const liftedA = splitter * a;
  const highA = liftedA - (liftedA - a);
  const lowA = a - highA;
  const liftedB = splitter * b;
  const highB = liftedB - (liftedB - b);
  const lowB = b - highB;
  return { high, low: highA * highB - high + highA * lowB + lowA * highB + lowA * lowB };
}

/** Multiply two pairs; the error is about 2^-104 of the product. */
export function multiplyPairs(a: DoubleDouble, b: DoubleDouble): DoubleDouble {
  const { high, low } = multiplyExact(a.high, b.high);
  return addOrdered(high, low + (a.high * b.low + a.low * b.high));
}
