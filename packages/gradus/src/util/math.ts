/**
 * Elementary functions with the same bits on every machine and engine: only + − × ÷ √, rounding to an
 * integer and views of a number's bits. `Math.exp` and its kin differ between engines and versions.
 */
export { erf, erfc } from './math/erf.ts';
export { exp, sigmoid } from './math/exp.ts';
export { expm1, tanh } from './math/expm1.ts';
export { log, log1p, pow } from './math/log.ts';
export { cos, sin } from './math/trigonometry.ts';
