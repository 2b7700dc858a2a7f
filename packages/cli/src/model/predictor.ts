import { IncompatibleError, type Model } from 'gradus';
import type { Matrix, Table } from 'gradus/data';
import type { Preprocessor } from 'gradus/preprocess';

/** Predictions of classes. */
export interface ClassPredictions {
  readonly kind: 'class';
  /** Class index of each row. */
  readonly classes: Int32Array;
  /** rows × classes, row after row. */
  readonly probabilities: ArrayLike<number>;
  readonly warnings: readonly string[];
}

/** Predictions of numbers, in the unit of the target. */
export interface NumberPredictions {
  readonly kind: 'number';
  readonly values: Float64Array;
  readonly warnings: readonly string[];
}

/** What a model says of the rows of a table. */
export type Predictions = ClassPredictions | NumberPredictions;

/** Predictions have the same bits after training and from the model file: a BLAS would not give them row by row. */
const computing = { executor: 'wasm' } as const;

/** How many outputs a network needs behind a preprocessor: one a class, or a single number. */
export const outputsFor = ({ labels }: Preprocessor): number => Math.max(1, labels.length);

/** A network with the preprocessing it was trained behind: raw rows in, classes or numbers out. */
export class Predictor {
  readonly model: Model;
  readonly preprocessor: Preprocessor;

  /** @throws IncompatibleError where the two do not fit together. */
  constructor(model: Model, preprocessor: Preprocessor) {
    const { inputs } = model.config();
    const width = inputs.map(({ shape }) => shape.join('×')).join(', ');
    const given = model.outputShape.join('×');
    const outputs = outputsFor(preprocessor);
    if (width !== String(preprocessor.width) || given !== String(outputs)) {
      throw new IncompatibleError({
        received: `a network from ${width} features to ${given} outputs`,
        expected: `from ${preprocessor.width} to ${outputs}, as its preprocessing says`,
        remedy: 'Use the file as `gradus train` wrote it',
      });
    }
    this.model = model;
    this.preprocessor = preprocessor;
  }

  /**
   * Predict every row of a table.
   *
   * @throws IncompatibleError naming columns that are missing; DataError naming row and column of a wrong cell.
   */
  predict(table: Table): Promise<Predictions> {
    const features = this.preprocessor.transform(table);
    return this.predictFeatures(features, features.warnings);
  }

  /** Predict rows that are encoded already. */
  async predictFeatures(x: Matrix, warnings: readonly string[] = []): Promise<Predictions> {
    const { rows } = x;
    if (this.preprocessor.labels.length === 0) {
      const { values } = await this.model.predict(x, computing);
      return { kind: 'number', values: this.preprocessor.inverseTarget(values), warnings };
    }
    const { values } = await this.model.predictProbabilities(x, computing);
    return { kind: 'class', classes: mostProbable(values, rows), probabilities: values, warnings };
  }
}

/** The index of each row's largest number, the first of several. */
export function mostProbable(probabilities: ArrayLike<number>, rows: number): Int32Array {
  const classes = rows === 0 ? 0 : probabilities.length / rows;
  return Int32Array.from({ length: rows }, (_, row) => {
    let best = 0;
    for (let index = 1; index < classes; index++) {
      if (probabilities[row * classes + index] > probabilities[row * classes + best]) best = index;
    }
    return best;
  });
}
