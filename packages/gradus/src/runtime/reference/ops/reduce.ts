import { reductionExtents } from '../../../graph/ops/broadcast.ts';
import type { Maths } from './evaluation.ts';

export const reduceMaths: Maths<'reduce'> = {
  reduce({ attributes: { function: name, start, end }, inputs: [x], outputs: [y] }) {
    const [outer, axis, inner] = reductionExtents(x.shape, start, end);
    for (let i = 0; i < outer; i++) {
      for (let j = 0; j < inner; j++) {
        let result = name === 'maximum' ? -Infinity : 0;
        for (let k = 0; k < axis; k++) {
          const value = x.values[(i * axis + k) * inner + j];
          result = name === 'maximum' ? Math.max(result, value) : result + value;
        }
        y.values[i * inner + j] = name === 'mean' ? result / axis : result;
      }
    }
  },
};
