import { elementNormal, elementUniform } from '../../../util/elementDraws.ts';
import type { Maths } from './evaluation.ts';

export const randomMaths: Maths<'dropout' | 'random'> = {
  dropout({ attributes: { rate, stream }, inputs: [x], outputs: [y], context }) {
    const key = context.streamKey(stream);
    // In float32, as the kernels hold them, so that every executor keeps the same elements.
    const threshold = Math.fround(rate);
    const scale = Math.fround(1 / (1 - threshold));
    for (let i = 0; i < y.values.length; i++) {
      y.values[i] = elementUniform(key, context.step, i) >= threshold ? x.values[i] * scale : 0;
    }
  },
  random({ attributes: { distribution, a, b, stream }, outputs: [out], context }) {
    const key = context.streamKey(stream);
    for (let i = 0; i < out.values.length; i++) {
      out.values[i] =
        distribution === 'uniform'
          ? a + (b - a) * elementUniform(key, context.step, i)
          : a + b * elementNormal(key, context.step, i);
    }
  },
};
