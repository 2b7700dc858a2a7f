import * as $ from '../../graph/operations.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { JsonObject } from '../../util/json.ts';

/** How a model's outputs become probabilities; `none` for scores, of which the sign or the largest decides. */
export type ProbabilityFunction = 'softmax' | 'sigmoid' | 'identity' | 'none';

/** What is minimised, and how predictions are read under it. */
export interface Loss {
  /** The name, such as `softmaxCrossEntropy`. */
  readonly name: string;
  /** What the targets are: one class of several, independent yes/no questions, or values. */
  readonly task: 'classes' | 'bits' | 'values';
  /** How outputs of the model become probabilities. */
  readonly probabilities: ProbabilityFunction;
  /**
   * Check targets, row-major with `width` values a row, and convert them to what `build` takes. Default: yes/no questions
   * take numbers from 0 to 1, values any number.
   */
  readTargets?(targets: ArrayLike<number>, width: number): Float64Array;
  /**
   * Whether the loss sees each row whole, with targets of any width. Default false: where the output of a row has
   * several positions, such as the steps of a sequence, the loss is measured at each of them.
   */
  readonly wholeRows?: boolean;
  /** Build the loss of a batch, a scalar, averaged over the rows. */
  build(prediction: Tensor, target: Tensor): Tensor;
  /** Build the loss of every row, [rows], which weights multiply. Default: the loss takes no weights. */
  rows?(prediction: Tensor, target: Tensor): Tensor;
  /** Give name and options as JSON. */
  config(): JsonObject;
}

/**
 * A loss of your own: from prediction [rows, outputs] and target [rows, values] to a scalar, averaged over the rows; or
 * to one value for each row or each output, whose mean is minimised and which weights may multiply.
 */
export type LossFunction = (prediction: Tensor, target: Tensor) => Tensor;

/** Probabilities are clipped this far from 0 and 1 before the logarithm, as in Keras. */
export const LEAST_PROBABILITY = 1e-7;

/** Reduce [rows, outputs] to one value a row; [rows] stays. */
export const meanOfRows = (elements: Tensor): Tensor =>
  elements.rank === 1 ? elements : $.mean(elements, { axes: elements.shape.map((_, axis) => axis).slice(1) });

/** Make a loss from the elements whose mean it is: one a row, or one for each row and output. */
export function defineLoss(
  parts: Pick<Loss, 'name' | 'task' | 'probabilities' | 'readTargets'> & {
    readonly elements: LossFunction;
    readonly options?: JsonObject;
  },
): Loss {
  const { name, task, probabilities, readTargets, elements, options } = parts;
  return {
    name,
    task,
    probabilities,
    ...(readTargets && { readTargets }),
    build: (prediction, target) => $.mean(elements(prediction, target)),
    rows: (prediction, target) => meanOfRows(elements(prediction, target)),
    config: () => ({ name, ...options }),
  };
}
