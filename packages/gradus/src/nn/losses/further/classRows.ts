import * as $ from '../../../graph/operations.ts';
import type { Tensor } from '../../../graph/tensor.ts';

/** Targets of classes as rows of probabilities: class numbers become rows with a 1. */
export const classRows = (prediction: Tensor, target: Tensor): Tensor =>
  target.dataType === 'int' ? $.oneHot(target, prediction.shape[1]) : target;
