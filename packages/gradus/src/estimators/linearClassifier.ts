import { accuracy } from '../metrics/accuracy.ts';
import type { Label } from '../metrics/labels.ts';
import type { MatrixLike } from '../models/inputs/inputs.ts';
import { ArgumentError } from '../util/errors.ts';
import { argMax } from '../util/softmax.ts';
import { readRows } from './labelledRows.ts';

/** What was learned: a weighted sum for each unit. */
export interface LinearUnits {
  /** The different labels, sorted. */
  readonly classes: readonly Label[];
  /** units × width weights, unit after unit: one unit for two classes, else one a class. */
  readonly weights: Float64Array;
  /** One bias a unit. */
  readonly biases: Float64Array;
  /** Of a single unit: the second class has sums above it. */
  readonly threshold: number;
}

/**
 * The base of linear classifiers: labels of any kind, decisions, a score. Extended by
 * `Perceptron`, `Adaline` and `LogisticRegression`.
 *
 * @example
 * import { Adaline, type LinearClassifier, LogisticRegression, Perceptron } from 'gradus/estimators';
 * const all: LinearClassifier[] = [new Perceptron(), new Adaline({ solver: 'analytical' }), new LogisticRegression()];
 * all.map((one) => one.fit([[1], [2]], ['low', 'high']).predict([[3]])[0]); // ['high', 'high', 'high']
 */
export abstract class LinearClassifier {
  #units: LinearUnits | undefined;

  /** The labels that were learned: numbers in numeric order, then false and true, then strings by code unit. */
  get classes(): readonly Label[] {
    return this.units().classes;
  }

  /** units × width weights, unit after unit: one unit, for the second class, of two; else one a class. */
  get weights(): Float64Array {
    return this.units().weights;
  }

  /** One bias a unit. */
  get biases(): Float64Array {
    return this.units().biases;
  }

  /**
   * Compute the weighted sums Wx + b.
   *
   * @param x - Features, one row a sample, as wide as those of the training.
   * @returns rows × units sums, row after row: one a row for two classes.
   * @throws ArgumentError before `fit`, ShapeError for another width.
   */
  decisionFunction(x: MatrixLike): Float64Array {
    const { weights, biases } = this.units();
    const units = biases.length;
    const width = weights.length / units;
    const { values, rows } = readRows(x, width);
    const sums = new Float64Array(rows * units);
    for (let row = 0; row < rows; row++) {
      for (let unit = 0; unit < units; unit++) {
        let sum = biases[unit];
        for (let i = 0; i < width; i++) sum += weights[unit * width + i] * values[row * width + i];
        sums[row * units + unit] = sum;
      }
    }
    return sums;
  }

  /**
   * Classify rows: the second of two classes where the sum is above the threshold, which is 0 unless the targets of an
   * Adaline move it; of more classes the one with the largest sum, the first of equals.
   *
   * @param x - Features, one row a sample.
   * @returns One label a row.
   * @throws ArgumentError before `fit`, ShapeError for another width.
   */
  predict(x: MatrixLike): Label[] {
    const { classes, biases, threshold } = this.units();
    const units = biases.length;
    const sums = this.decisionFunction(x);
    return Array.from({ length: sums.length / units }, (_, row) => {
      if (units === 1) return classes[sums[row] > threshold ? 1 : 0];
      return classes[argMax(sums, row * units, units)];
    });
  }

  /**
   * Measure the share of rows classified correctly.
   *
   * @param x - Features, one row a sample.
   * @param y - The true labels.
   * @returns The accuracy, from 0 to 1.
   * @throws ArgumentError before `fit` and for no rows, ShapeError for another width.
   */
  score(x: MatrixLike, y: ArrayLike<Label>): number {
    return accuracy(y, this.predict(x));
  }

  /**
   * Learn from rows.
   *
   * @param x - Features, one row a sample.
   * @param y - The label of each row.
   * @returns The classifier itself.
   * @throws DataError for no rows, NaN, labels that are missing, or a single class.
   */
  abstract fit(x: MatrixLike, y: ArrayLike<Label>): this;

  /** Keep what was learned. */
  protected settle(units: LinearUnits): void {
    this.#units = units;
  }

  /** What was learned. */
  protected units(): LinearUnits {
    if (this.#units !== undefined) return this.#units;
    throw new ArgumentError({
      received: 'a classifier that was not fitted',
      expected: 'a fitted one',
      remedy: 'Call fit(x, y) first',
    });
  }
}
