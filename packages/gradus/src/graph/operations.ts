/**
 * Every op: the functions that build graphs, which a layer, a loss or a user's function may call, and the definitions and
 * formulas behind them, from which `attributes.ts` derives the names.
 */

export * from './ops/activation.ts';
export * from './ops/affine.ts';
export * from './ops/binary.ts';
export * from './ops/broadcast.ts';
export * from './ops/classification.ts';
export * from './ops/composedActivations.ts';
export * from './ops/convolution.ts';
export * from './ops/countCorrect.ts';
export * from './ops/layout.ts';
export * from './ops/leaves.ts';
export * from './ops/logisticLoss.ts';
export * from './ops/lstm.ts';
export * from './ops/matmul.ts';
export * from './ops/pooling.ts';
export * from './ops/power.ts';
export * from './ops/random.ts';
export * from './ops/reduce.ts';
export * from './ops/repeat.ts';
export * from './ops/row.ts';
export * from './ops/scaledBinary.ts';
export * from './ops/slice.ts';
export * from './ops/take.ts';
export * from './ops/unary.ts';
