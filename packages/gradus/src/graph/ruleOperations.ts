/**
 * What derivative rules call of other families of ops. They are handed it, since files must not import each other in a
 * circle; it holds no more than that, so that applications hold only the ops that they use.
 */

export { sigmoid } from './ops/activation.ts';
export { add, divide, equal, greaterEqual, multiply, subtract } from './ops/binary.ts';
export { reshape } from './ops/layout.ts';
export { sum, sumTo } from './ops/reduce.ts';
export { affine, exp, log, negate, square } from './ops/unary.ts';
