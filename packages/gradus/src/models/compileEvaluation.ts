import { compile } from '../compile/compile.ts';
import type { Program } from '../compile/program.ts';
import { COUNT } from '../train/evaluate.ts';
import type { LossGraph } from './graphs.ts';

/** Compile the measuring of rows: the loss without dropout, the prediction, and which places of it count. */
export const compileEvaluation = ({ loss, count, prediction, mask }: LossGraph): Program =>
  compile({
    records: { loss, ...(count && { [COUNT]: count }) },
    outputs: { prediction, ...(mask && { mask }) },
    gathered: true,
  });
