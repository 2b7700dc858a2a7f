import type { OpName } from '../../../graph/attributes.ts';
import { activationMaths } from './activation.ts';
import { binaryMaths } from './binary.ts';
import { classificationMaths } from './classification.ts';
import { convolutionMaths } from './convolution.ts';
import type { Evaluation, Maths } from './evaluation.ts';
import { layoutMaths } from './layout.ts';
import { leafMaths } from './leaves.ts';
import { lstmMaths } from './lstm.ts';
import { matmulMaths } from './matmul.ts';
import { poolingMaths } from './pooling.ts';
import { randomMaths } from './random.ts';
import { reduceMaths } from './reduce.ts';
import { repeatMaths } from './repeat.ts';
import { rowMaths } from './row.ts';
import { takeMaths } from './take.ts';
import { unaryMaths } from './unary.ts';

/** An op that is computed, not given from outside. */
export type ComputedOp = Exclude<OpName, 'input' | 'parameter'>;

/** The maths of every op, the truth that kernels are held against. A missing one does not compile. */
const maths: Maths<ComputedOp> = {
  ...activationMaths,
  ...binaryMaths,
  ...classificationMaths,
  ...convolutionMaths,
  ...layoutMaths,
  ...leafMaths,
  ...lstmMaths,
  ...matmulMaths,
  ...poolingMaths,
  ...randomMaths,
  ...reduceMaths,
  ...repeatMaths,
  ...rowMaths,
  ...takeMaths,
  ...unaryMaths,
};

/** Compute an op: fill its outputs. */
export const evaluateOp = (op: ComputedOp, evaluation: Evaluation<OpName>): void =>
  (maths[op] as (evaluation: Evaluation<OpName>) => void)(evaluation);
