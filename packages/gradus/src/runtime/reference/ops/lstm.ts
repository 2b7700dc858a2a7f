import * as math from '../../../util/math.ts';
import type { Maths } from './evaluation.ts';

const sigmoid = (x: number): number => 1 / (1 + math.exp(-x));

/** Visit the units of all rows: the indices of a unit's values, and of its four gates'. */
function forEachUnit(
  [rows, units]: readonly number[],
  visit: (at: number, i: number, f: number, g: number, o: number) => void,
): void {
  for (let row = 0; row < rows; row++) {
    for (let unit = 0; unit < units; unit++) {
      const first = 4 * row * units + unit;
      visit(row * units + unit, first, first + units, first + 2 * units, first + 3 * units);
    }
  }
}

export const lstmMaths: Maths<'lstmCell' | 'lstmCellGradient'> = {
  lstmCell({ inputs: [{ values: z }, c], outputs: [next, output, { values: gates }] }) {
    forEachUnit(c.shape, (at, i, f, g, o) => {
      for (const gate of [i, f, o]) gates[gate] = sigmoid(z[gate]);
      gates[g] = math.tanh(z[g]);
      next.values[at] = gates[f] * c.values[at] + gates[i] * gates[g];
      output.values[at] = gates[o] * math.tanh(next.values[at]);
    });
  },
  lstmCellGradient({ inputs: [{ values: s }, c, next, dOutput, dNext], outputs: [{ values: dz }, dc] }) {
    forEachUnit(c.shape, (at, i, f, g, o) => {
      const t = math.tanh(next.values[at]);
      const dh = dOutput.values[at];
      const k = dNext.values[at] + dh * s[o] * (1 - t * t);
      dz[i] = k * s[g] * s[i] * (1 - s[i]);
      dz[f] = k * c.values[at] * s[f] * (1 - s[f]);
      dz[g] = k * s[i] * (1 - s[g] * s[g]);
      dz[o] = dh * t * s[o] * (1 - s[o]);
      dc.values[at] = k * s[f];
    });
  },
};
