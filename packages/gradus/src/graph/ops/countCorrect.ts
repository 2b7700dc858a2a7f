import { apply, float } from '../definition.ts';
import type { OpDefinition, Tensor } from '../tensor.ts';
import { requireTargets } from './classification.ts';

/** inputs: scores [n, classes], labels int [n]; output: how many rows have their first largest score at the label */
export const countCorrectOp: OpDefinition<'countCorrect', Readonly<Record<never, never>>> = {
  op: 'countCorrect',
  types([scores, labels]) {
    requireTargets(scores, labels);
    return [float([])];
  },
  derivative: 'none',
};

/** Count the rows whose first largest score is at their label. */
export const countCorrect = (scores: Tensor, labels: Tensor): Tensor =>
  apply(countCorrectOp, [scores, labels], {});
