import type { BinaryFunction } from '../../../graph/attributes.ts';
import { binaryFormulas } from '../../../graph/ops/binary.ts';
import type { BinaryFormula } from '../../../graph/ops/elementwise.ts';
import { logisticFormulas } from '../../../graph/ops/logisticLoss.ts';
import { powerFormulas } from '../../../graph/ops/power.ts';
import { broadcastStrides, stridesOf } from '../../../util/strides.ts';
import type { ArrayValue, Maths } from './evaluation.ts';

const formulas: Readonly<Record<BinaryFunction, BinaryFormula>> = {
  ...binaryFormulas,
  ...logisticFormulas,
  ...powerFormulas,
};

/** Call `visit` with the flat positions of both operands for every element of the broadcast result. */
function forEachBroadcast(
  a: ArrayValue,
  b: ArrayValue,
  shape: readonly number[],
  visit: (out: number, a: number, b: number) => void,
): void {
  const as = broadcastStrides(a.shape, stridesOf(a.shape), shape);
  const bs = broadcastStrides(b.shape, stridesOf(b.shape), shape);
  const size = shape.reduce((x, y) => x * y, 1);
  const index = new Array<number>(shape.length).fill(0);
  let i = 0;
  let j = 0;
  for (let out = 0; out < size; out++) {
    visit(out, i, j);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      i += as[axis];
      j += bs[axis];
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
      i -= as[axis] * shape[axis];
      j -= bs[axis] * shape[axis];
    }
  }
}

export const binaryMaths: Maths<'binary' | 'scaledBinary' | 'where'> = {
  binary({ attributes, inputs: [a, b], outputs: [out] }) {
    const { value } = formulas[attributes.function];
    forEachBroadcast(a, b, out.shape, (k, i, j) => {
      out.values[k] = value(a.values[i], b.values[j]);
    });
  },
  scaledBinary({ attributes, inputs: [a, b, scale], outputs: [out] }) {
    const { value } = formulas[attributes.function];
    forEachBroadcast(a, b, out.shape, (k, i, j) => {
      out.values[k] = scale.values[0] * value(a.values[i], b.values[j]);
    });
  },
  where({ inputs: [condition, a, b], outputs: [out] }) {
    for (let i = 0; i < out.values.length; i++) {
      out.values[i] = condition.values[i] !== 0 ? a.values[i] : b.values[i];
    }
  },
};
