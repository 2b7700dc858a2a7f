const view = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(8));

const power = (exponent: number): number => {
  view.setUint32(0, (exponent + 1023) << 20);
  view.setUint32(4, 0);
  return view.getFloat64(0);
};

/** Multiply x · 2^exponent for any integer exponent; rounds at most once, where the result is denormal. */
export function scaleByPowerOfTwo(x: number, exponent: number): number {
  if (exponent >= -1022 && exponent <= 1023) return x * power(exponent);
  if (exponent > 1023) return scaleByPowerOfTwo(x * power(1023), Math.min(exponent - 1023, 1023));
  // x · 2^969 steps: the first factor keeps a normal x normal, so only the last product rounds.
  if (exponent >= -1991) return x * power(exponent + 969) * power(-969);
  return x * 0;
}

/** Return the exponent e with 2^e ≤ |x| < 2^(e+1), for a normal x. */
export function exponentOf(x: number): number {
  view.setFloat64(0, x);
  return ((view.getUint32(0) >>> 20) & 0x7ff) - 1023;
}

/** Split a finite x into an integer and a power of two: x = integer · 2^exponent. */
export function integerAndExponent(x: number): { integer: number; exponent: number } {
  const exponent = exponentOf(x) - 52;
  return { integer: scaleByPowerOfTwo(x, -exponent), exponent };
}

/** Evaluate Σ coefficients[i] · xⁱ, last coefficient first. */
export function polynomial(x: number, coefficients: readonly number[]): number {
  let sum = 0;
  for (let i = coefficients.length - 1; i >= 0; i--) sum = sum * x + coefficients[i]!;
  return sum;
}
