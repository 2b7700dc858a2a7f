import { resolveDimension } from '../../../util/shape.ts';
import type { Maths } from './evaluation.ts';

export const leafMaths: Maths<'constant' | 'count'> = {
  constant: ({ attributes, outputs }) => outputs[0].values.set(attributes.values),
  count({ attributes, outputs, context }) {
    outputs[0].values[0] = resolveDimension(attributes.extent, context.rows);
  },
};
