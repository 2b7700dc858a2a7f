import type { Prediction } from '../models/predict/outputs.ts';
import { ArgumentError } from '../util/errors.ts';
import { describeValue, isRecord, requireCount, requireOptions } from '../util/options.ts';

/** A row that a classifier gets wrong. */
export interface Mistake {
  /** Its index. */
  readonly row: number;
  /** The true class. */
  readonly target: number;
  /** The predicted class. */
  readonly predicted: number;
  /** The probability of the predicted class. */
  readonly probability: number;
  /** The probability of the true class. */
  readonly targetProbability: number;
}

/** Options of `mostConfidentMistakes`. */
export interface MistakesOptions {
  /** The maximum number. Default 20. */
  readonly count?: number | undefined;
}

/**
 * Find the rows that a classifier gets wrong with the highest probability: its failure cases, and often wrong labels.
 *
 * @param prediction - The result of `predictProbabilities`: a probability for each class, or that of class 1.
 * @param targets - The class of every row, from 0.
 * @param options - How many.
 * @returns The mistakes, the most confident first; ties in the order of the rows.
 * @throws ArgumentError for anything but a prediction, and for numbers of rows that differ.
 * @example
 * import { mostConfidentMistakes } from 'gradus/inspect';
 * const probabilities = { values: Float32Array.of(0.25, 0.75, 1, 0), shape: [2, 2] };
 * mostConfidentMistakes(probabilities, [0, 0]); // [{ row: 0, target: 0, predicted: 1, probability: 0.75, targetProbability: 0.25 }]
 */
export function mostConfidentMistakes(
  prediction: Prediction,
  targets: ArrayLike<number>,
  options: MistakesOptions = {},
): Mistake[] {
  requireOptions(options, { count: true }, 'mostConfidentMistakes');
  const { count = 20 } = options;
  requireCount('count', count, 0);
  if (!isRecord(prediction) || !Array.isArray(prediction.shape)) {
    throw new ArgumentError({
      received: `${describeValue(prediction)} for probabilities`,
      expected: 'the result of predictProbabilities',
    });
  }
  const { values, shape } = prediction;
  const [rows, width] = [shape[0], shape.slice(1).reduce((a, b) => a * b, 1)];
  if (rows !== targets?.length) {
    throw new ArgumentError({
      received: `probabilities of ${rows} rows and ${targets?.length ?? 'no'} targets`,
      expected: 'one target per row',
    });
  }
  const mistakes: Mistake[] = [];
  for (let row = 0; row < rows; row++) {
    const probabilityOf = (label: number): number => {
      if (width > 1) return values[row * width + label];
      return label === 1 ? values[row] : 1 - values[row];
    };
    const classes = Math.max(2, width);
    let predicted = 0;
    for (let k = 1; k < classes; k++) if (probabilityOf(k) > probabilityOf(predicted)) predicted = k;
    const target = targets[row];
    if (predicted === target) continue;
    const probability = probabilityOf(predicted);
    mistakes.push({ row, target, predicted, probability, targetProbability: probabilityOf(target) });
  }
  mistakes.sort((a, b) => b.probability - a.probability || a.row - b.row);
  return mistakes.slice(0, count);
}
