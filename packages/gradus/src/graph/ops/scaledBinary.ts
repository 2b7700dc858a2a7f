import { broadcastShapes } from '../../util/shape.ts';
import { float } from '../definition.ts';
import type { OpDefinition } from '../tensor.ts';
import type { binaryFormulas } from './binary.ts';
import type { FunctionAttributes } from './elementwise.ts';
import type { logisticFormulas } from './logisticLoss.ts';
import type { powerFormulas } from './power.ts';

type Formulas = typeof binaryFormulas & typeof logisticFormulas & typeof powerFormulas;

/** Made by fusion: scale·f(a, b); inputs: a, b, scale, which is a scalar. */
export const scaledBinaryOp: OpDefinition<'scaledBinary', FunctionAttributes<keyof Formulas>> = {
  op: 'scaledBinary',
  types: ([a, b]) => [float(broadcastShapes(a.shape, b.shape))],
  derivative: 'fused',
};
