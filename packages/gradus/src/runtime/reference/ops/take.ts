import type { Maths } from './evaluation.ts';

/** An integer in [0, size), or −1. */
const indexOf = (value: number, size: number): number =>
  Number.isInteger(value) && value >= 0 && value < size ? value : -1;

export const takeMaths: Maths<'take' | 'takeGradient'> = {
  take({ inputs: [table, indices], outputs: [out] }) {
    const width = table.shape.slice(1).reduce((a, b) => a * b, 1);
    indices.values.forEach((value, i) => {
      const index = indexOf(value, table.shape[0]);
      for (let j = 0; j < width; j++) {
        out.values[i * width + j] = index < 0 ? Number.NaN : table.values[index * width + j];
      }
    });
  },
  takeGradient({ inputs: [gradient, indices], outputs: [out] }) {
    const width = out.shape.slice(1).reduce((a, b) => a * b, 1);
    out.values.fill(0);
    indices.values.forEach((value, i) => {
      const index = indexOf(value, out.shape[0]);
      if (index < 0) return;
      for (let j = 0; j < width; j++) out.values[index * width + j] += gradient.values[i * width + j];
    });
  },
};
