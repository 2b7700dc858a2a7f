import * as math from '../../../util/math.ts';
import { logSumExp } from '../../../util/softmax.ts';
import type { ArrayValue, Maths } from './evaluation.ts';

/** Walk the rows of an array: call with the offset and the length of each. */
export function forEachRow(
  array: ArrayValue,
  visit: (offset: number, length: number, row: number) => void,
): void {
  const length = array.shape[array.shape.length - 1];
  const rows = length === 0 ? 0 : array.values.length / length;
  for (let row = 0; row < rows; row++) visit(row * length, length, row);
}

export const rowMaths: Maths<'row' | 'rowGradient'> = {
  row({ attributes: { function: name }, inputs: [x], outputs: [y] }) {
    forEachRow(x, (offset, length, row) => {
      const total = logSumExp(x.values, offset, length);
      if (name === 'logSumExp') {
        y.values[row] = total;
        return;
      }
      for (let i = offset; i < offset + length; i++) {
        y.values[i] = name === 'softmax' ? math.exp(x.values[i] - total) : x.values[i] - total;
      }
    });
  },
  rowGradient({ attributes: { function: name }, inputs: [g, y], outputs: [out] }) {
    forEachRow(y, (offset, length) => {
      let sum = 0;
      for (let i = offset; i < offset + length; i++)
        sum += name === 'softmax' ? g.values[i] * y.values[i] : g.values[i];
      for (let i = offset; i < offset + length; i++) {
        out.values[i] =
          name === 'softmax' ? y.values[i] * (g.values[i] - sum) : g.values[i] - math.exp(y.values[i]) * sum;
      }
    });
  },
};
