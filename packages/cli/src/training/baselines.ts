import { ridgeRegression, softmaxRegression, trivialClassifier, trivialRegressor } from 'gradus/estimators';
import { formatNumber } from '../format/number.ts';
import { mostProbable, type Predictions } from '../model/predictor.ts';
import type { Prepared } from './prepare.ts';

/** A much simpler predictor, fitted to the same training rows. */
export interface Baseline {
  readonly kind: 'trivial' | 'linear';
  /** Reads after "better than": `always guessing Adelie`. */
  readonly name: string;
  /** What it says of the test rows. */
  readonly test: Predictions;
}

/** The linear baseline, whose weights the network starts from. */
export interface LinearBaseline extends Baseline {
  /** outputs × features weights, output after output. */
  readonly weights: Float64Array;
  /** One bias an output. */
  readonly biases: Float64Array;
}

/** Fit the linear baseline to the training rows, and let it predict the test rows. */
export function fitLinear({ schema, train, test, preprocessor }: Prepared): LinearBaseline {
  const named = { kind: 'linear', name: 'a linear model' } as const;
  if (schema.target.kind === 'class') {
    const classes = schema.target.labels.length;
    const { weights, biases, predictProbabilities } = softmaxRegression(train.features, train.targets, {
      classes,
    });
    return {
      ...named,
      weights,
      biases,
      test: classPredictions(predictProbabilities(test.features), test.features.rows),
    };
  }
  const { weights, bias, predict } = ridgeRegression(train.features, train.targets);
  const values = preprocessor.inverseTarget(predict(test.features));
  return { ...named, weights, biases: Float64Array.of(bias), test: { kind: 'number', values, warnings: [] } };
}

/** Fit the trivial baseline to the training rows, and let it predict the test rows. */
export function fitTrivial({ schema, train, test, preprocessor }: Prepared): Baseline {
  if (schema.target.kind === 'class') {
    const { labels } = schema.target;
    const { majority, predictProbabilities } = trivialClassifier(train.targets, labels.length);
    const predictions = classPredictions(predictProbabilities(test.features), test.features.rows);
    return { kind: 'trivial', name: `always guessing ${labels[majority]}`, test: predictions };
  }
  const trivial = trivialRegressor(train.targets);
  const values = preprocessor.inverseTarget(trivial.predict(test.features));
  const [mean] = preprocessor.inverseTarget([trivial.mean]);
  return {
    kind: 'trivial',
    name: `always guessing the mean, ${formatNumber(mean)}`,
    test: { kind: 'number', values, warnings: [] },
  };
}

const classPredictions = (probabilities: Float64Array, rows: number): Predictions => ({
  kind: 'class',
  classes: mostProbable(probabilities, rows),
  probabilities,
  warnings: [],
});
