import { logisticRegression, ridgeRegression, trivialClassifier, trivialRegressor } from 'gradus';
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

/** Fit the trivial and the linear baseline to the training rows, and let them predict the test rows. */
export function fitBaselines(prepared: Prepared): readonly Baseline[] {
  const { schema, train, test, preprocessor } = prepared;
  const rows = test.features.rows;
  const classes = (probabilities: Float64Array): Predictions => ({
    kind: 'class',
    classes: mostProbable(probabilities, rows),
    probabilities,
    warnings: [],
  });
  const numbers = (standardised: Float64Array): Predictions => ({
    kind: 'number',
    values: preprocessor.inverseTarget(standardised),
    warnings: [],
  });
  if (schema.target.kind === 'class') {
    const { labels } = schema.target;
    const trivial = trivialClassifier(train.targets, labels.length);
    const linear = logisticRegression(train.features, train.targets, { classes: labels.length });
    return [
      {
        kind: 'trivial',
        name: `always guessing ${labels[trivial.majority]}`,
        test: classes(trivial.predictProba(test.features)),
      },
      { kind: 'linear', name: 'a linear model', test: classes(linear.predictProba(test.features)) },
    ];
  }
  const trivial = trivialRegressor(train.targets);
  const linear = ridgeRegression(train.features, train.targets);
  const [mean] = preprocessor.inverseTarget([trivial.mean]);
  return [
    {
      kind: 'trivial',
      name: `always guessing the mean, ${formatNumber(mean)}`,
      test: numbers(trivial.predict(test.features)),
    },
    { kind: 'linear', name: 'a linear model', test: numbers(linear.predict(test.features)) },
  ];
}
