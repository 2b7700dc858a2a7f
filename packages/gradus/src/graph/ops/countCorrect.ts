import { apply, float, type OpDefinition } from '../definition.ts';
import type { Tensor } from '../tensor.ts';
import { requireTargets } from './classification.ts';

export const countCorrectOp: OpDefinition<'countCorrect'> = {
  op: 'countCorrect',
  types([scores, labels]) {
    requireTargets(scores, labels);
    return [float([])];
  },
  derivative: 'none',
};

/** Count the rows whose first largest score stands at their label. */
export const countCorrect = (scores: Tensor, labels: Tensor): Tensor =>
  apply(countCorrectOp, [scores, labels], {});
