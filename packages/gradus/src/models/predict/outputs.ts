import { sigmoid } from '../../util/math.ts';
import { argMax, softmaxInPlace } from '../../util/softmax.ts';
import type { Decision } from '../config.ts';

/** What a model says about rows. */
export interface Prediction {
  /** The numbers, row after row. */
  readonly values: Float32Array;
  /** [rows, outputs]. */
  readonly shape: readonly number[];
}

/** Turn outputs into probabilities, computed in float64. */
export function toProbabilities(
  outputs: ArrayLike<number>,
  width: number,
  how: Decision['probabilities'],
): Float64Array {
  const result = Float64Array.from(outputs);
  if (how === 'identity' || how === 'none') return result;
  if (how === 'sigmoid') return result.map((x) => sigmoid(x));
  for (let start = 0; start < result.length; start += width) softmaxInPlace(result, start, width);
  return result;
}

/**
 * Give the first largest output of each row; for yes/no questions 1 where the probability is above one half, or the
 * score above 0.
 */
export function toLabels(outputs: ArrayLike<number>, width: number, decision: Decision): Int32Array {
  if (decision.task === 'bits') {
    const threshold = decision.probabilities === 'identity' ? 0.5 : 0;
    return Int32Array.from(outputs, (x) => (x > threshold ? 1 : 0));
  }
  return Int32Array.from({ length: outputs.length / width }, (_, row) => argMax(outputs, row * width, width));
}
